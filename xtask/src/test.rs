//! `cargo xtask test`: what the CI machine runs, in the order in which a failure is cheapest to find.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tools::Tool;
use crate::{check, pg, python, run, tools};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Fmt,
    Clippy,
    Check,
    Rust,
    Browser,
}

const PARTS: [(&str, Part); 5] = [
    ("fmt", Part::Fmt),
    ("clippy", Part::Clippy),
    ("check", Part::Check),
    ("rust", Part::Rust),
    ("browser", Part::Browser),
];

/// Data that stands beside the checkout, never in it, and what runs only when it is there.
const REAL_DATA: [(&str, &str); 7] = [
    ("data/statutes", "statutes: real articles, citations that resolve and are in force"),
    ("data/service-items", "service items: the catalogue of a real county"),
    ("data/hotline", "hotline: real messages and labels"),
    ("data/procurement", "procurement: real auctions and releases"),
    ("data/regions", "regions: towns, villages and the boundary of a real county"),
    ("data/cityjson", "city model: real CityJSON files"),
    ("reference/annual-report-2025.txt", "the annual report that the product must account for"),
];

/// Runs the chosen parts, stops at the first that fails, and always ends with the table of what was done.
pub fn main(args: &[String]) -> Result<ExitCode> {
    let parts = parse(args)?;
    let mut report = Report::default();
    let result = run_parts(&parts, &mut report);
    report.print();
    if parts.contains(&Part::Rust) || parts.contains(&Part::Browser) {
        print_real_data(&run::root()?.join("../shared"));
    }
    result.map(|()| ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = PARTS.iter().map(|(_, part)| *part).collect();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let list = match arg.as_str() {
            "--no-browser" => {
                parts.retain(|part| *part != Part::Browser);
                continue;
            }
            "--only" => args.next().context("--only needs a list, as in --only fmt,clippy")?.as_str(),
            other => match other.strip_prefix("--only=") {
                Some(list) => list,
                None => bail!("test does not know `{other}`; it knows --only LIST and --no-browser"),
            },
        };
        let chosen = list.split(',').map(named).collect::<Result<Vec<Part>>>()?;
        parts.retain(|part| chosen.contains(part));
    }
    Ok(parts)
}

fn named(name: &str) -> Result<Part> {
    match PARTS.iter().find(|(known, _)| *known == name) {
        Some((_, part)) => Ok(*part),
        None => bail!("test has no part `{name}`; it has {}", PARTS.map(|(name, _)| name).join(", ")),
    }
}

fn run_parts(parts: &[Part], report: &mut Report) -> Result<()> {
    let wants = |part| parts.contains(&part);
    report.step("tools", || tools::ensure(&needed(parts)))?;
    if wants(Part::Fmt) {
        report.step("fmt", || run::run(&mut run::cargo(&["fmt", "--all", "--check"])?))?;
    }
    if wants(Part::Clippy) {
        let args = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        report.step("clippy", || run::run(&mut run::cargo(&args)?))?;
    }
    if wants(Part::Check) {
        report.step("check", || {
            eprintln!("\n$ cargo xtask check");
            check::check()
        })?;
    }
    if wants(Part::Rust) {
        rust(report)?;
    }
    if wants(Part::Browser) {
        browser(report)?;
    }
    Ok(())
}

fn needed(parts: &[Part]) -> Vec<Tool> {
    let mut tools = Vec::new();
    if parts.contains(&Part::Rust) {
        tools.extend([Tool::Postgres, Tool::CjkFonts, Tool::PdfToText]);
    }
    if parts.contains(&Part::Browser) {
        tools.extend([Tool::Chromium, Tool::Node]);
        if !tools.contains(&Tool::CjkFonts) {
            tools.push(Tool::CjkFonts);
        }
    }
    tools
}

/// The tests of every crate. The server goes when this function is left, by whichever door.
fn rust(report: &mut Report) -> Result<()> {
    let server = report.step("postgres", pg::Server::start)?;
    report.step("mail", || tools::offer(Tool::Imap))?;
    let python = report.step("python", python::ensure)?;
    let cargo = |args: &[&str]| -> Result<()> {
        let mut command = run::cargo(args)?;
        command.env(pg::VARIABLE, server.url());
        command.envs(python.as_ref().map(|python| (python::VARIABLE, python)));
        run::run(&mut command)
    };
    if tools::in_path("cargo-nextest").is_none() {
        return report.step("rust tests", || cargo(&["test", "--workspace"]));
    }
    report.step("rust tests", || cargo(&["nextest", "run", "--workspace"]))?;
    report.step("doc tests", || cargo(&["test", "--doc", "--workspace"]))
}

