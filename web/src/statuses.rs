//! 状态的中文名。 What a state is called on pages, for every kind of matter. A domain that speaks of its states in refusals has
//! the words itself; the others stand in one table, `kind <tab> status <tab> name`.

use fadu_hotline::{Disclosure, Order, Petition};
use fadu_kernel::Matter;
use fadu_onething::Joint;
use fadu_service::Case;
use fadu_supervision::{Alert, Credit, HandOver, Penalty, Review, Venue};
use fadu_trading::{Draw, Project};

const TABLE: &str = include_str!("../data/statuses.tsv");

/// A state without a name is shown as it is stored; a test finds it first.
pub(crate) fn status_zh<'a>(kind: &str, status: &'a str) -> &'a str {
    match kind {
        Case::KIND => Case::status_zh(status),
        Joint::KIND => Joint::status_zh(status),
        Order::KIND => Order::status_zh(status),
        Petition::KIND => Petition::status_zh(status),
        Disclosure::KIND => Disclosure::status_zh(status),
        Project::KIND => Project::status_zh(status),
        Draw::KIND => Draw::status_zh(status),
        Alert::KIND => Alert::status_zh(status),
        Credit::KIND => Credit::status_zh(status),
        HandOver::KIND => HandOver::status_zh(status),
        Penalty::KIND => Penalty::status_zh(status),
        Review::KIND => Review::status_zh(status),
        Venue::KIND => Venue::status_zh(status),
        _ => rows()
            .find_map(|(own, word, zh)| (own == kind && word == status).then_some(zh))
            .unwrap_or(status),
    }
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.lines().filter_map(|line| {
        let (kind, rest) = line.split_once('\t')?;
        let (status, zh) = rest.split_once('\t')?;
        Some((kind, status, zh))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_app::registry::KINDS;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    /// Before its first act a matter is nowhere.
    const NOWHERE: &str = "new";

    fn words(text: &str) -> BTreeSet<String> {
        let quoted = text.split('"').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    }

    /// What follows each `start`, up to `end`.
    fn parts<'a>(source: &'a str, start: &str, end: &'a str) -> impl Iterator<Item = &'a str> {
        let found: Vec<&str> = source.split(start).skip(1).collect();
        found
            .into_iter()
            .filter_map(move |rest| rest.split_once(end))
            .map(|(part, _)| part)
    }

    /// Every state that a source gives its matters: in `fn status`, or where its docket is made.
    fn given(source: &str) -> BTreeSet<String> {
        let own = parts(source, "fn status(&self) -> &'static str {", "\n    }\n");
        let bound = parts(source, "let status = ", ";\n");
        let written = parts(source, "\n            status: ", ".to_owned(),");
        own.chain(bound).chain(written).flat_map(words).collect()
    }

    fn sources(folder: &Path, found: &mut Vec<(std::path::PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }

    /// By kind; its file says them, or else the file at the head of its folder.
    fn all() -> BTreeMap<String, BTreeSet<String>> {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../domains"), &mut files);
        let mut all = BTreeMap::new();
        for (path, source) in &files {
            for kind in parts(source, "const KIND: &'static str = \"", "\";") {
                let own = given(source);
                let head = files.iter().find(|(other, _)| *other == path.with_file_name("mod.rs"));
                let found = match head {
                    Some((_, head)) if own.is_empty() => given(head),
                    _ => own,
                };
                all.insert(kind.to_owned(), found);
            }
        }
        all
    }

    #[test]
    fn every_state_of_every_kind_has_its_name() {
        let all = all();
        for kind in KINDS {
            let states = all.get(kind.name).filter(|states| !states.is_empty());
            let states = states.unwrap_or_else(|| panic!("no states of {} were found", kind.name));
            let mut names = BTreeSet::new();
            for status in states.iter().filter(|status| *status != NOWHERE) {
                let zh = status_zh(kind.name, status);
                let is_name = !zh.is_empty() && !zh.bytes().any(|byte| byte.is_ascii());
                assert!(
                    is_name && zh != status_zh(kind.name, NOWHERE),
                    "{}: {status} is called {zh}",
                    kind.name
                );
                assert!(names.insert(zh), "{}: two states are called {zh}", kind.name);
            }
        }
        for (kind, status, _) in rows() {
            assert!(all.get(kind).is_some_and(|states| states.contains(status)), "{kind} is never {status}");
        }
    }
}
