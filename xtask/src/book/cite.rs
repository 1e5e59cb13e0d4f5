//! Citations and the bibliography, in APA style, by hayagriva.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use hayagriva::citationberg::taxonomy::Locator;
use hayagriva::citationberg::{IndependentStyle, Style};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem,
    CitationRequest, CitePurpose, ElemChildren, Entry, Library, LocatorPayload,
    SpecificLocator,
};
use serde::{Deserialize, Serialize};

use super::markdown::{Citation, Manner};

/// Several works cited in one place.
pub type Cluster = (Vec<Citation>, Manner);

/// The printed forms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Printed {
    /// One HTML text a cluster, in the order asked for.
    pub citations: Vec<String>,
    /// Key and HTML of each cited work, sorted as the style says.
    pub bibliography: Vec<(String, String)>,
}

/// The works of `references.bib`.
pub struct Sources {
    library: Library,
    text: String,
}

impl Sources {
    /// Reads a BibLaTeX file.
    pub fn read(file: &Path) -> Result<Sources> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let library = hayagriva::io::from_biblatex_str(&text).map_err(|errors| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            anyhow!("{}: {first}", file.display())
        })?;
        Ok(Sources { library, text })
    }

    /// Whether `key` is there.
    pub fn has(&self, key: &str) -> bool {
        self.library.get(key).is_some()
    }

    /// The key that reads most like `key`.
    pub fn nearest(&self, key: &str) -> Option<&str> {
        let keys: Vec<&str> = self.library.keys().collect();
        super::nearest(key, keys)
    }

    /// Prints all citations of the book at once, so that two works of one author and year
    /// are told apart.
    ///
    /// The result is kept under `cache`, because reading styles and locales takes longer
    /// than the rest of the build.
    pub fn print(&self, clusters: &[Cluster], cache: &Path) -> Result<Printed> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"apa, layout 3");
        hasher.update(self.text.as_bytes());
        hasher.update(format!("{clusters:?}").as_bytes());
        let file =
            cache.join(format!("citations-{}.json", &hasher.finalize().to_hex()[..16]));
        if let Some(printed) = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        {
            return Ok(printed);
        }
        let printed = self.print_now(clusters)?;
        std::fs::create_dir_all(cache)?;
        std::fs::write(&file, serde_json::to_vec(&printed)?)?;
        Ok(printed)
    }

    fn print_now(&self, clusters: &[Cluster]) -> Result<Printed> {
        let Style::Independent(style) =
            hayagriva::archive::ArchivedStyle::AmericanPsychologicalAssociation.get()
        else {
            unreachable!("the archived APA style is an independent one")
        };
        let locales = hayagriva::archive::locales();
        // Letters behind a year (1930a, 1930b) go by the first citation, the list by the
        // title. So the first run finds the list's order, and the second cites all works
        // in it, unseen, before the book does.
        let listed: Vec<Citation> = self
            .run(clusters, &style, &locales)?
            .bibliography
            .map(|b| {
                b.items.into_iter().map(|item| Citation { key: item.key, locator: None })
            })
            .into_iter()
            .flatten()
            .collect();
        let mut all = vec![(listed, Manner::Parenthetical)];
        all.extend_from_slice(clusters);
        let rendered = self.run(&all, &style, &locales)?;
        let citations =
            rendered.citations.iter().skip(1).map(|c| html(&c.citation)).collect();
        let bibliography = rendered
            .bibliography
            .map(|b| {
                b.items.into_iter().map(|i| (i.key, tidy(&html(&i.content)))).collect()
            })
            .unwrap_or_default();
        Ok(Printed { citations, bibliography })
    }

    fn run(
        &self,
        clusters: &[Cluster],
        style: &IndependentStyle,
        locales: &[hayagriva::citationberg::Locale],
    ) -> Result<hayagriva::Rendered> {
        let mut driver: BibliographyDriver<'_, Entry> = BibliographyDriver::new();
        for (items, manner) in clusters {
            driver.citation(request(&self.library, items, *manner, style, locales)?);
        }
        Ok(driver.finish(BibliographyRequest::new(style, None, locales)))
    }
}

/// A title that asks or exclaims ends its sentence by itself.
fn tidy(entry: &str) -> String {
    ["?", "!"].iter().fold(entry.to_owned(), |text, mark| {
        text.replace(&format!("{mark}."), mark)
            .replace(&format!("{mark}</span>."), &format!("{mark}</span>"))
    })
}

fn request<'a>(
    library: &'a Library,
    items: &'a [Citation],
    manner: Manner,
    style: &'a IndependentStyle,
    locales: &'a [hayagriva::citationberg::Locale],
) -> Result<CitationRequest<'a, Entry>> {
    let items = items
        .iter()
        .map(|item| {
            let entry = library
                .get(&item.key)
                .with_context(|| format!("no work \"{}\"", item.key))?;
            let locator = item.locator.as_deref().map(locator);
            let cited = CitationItem::with_locator(entry, locator);
            Ok(match manner {
                Manner::Parenthetical => cited,
                Manner::Narrative => cited.kind(CitePurpose::Prose),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(CitationRequest::from_items(items, style, locales))
}

/// `p. 12`, `ch. 3`, … as CSL knows them; anything else is printed as it stands.
fn locator(text: &str) -> SpecificLocator<'_> {
    const KNOWN: [(&str, Locator); 6] = [
        ("pp. ", Locator::Page),
        ("p. ", Locator::Page),
        ("chapter ", Locator::Chapter),
        ("ch. ", Locator::Chapter),
        ("section ", Locator::Section),
        ("fig. ", Locator::Figure),
    ];
    for (prefix, kind) in KNOWN {
        if let Some(rest) = text.strip_prefix(prefix) {
            return SpecificLocator(kind, LocatorPayload::Str(rest));
        }
    }
    SpecificLocator(Locator::Custom, LocatorPayload::Str(text))
}

fn html(children: &ElemChildren) -> String {
    let mut out = String::new();
    children
        .write_buf(&mut out, BufWriteFormat::Html)
        .expect("writing to a string can't fail");
    out
}

/// Looks up printed clusters in the order in which they were asked for.
pub fn by_cluster(clusters: &[Cluster], printed: &Printed) -> HashMap<Cluster, String> {
    clusters.iter().cloned().zip(printed.citations.iter().cloned()).collect()
}
