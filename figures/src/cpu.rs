//! CPU time: what a budget counts, since it doesn't depend on what else the machine is doing.

use std::time::Duration;

/// User time of this process, all its threads, and the children it has waited for.
#[cfg(unix)]
pub fn used() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN]
        .into_iter()
        .filter_map(|who| getrusage(who).ok())
        .map(|usage| {
            let user = usage.user_time();
            Duration::new(user.tv_sec() as u64, user.tv_usec() as u32 * 1000)
        })
        .sum()
}

/// Time since the first call: this system has no such counter, and a budget in wall-clock time is better than none.
#[cfg(not(unix))]
pub fn used() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_uses_cpu_time() {
        let before = used();
        let mut x = 1u64;
        while used() - before < Duration::from_millis(5) {
            for i in 0..100_000u64 {
                x = std::hint::black_box(
                    x.wrapping_mul(6364136223846793005).wrapping_add(i),
                );
            }
        }
        assert!(used() > before);
    }
}
