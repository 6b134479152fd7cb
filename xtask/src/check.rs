//! `cargo xtask check`: the architecture, as absences that a machine can verify.
//!
//! The dependency rules read `cargo metadata`; what pure code may not mention is in `source`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{run, source};

/// What the kernel, the ledger and the domains may not link, however indirectly.
const IMPURE: [&str; 9] = [
    "tokio",
    "axum",
    "hyper",
    "rusqlite",
    "tokio-postgres",
    "reqwest",
    "cedar-policy",
    "typst",
    "datafusion",
];

/// Who alone may name a library in its Cargo.toml. A trailing `*` stands for any ending.
const SOLE_USERS: [(&str, &str, &str); 4] = [
    ("rusqlite", "fadu-store", "only the store has SQL"),
    ("tokio-postgres", "fadu-store", "only the store has SQL"),
    ("cedar-policy*", "fadu-authority", "only the authority crate builds Cedar"),
    ("typst*", "fadu-report", "only the report crate builds Typst"),
];

/// The crate that may link DataFusion, behind a feature that the default build leaves out.
const LAKE: &str = "fadu-lake";

/// Members that the rules name: were one renamed, its rules would hold for want of a subject.
const EXPECTED: [&str; 6] =
    ["fadu-kernel", "fadu-ledger", "fadu-store", "fadu-authority", "fadu-report", "fadu-web"];

