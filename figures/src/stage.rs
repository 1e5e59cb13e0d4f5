//! Files that change together or not at all.
//!
//! A job writes the files of a figure into the hidden folder `.staged`, then a list of where they belong, then moves them.
//! Killed before the list is there, it leaves every file as it was; killed after, the next job moves the rest first.
//! The folder is beside the goals, because only within one file system is a move a rename.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The one job that may write below a folder, as long as it lives.
pub struct Stage {
    root: PathBuf,
    // Held, never read: dropping the file, or dying, gives the lock back.
    _lock: File,
}

const LIST: &str = "ready";

impl Stage {
    /// Takes the lock, and ends what a killed job began. Returns the number of files it moved for it.
    pub fn open(root: &Path) -> Result<(Self, usize)> {
        let folder = root.join(".staged");
        let cannot = || {
            format!(
                "cannot write in {}: make it writable, or use --check, which only reads",
                root.display()
            )
        };
        fs::create_dir_all(&folder).with_context(cannot)?;
        let path = folder.join("lock");
        let mut lock = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path).unwrap_or_default();
                bail!(
                    "another figures job (process {}) is writing in {}: wait until it ends, then start again",
                    if pid.is_empty() { "unknown" } else { pid.trim() },
                    root.display()
                );
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
        }
        lock.set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .with_context(cannot)?;
        let stage = Self { root: root.into(), _lock: lock };
        let moved = stage.finish()?;
        stage.sweep()?;
        Ok((stage, moved))
    }

    /// Whether a job was killed while it moved files, so that some of `root` are new and some old.
    pub fn was_interrupted(root: &Path) -> bool {
        root.join(".staged").join(LIST).exists()
    }

    fn folder(&self) -> PathBuf {
        self.root.join(".staged")
    }

    /// Writes all of `files`, given by their path below the root, or none of them.
    pub fn write(&self, files: &[(String, String)]) -> Result<()> {
        self.prepare(files)?;
        self.finish()?;
        Ok(())
    }

    fn prepare(&self, files: &[(String, String)]) -> Result<()> {
        self.probe(files)?;
        let mut list = String::new();
        for (number, (path, text)) in files.iter().enumerate() {
            let staged = format!("{number}.new");
            write_through(&self.folder().join(&staged), text)?;
            list += &format!("{staged}\t{path}\n");
        }
        let unnamed = self.folder().join("list.new");
        write_through(&unnamed, &list)?;
        fs::rename(&unnamed, self.folder().join(LIST))
            .context("cannot name the list of staged files")
    }

    /// Makes sure that every folder takes files, before the first one moves.
    fn probe(&self, files: &[(String, String)]) -> Result<()> {
        for (path, _) in files {
            let goal = self.root.join(path);
            let folder = goal.parent().expect("a file has a folder");
            let probe = folder.join(".figures-probe");
            fs::create_dir_all(folder)
                .and_then(|()| File::create(&probe))
                .and_then(|_| fs::remove_file(&probe))
                .with_context(|| {
                    format!("cannot write in {}: make it writable", folder.display())
                })?;
        }
        Ok(())
    }

    /// Moves what the list names, and forgets the list.
    fn finish(&self) -> Result<usize> {
        let list = self.folder().join(LIST);
        let text = match fs::read_to_string(&list) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            text => text.with_context(|| format!("cannot read {}", list.display()))?,
        };
        let mut moved = 0;
        for line in text.lines() {
            let (staged, path) = line
                .split_once('\t')
                .with_context(|| format!("{} is damaged", list.display()))?;
            let (staged, goal) = (self.folder().join(staged), self.root.join(path));
            // What is no longer staged was moved before the job was killed.
            if staged.exists() {
                let parent = goal.parent().expect("a file has a folder");
                fs::create_dir_all(parent)
                    .and_then(|()| fs::rename(&staged, &goal))
                    .with_context(|| format!("cannot write {}", goal.display()))?;
                moved += 1;
            }
        }
        fs::remove_file(&list)
            .with_context(|| format!("cannot remove {}", list.display()))?;
        Ok(moved)
    }

    /// Removes what a job killed earlier had staged without a list.
    fn sweep(&self) -> Result<()> {
        for entry in fs::read_dir(self.folder())? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "new") {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn write_through(path: &Path, text: &str) -> Result<()> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Vec<(String, String)> {
        ["data/ch01/a.csv", "svg/ch01/a.svg"]
            .map(|path| (path.to_string(), text.to_string()))
            .to_vec()
    }

    fn texts(root: &Path) -> Vec<String> {
        files("")
            .iter()
            .map(|(path, _)| fs::read_to_string(root.join(path)).unwrap())
            .collect()
    }

    #[test]
    fn killed_before_the_list_is_there_every_file_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = Stage::open(folder.path()).unwrap();
        stage.write(&files("old")).unwrap();
        stage.prepare(&files("new")).unwrap();
        fs::remove_file(folder.path().join(".staged").join(LIST)).unwrap();
        drop(stage);
        let (_stage, moved) = Stage::open(folder.path()).unwrap();
        assert_eq!((moved, texts(folder.path())), (0, vec!["old".to_string(); 2]));
        let left: Vec<_> = fs::read_dir(folder.path().join(".staged"))
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(left, ["lock"]);
    }

    #[test]
    fn killed_between_two_moves_the_next_job_moves_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, _) = Stage::open(folder.path()).unwrap();
        stage.write(&files("old")).unwrap();
        stage.prepare(&files("new")).unwrap();
        fs::rename(
            folder.path().join(".staged/0.new"),
            folder.path().join("data/ch01/a.csv"),
        )
        .unwrap();
        assert!(Stage::was_interrupted(folder.path()));
        drop(stage);
        let (_stage, moved) = Stage::open(folder.path()).unwrap();
        assert_eq!((moved, texts(folder.path())), (1, vec!["new".to_string(); 2]));
        assert!(!Stage::was_interrupted(folder.path()));
    }

    #[test]
    fn a_second_job_is_told_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let (_first, _) = Stage::open(folder.path()).unwrap();
        let error =
            Stage::open(folder.path()).err().expect("the lock is taken").to_string();
        assert!(
            error.contains(&format!(
                "another figures job (process {})",
                std::process::id()
            )),
            "{error}"
        );
    }
}
