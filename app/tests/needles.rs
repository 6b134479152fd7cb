//! 无处可读。 What somebody gave stands readable in no file and no table once they are erased: looked for at the end of the
//! scenarios of the other files, in which each kind that keeps personal values was brought some through the door.

use fadu_app::App;
use fadu_app::private::Whose;
use fadu_app::registry::KINDS;
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_service::personal::Cause;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The scenarios, where they stand, and the kinds whose values are looked for.
static LOOKED: [(&str, &str, &[&str]); 6] = [
    ("joint", include_str!("onething.rs"), &["joint", "case"]),
    ("licence", include_str!("proof.rs"), &["case", "licence", "exemption"]),
    ("check", include_str!("proof.rs"), &["exemption", "check"]),
    ("hotline", include_str!("hotline.rs"), &["order", "petition", "lead"]),
    ("disclosure", include_str!("hotline.rs"), &["disclosure"]),
    ("hall", include_str!("hall.rs"), &["stuck", "evaluation"]),
];

/// Where the digests of the values that an act brought enter its facts.
static KEPT: [(&str, &str); 11] = [
    ("hall/src/evaluation_decide.rs", "evaluation"),
    ("hall/src/stuck_decide.rs", "stuck"),
    ("hotline/src/disclosure.rs", "disclosure"),
    ("hotline/src/lead.rs", "lead"),
    ("hotline/src/order/decide/intake.rs", "order"),
    ("hotline/src/petition.rs", "petition"),
    ("onething/src/decide.rs", "joint"),
    ("proof/src/check.rs", "check"),
    ("proof/src/exemption_decide.rs", "exemption"),
    ("proof/src/licence.rs", "licence"),
    ("service/src/decide.rs", "case"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_kind_that_keeps_personal_values_is_looked_through() {
    let domains = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domains");
    let mut files = Vec::new();
    sources(&domains, &mut files);
    let keeping: BTreeSet<String> = files
        .iter()
        .filter(|file| std::fs::read_to_string(file).unwrap().contains("ctx.sealed.clone()"))
        .map(|file| file.strip_prefix(&domains).unwrap().to_str().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> = KEPT.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(keeping, known, "a kind that keeps the values its acts bring is named here");
    let declaring = KINDS
        .iter()
        .filter(|kind| (kind.acts)().iter().any(|act| !(kind.private)(act.name).is_empty()))
        .map(|kind| kind.name);
    for kind in KEPT.iter().map(|(_, kind)| *kind).chain(declaring) {
        assert!(LOOKED.iter().any(|(.., kinds)| kinds.contains(&kind)), "{kind} is looked through nowhere");
    }
    for (scenario, source, _) in LOOKED {
        assert!(source.contains(&format!("nothing_is_left(\"{scenario}\"")), "{scenario} never looks");
    }
}

/// Erases everybody of whom the kinds of this scenario hold values, and looks for each value in all that the store at this
/// place keeps.
pub async fn nothing_is_left(scenario: &str, app: &App, place: &str) {
    let (.., kinds) = LOOKED.iter().find(|(name, ..)| *name == scenario).unwrap();
    let (store, region) = (&app.store, app.region);
    let (mut needles, mut matters, mut people) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for kind in *kinds {
        let before = needles.len();
        for matter in store.all_of_kind(region, kind).await.unwrap() {
            for row in store.private_of(region, matter.id).await.unwrap() {
                let key = store.person_key(region, &row.subject).await.unwrap().unwrap();
                let (value, _) = app.keys.open_value(&key, &row.field, &row.sealed).unwrap();
                people.insert(row.subject);
                // What a source told may be its own, such as the number of a licence.
                if !row.field.starts_with("given_") {
                    needles.insert((*kind, value), row.field);
                }
            }
            matters.push(matter.id);
        }
        assert!(needles.len() > before, "no {kind} of this scenario holds a value");
    }
    let operator =
        Actor { person: PersonId::new("operator"), role: Role::Operator, org: OrgId::new("bureau") };
    for matter in &matters {
        if !store.private_of(region, *matter).await.unwrap().is_empty() {
            let of = Whose::Of(*matter);
            app.erase_personal(&operator, of, Cause::Law, "本人申请", "模档〔2025〕1号")
                .await
                .unwrap();
        }
    }
    for matter in &matters {
        assert!(store.private_of(region, *matter).await.unwrap().is_empty(), "{matter} holds values still");
    }
    for subject in &people {
        assert_eq!(store.person_key(region, subject).await.unwrap(), None, "a key is left");
    }
    app.verify_ledger(None).await.unwrap().unwrap();
    // While the store is open, its log and its index of the log are looked through too.
    for (name, text) in written(app, place).await {
        for ((kind, value), field) in &needles {
            assert!(!text.contains(value), "{name} holds {field} of a {kind}: {value}");
            assert!(!text.contains(&hex(value.as_bytes())), "{name} holds {field} of a {kind} in hex");
        }
    }
}

/// Every file of an embedded store; every row of this region, as text, of a server's.
async fn written(app: &App, place: &str) -> Vec<(String, String)> {
    let server = place.starts_with("postgres");
    let copy = tempfile::tempdir().unwrap();
    if server {
        app.store.backup(copy.path()).await.unwrap();
    }
    let folder = if server { copy.path() } else { Path::new(place).parent().unwrap() };
    let here = format!("{{\"region\":{},", app.region);
    let mut written = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let text = match server {
            // Other regions' people are not erased.
            true => text.lines().filter(|line| line.starts_with(&here)).collect(),
            false => text,
        };
        written.push((path.display().to_string(), text));
    }
    assert!(written.iter().any(|(_, text)| text.contains("本人申请")), "the rows were read");
    written
}