pub fn main(args: &[String]) -> Result<ExitCode> {
    if let Some(arg) = args.first() {
        bail!("check takes no arguments, not even `{arg}`");
    }
    check()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints every broken rule in a sentence; errors when there is one.
pub fn check() -> Result<()> {
    let root = run::root()?;
    let graph = Graph::read(&run::metadata(&[])?)?;
    let mut broken = dependencies(&graph);
    let pure: Vec<&str> = graph.pure().map(|member| member.folder.as_str()).collect();
    let n_sources = source::check_pure(&root, &pure, &mut broken)?;
    let n_files = source::check_tracked(&root, &mut broken)?;
    for sentence in &broken {
        eprintln!("  {sentence}");
    }
    let (n_members, n_pure) = (graph.members.len(), pure.len());
    println!(
        "check: {n_members} crates, {n_sources} source files of {n_pure} pure crates, {n_files} files of the checkout"
    );
    match broken.len() {
        0 => Ok(()),
        n => bail!("the architecture is broken in {n} places"),
    }
}

/// Every broken dependency rule, in a sentence.
fn dependencies(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for name in EXPECTED {
        if !graph.members.iter().any(|member| member.name == name) {
            broken.push(format!("The workspace has no member {name}, which the rules are about."));
        }
    }
    for member in graph.pure() {
        for path in graph.paths(&member.id, |name| IMPURE.contains(&name)) {
            broken.push(format!(
                "{} links {path}: the kernel, the ledger and the domains know no SQL, HTTP, async or engine.",
                member.name
            ));
        }
    }
    let domains: BTreeSet<&str> = graph.domains().map(|member| member.name.as_str()).collect();
    for member in graph.domains() {
        let other = |name: &str| name != member.name && domains.contains(name);
        for dep in member.depends_on.iter().filter(|dep| other(&dep.name)) {
            broken.push(format!(
                "{} depends on {}: a domain never names another domain; what passes between them is in app.",
                member.name, dep.name
            ));
        }
        for path in graph
            .paths(&member.id, other)
            .into_iter()
            .filter(|path| path.matches('→').count() > 1)
        {
            broken.push(format!("{} links another domain by way of {path}.", member.name));
        }
    }
    for (library, user, reason) in SOLE_USERS {
        for member in graph.members.iter().filter(|member| member.name != user) {
            for dep in member.depends_on.iter().filter(|dep| matches(library, &dep.name)) {
                broken.push(format!("{} depends on {}: {reason}.", member.name, dep.name));
            }
        }
    }
    for member in graph.members.iter().filter(|member| member.name != LAKE) {
        for path in graph.paths(&member.id, |name| matches("datafusion*", name)) {
            broken.push(format!(
                "{} links {path} by default: only the lake does, behind a feature.",
                member.name
            ));
        }
    }
    for member in graph.members.iter().filter(|member| member.name == "fadu-web") {
        if member.depends_on.iter().any(|dep| dep.name == "fadu-store" && dep.normal) {
            broken.push("fadu-web depends on fadu-store: web writes through app::act alone.".into());
        }
    }
    broken
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// The workspace's crates and what cargo resolved for them with default features.
struct Graph {
    members: Vec<Member>,
    names: BTreeMap<String, String>,
    links: BTreeMap<String, Vec<String>>,
}

struct Member {
    id: String,
    name: String,
    /// Relative to the workspace's root, as in `domains/law`.
    folder: String,
    depends_on: Vec<Dependency>,
}

/// A line of a member's Cargo.toml; `normal` when it is neither for tests nor for the build script.
struct Dependency {
    name: String,
    normal: bool,
}

impl Graph {
    fn read(metadata: &Value) -> Result<Graph> {
        let root = text(&metadata["workspace_root"])?;
        let member_ids: BTreeSet<&str> =
            list(&metadata["workspace_members"])?.iter().filter_map(Value::as_str).collect();
        let mut graph = Graph { members: Vec::new(), names: BTreeMap::new(), links: BTreeMap::new() };
        for package in list(&metadata["packages"])? {
            let (id, name) = (text(&package["id"])?, text(&package["name"])?);
            graph.names.insert(id.into(), name.into());
            if !member_ids.contains(id) {
                continue;
            }
            let manifest = text(&package["manifest_path"])?;
            let folder = manifest.trim_start_matches(root).trim_end_matches("Cargo.toml");
            let mut depends_on = Vec::new();
            for dep in list(&package["dependencies"])? {
                depends_on
                    .push(Dependency { name: text(&dep["name"])?.into(), normal: dep["kind"].is_null() });
            }
            graph.members.push(Member {
                id: id.into(),
                name: name.into(),
                folder: folder.trim_matches('/').into(),
                depends_on,
            });
        }
        for node in list(&metadata["resolve"]["nodes"])? {
            let mut linked = Vec::new();
            for dep in list(&node["deps"])? {
                if list(&dep["dep_kinds"])?.iter().any(|kind| kind["kind"].is_null()) {
                    linked.push(text(&dep["pkg"])?.into());
                }
            }
            graph.links.insert(text(&node["id"])?.into(), linked);
        }
        Ok(graph)
    }

    fn domains(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.folder.starts_with("domains/"))
    }

    /// The crates that hold no SQL, HTTP, async or clock.
    fn pure(&self) -> impl Iterator<Item = &Member> {
        let core = ["fadu-kernel", "fadu-ledger"];
        self.members.iter().filter(move |member| {
            core.contains(&member.name.as_str()) || member.folder.starts_with("domains/")
        })
    }

    /// The shortest way from a crate to each unwanted one that it links, written `a → b → c`.
    fn paths(&self, from: &str, unwanted: impl Fn(&str) -> bool) -> Vec<String> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        let mut found = Vec::new();
        while let Some(id) = queue.pop_front() {
            let linked = self.links.get(id).map(Vec::as_slice).unwrap_or_default();
            for next in linked.iter().map(String::as_str) {
                if next == from || came_from.contains_key(next) {
                    continue;
                }
                came_from.insert(next, id);
                if unwanted(self.name(next)) {
                    let mut way = vec![self.name(next)];
                    let mut at = next;
                    while let Some(before) = came_from.get(at) {
                        way.push(self.name(before));
                        at = before;
                    }
                    way.reverse();
                    found.push(way.join(" → "));
                } else {
                    queue.push_back(next);
                }
            }
        }
        found
    }

    fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("cargo metadata has another shape than expected")
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("cargo metadata has another shape than expected")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SOUND: [(&str, &[&str]); 8] = [
        ("fadu-kernel", &["serde"]),
        ("fadu-ledger", &["sha2"]),
        ("fadu-law", &["fadu-kernel"]),
        ("fadu-service", &["fadu-kernel"]),
        ("fadu-store", &["fadu-kernel", "rusqlite", "tokio-postgres"]),
        ("fadu-authority", &["fadu-kernel", "cedar-policy"]),
        ("fadu-report", &["fadu-kernel", "typst"]),
        ("fadu-web", &["fadu-app", "axum"]),
    ];

    /// A workspace of those crates; `more` adds lines `crate`, `dependency`, `kind` (empty for normal).
    fn broken(more: &[(&str, &str, &str)]) -> Vec<String> {
        let mut lines: Vec<(&str, &str, &str)> = SOUND
            .iter()
            .flat_map(|(name, deps)| deps.iter().map(|dep| (*name, *dep, "")))
            .collect();
        lines.extend(more);
        let member = |name: &str| SOUND.iter().any(|(known, _)| *known == name);
        let names: BTreeSet<&str> = lines.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        let kind = |kind: &str| if kind.is_empty() { Value::Null } else { json!(kind) };
        let of = |name: &str| lines.iter().filter(move |(from, _, _)| *from == name).collect::<Vec<_>>();
        let package = |name: &str| {
            let folder = match name {
                "fadu-law" | "fadu-service" => name.replace("fadu-", "domains/"),
                _ => name.replace("fadu-", ""),
            };
            let deps: Vec<Value> = of(name)
                .iter()
                .map(|(_, to, k)| json!({ "name": to, "kind": kind(k) }))
                .collect();
            json!({ "id": name, "name": name, "manifest_path": format!("/r/{folder}/Cargo.toml"), "dependencies": deps })
        };
        let node = |name: &str| {
            let deps: Vec<Value> = of(name)
                .iter()
                .map(|(_, to, k)| json!({ "pkg": to, "dep_kinds": [{ "kind": kind(k) }] }))
                .collect();
            json!({ "id": name, "deps": deps })
        };
        let metadata = json!({
            "workspace_root": "/r",
            "workspace_members": names.iter().filter(|name| member(name)).collect::<Vec<_>>(),
            "packages": names.iter().map(|name| package(name)).collect::<Vec<_>>(),
            "resolve": { "nodes": names.iter().map(|name| node(name)).collect::<Vec<_>>() },
        });
        dependencies(&Graph::read(&metadata).expect("the shape is right"))
    }

    #[test]
    fn a_sound_workspace_has_nothing_to_say() {
        assert_eq!(broken(&[]), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_named_when_broken() {
        //  lines added to the sound workspace                                        what the first sentence says
        for (more, says) in [
            (&[("fadu-kernel", "tokio", "")][..], "fadu-kernel links fadu-kernel → tokio"),
            (&[("fadu-law", "handy", ""), ("handy", "hyper", "")], "fadu-law links fadu-law → handy → hyper"),
            (&[("serde", "rusqlite", "")], "fadu-kernel links fadu-kernel → serde → rusqlite"),
            (&[("fadu-law", "fadu-service", "")], "fadu-law depends on fadu-service: a domain never names"),
            (
                &[("fadu-law", "fadu-service", "dev")],
                "fadu-law depends on fadu-service: a domain never names",
            ),
            (
                &[("fadu-law", "handy", ""), ("handy", "fadu-service", "")],
                "fadu-law links another domain by way of fadu-law → handy → fadu-service",
            ),
            (&[("fadu-web", "rusqlite", "")], "fadu-web depends on rusqlite: only the store has SQL"),
            (&[("fadu-web", "tokio-postgres", "dev")], "fadu-web depends on tokio-postgres: only the store"),
            (&[("fadu-web", "cedar-policy", "")], "fadu-web depends on cedar-policy: only the authority"),
            (&[("fadu-web", "typst-pdf", "")], "fadu-web depends on typst-pdf: only the report crate"),
            (&[("fadu-web", "datafusion-sql", "")], "fadu-web links fadu-web → datafusion-sql by default"),
            (&[("fadu-web", "fadu-store", "")], "fadu-web depends on fadu-store: web writes through"),
        ] {
            let sentences = broken(more);
            assert!(sentences.first().is_some_and(|first| first.starts_with(says)), "{says}: {sentences:?}");
        }
    }

    #[test]
    fn tests_may_link_more_than_the_program() {
        assert_eq!(
            broken(&[("fadu-law", "tokio", "dev"), ("fadu-web", "fadu-store", "dev")]),
            Vec::<String>::new()
        );
    }
}
