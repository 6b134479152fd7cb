//! `cargo xtask new-domain NAME`: a domain that compiles, is tested and says what to write next.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::run;

/// Each file of a new domain, and the template it is made from.
const FILES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../templates/domain/Cargo.toml.txt")),
    ("src/lib.rs", include_str!("../templates/domain/lib.rs.txt")),
    ("figures.toml", include_str!("../templates/domain/figures.toml.txt")),
    ("README.md", include_str!("../templates/domain/README.md.txt")),
];

/// Writes `domains/NAME` and adds it to the workspace. Errors: the name cannot be a crate's, or is taken.
pub fn main(args: &[String]) -> Result<ExitCode> {
    let [name] = args else { bail!("say the domain's name: cargo xtask new-domain NAME") };
    if !is_name(name) {
        bail!("`{name}` cannot be a domain's name: lower-case letters and digits, beginning with a letter");
    }
    write(&run::root()?, name)?;
    println!("{}", filled(include_str!("../templates/domain/next.txt"), name).trim_end());
    Ok(ExitCode::SUCCESS)
}

fn write(root: &Path, name: &str) -> Result<()> {
    let folder = root.join("domains").join(name);
    if folder.exists() {
        bail!("domains/{name} is already there");
    }
    let manifest = root.join("Cargo.toml");
    let changed = with_member(&fs::read_to_string(&manifest)?, name)?;
    for (path, template) in FILES {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().context("a file stands in a folder")?)?;
        fs::write(&file, filled(template, name))?;
    }
    Ok(fs::write(manifest, changed)?)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn filled(template: &str, name: &str) -> String {
    let (first, rest) = name.split_at(1);
    let type_name = first.to_uppercase() + rest;
    template.replace("{{name}}", name).replace("{{Name}}", &type_name)
}

/// The workspace's Cargo.toml with the domain among the members and, where domains are listed, among the
/// workspace's dependencies. Everything else stays as it was written.
fn with_member(manifest: &str, name: &str) -> Result<String> {
    let begin = manifest.find("\nmembers").context("Cargo.toml lists no members")?;
    let end = begin + manifest[begin..].find(']').context("the members' list does not end")?;
    let members = &manifest[begin..end];
    let mut changed = manifest.to_string();
    if !members.contains("\"domains/*\"") {
        let member = format!("\"domains/{name}\"");
        let last = members.trim_end();
        let at = begin + last.len();
        let comma = if last.ends_with([',', '[']) { "" } else { "," };
        let (between, after) = if members.contains("\n    ") { ("\n    ", ",") } else { (" ", "") };
        changed.insert_str(at, &format!("{comma}{between}{member}{after}"));
    }
    let listed = |line: &&str| line.starts_with("fadu-") && line.contains("path = \"domains/");
    if let Some(line) = changed.lines().rfind(listed).map(str::to_string) {
        let new = format!("{line}\nfadu-{name} = {{ path = \"domains/{name}\" }}");
        changed = changed.replacen(&line, &new, 1);
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_crate_name() {
        for (name, good) in
            [("onething", true), ("law2", true), ("", false), ("Law", false), ("2law", false), ("a/b", false)]
        {
            assert_eq!(is_name(name), good, "{name}");
        }
    }

    #[test]
    fn templates_leave_no_placeholder() {
        for (path, template) in FILES {
            let text = filled(template, "onething");
            assert!(!text.contains("{{") && text.contains("ne"), "{path}");
        }
        assert_eq!(filled("{{Name}}Act of {{name}}", "law"), "LawAct of law");
    }

    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let path = entry.expect("an entry").path();
            let to = to.join(path.file_name().expect("a name"));
            if path.is_dir() { copy(&path, &to) } else { fs::copy(&path, &to).map(drop).expect("a copy") }
        }
    }

    /// The skeleton compiles and passes the tests it brings, in a workspace of the kernel and itself.
    #[test]
    fn a_new_domain_passes_its_own_tests() {
        let root = run::root().expect("the workspace");
        let place = root.join("target").join(format!("new-domain-{}", std::process::id()));
        copy(&root.join("kernel"), &place.join("kernel"));
        fs::copy(root.join("Cargo.lock"), place.join("Cargo.lock")).expect("a copy");
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("a manifest");
        let begin = manifest.find("members = [").expect("members");
        let end = begin + manifest[begin..].find(']').expect("their end");
        let small = format!("{}members = [\"kernel\"{}", &manifest[..begin], &manifest[end..]);
        fs::write(place.join("Cargo.toml"), small).expect("a manifest");
        write(&place, "probe").expect("a new domain");
        let mut cargo = run::cargo(&["test", "--quiet", "-p", "fadu-probe"]).expect("cargo");
        let output = cargo
            .current_dir(&place)
            .env("CARGO_TARGET_DIR", root.join("target/new-domain"))
            .output()
            .expect("it runs");
        fs::remove_dir_all(&place).expect("removed");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn the_workspace_gains_one_member() {
        for (before, after) in [
            (
                "[workspace]\nmembers = [\n    \"kernel\",\n    \"domains/law\",\n]\n",
                "[workspace]\nmembers = [\n    \"kernel\",\n    \"domains/law\",\n    \"domains/study\",\n]\n",
            ),
            (
                "[workspace]\nmembers = [\"kernel\", \"domains/law\"]\n",
                "[workspace]\nmembers = [\"kernel\", \"domains/law\", \"domains/study\"]\n",
            ),
            ("[workspace]\nmembers = [\"domains/*\"]\n", "[workspace]\nmembers = [\"domains/*\"]\n"),
            (
                "[workspace]\nmembers = [\"domains/*\"]\nfadu-law = { path = \"domains/law\" }\n",
                "[workspace]\nmembers = [\"domains/*\"]\nfadu-law = { path = \"domains/law\" }\nfadu-study = { path = \"domains/study\" }\n",
            ),
        ] {
            assert_eq!(with_member(before, "study").expect("a workspace"), after);
        }
        assert!(with_member("[package]\n", "study").is_err());
    }
}