/// The pages in a real browser, against the program just built.
fn browser(report: &mut Report) -> Result<()> {
    let islands = run::root()?.join("islands");
    if !islands.join("package.json").exists() {
        report.skip("browser", "there is no islands/package.json");
        return Ok(());
    }
    report.step("fadu", || run::run(&mut run::cargo(&["build", "-p", "fadu"])?))?;
    if is_stale(&islands) {
        report.step("npm", || {
            let args = ["--prefix", "islands", "ci", "--no-audit", "--no-fund"];
            run::run(run::command("npm")?.args(args))
        })?;
    }
    let tests = browser_tests(&islands)?;
    if tests.is_empty() {
        report.skip("browser", "islands/browser has no *.test.mjs");
        return Ok(());
    }
    report.step("browser", || {
        let mut node = run::command("node")?;
        node.arg("--test").args(&tests);
        node.env("FADU_BIN", run::built("debug", "fadu")?);
        node.env("CHROMIUM", tools::chromium().context("chromium is not there")?);
        run::run(&mut node)
    })
}

/// Whether the npm packages are older than the lock file. npm leaves its own copy of the lock when it is done.
fn is_stale(islands: &Path) -> bool {
    let changed = |path: &str| fs::metadata(islands.join(path)).and_then(|data| data.modified()).ok();
    match (changed("package-lock.json"), changed("node_modules/.package-lock.json")) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(lock), Some(stamp)) => stamp < lock,
    }
}

/// The browser tests by name, relative to the workspace's root.
fn browser_tests(islands: &Path) -> Result<Vec<PathBuf>> {
    let mut tests = Vec::new();
    let folder = islands.join("browser");
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if name.to_string_lossy().ends_with(".test.mjs") {
                tests.push(Path::new("islands/browser").join(name));
            }
        }
    }
    tests.sort();
    Ok(tests)
}

fn print_real_data(shared: &Path) {
    let absent: Vec<&str> = REAL_DATA
        .iter()
        .filter(|(path, _)| !shared.join(path).exists())
        .map(|(_, case)| *case)
        .collect();
    if absent.is_empty() {
        println!("Real data: all present in ../shared.");
    } else {
        println!("Real data: skipped, because ../shared does not hold it: {}.", absent.join("; "));
    }
}

/// What was done, how it went and how long it took.
#[derive(Default)]
struct Report {
    rows: Vec<(String, String, Duration)>,
}

impl Report {
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let result = work();
        let outcome = if result.is_ok() { "ok" } else { "FAILED" };
        self.rows.push((name.into(), outcome.into(), started.elapsed()));
        result.with_context(|| format!("step {name}"))
    }

    fn skip(&mut self, name: &str, reason: &str) {
        self.rows.push((name.into(), format!("skipped: {reason}"), Duration::ZERO));
    }

    fn print(&self) {
        println!("\n{:<12} {:>8}  outcome", "step", "seconds");
        for (name, outcome, took) in &self.rows {
            println!("{name:<12} {:>8.1}  {outcome}", took.as_secs_f64());
        }
        let total: Duration = self.rows.iter().map(|(_, _, took)| *took).sum();
        println!("{:<12} {:>8.1}", "total", total.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Vec<Part>> {
        parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>()).ok()
    }

    #[test]
    fn flags_choose_the_parts() {
        use Part::{Browser, Check, Clippy, Fmt, Rust};
        for (line, parts) in [
            ("", Some(vec![Fmt, Clippy, Check, Rust, Browser])),
            ("--no-browser", Some(vec![Fmt, Clippy, Check, Rust])),
            ("--only fmt,rust", Some(vec![Fmt, Rust])),
            ("--only=browser", Some(vec![Browser])),
            ("--only rust,fmt", Some(vec![Fmt, Rust])),
            ("--only rust,browser --no-browser", Some(vec![Rust])),
            ("--only", None),
            ("--only moon", None),
            ("--fast", None),
        ] {
            assert_eq!(parsed(line), parts, "{line}");
        }
    }

    #[test]
    fn only_the_tools_of_the_chosen_parts_are_needed() {
        assert_eq!(needed(&[Part::Fmt, Part::Check]), []);
        assert_eq!(needed(&[Part::Rust]), [Tool::Postgres, Tool::CjkFonts, Tool::PdfToText]);
        assert!(!needed(&[Part::Browser]).contains(&Tool::Postgres));
    }
}
