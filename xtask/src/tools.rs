//! The programs that building and testing need from the system, and how to get them on Debian.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::run;

/// The oldest PostgreSQL that Fadu supports.
const OLDEST_POSTGRES: u32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Postgres,
    Chromium,
    CjkFonts,
    PdfToText,
    Node,
    Python,
    Imap,
}

impl Tool {
    fn is_there(self) -> bool {
        match self {
            Tool::Postgres => postgres().is_some(),
            Tool::Chromium => chromium().is_some(),
            Tool::CjkFonts => answer("fc-list", &[":lang=zh"])
                .is_some_and(|list| list.lines().any(|font| font.contains("Noto") && font.contains("CJK"))),
            Tool::PdfToText => in_path("pdftotext").is_some(),
            Tool::Node => in_path("node").is_some() && in_path("npm").is_some(),
            Tool::Python => answer("python3", &["-c", "import ensurepip, venv"]).is_some(),
            Tool::Imap => {
                Path::new("/usr/sbin/dovecot").is_file() && Path::new("/usr/lib/dovecot/imap").is_file()
            }
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Tool::Postgres => &["postgresql-15"],
            Tool::Chromium => &["chromium"],
            Tool::CjkFonts => &["fontconfig", "fonts-noto-cjk"],
            Tool::PdfToText => &["poppler-utils"],
            Tool::Node => &["nodejs", "npm"],
            Tool::Python => &["python3", "python3-venv"],
            Tool::Imap => &["dovecot-imapd"],
        }
    }
}

/// Makes sure that the tools are there: root on Debian installs what is missing, anybody else is told how.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let missing = missing(tools);
    if missing.is_empty() {
        return Ok(());
    }
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(missing.iter().flat_map(|tool| tool.packages()));
    if !(is_root() && Path::new("/etc/debian_version").exists()) {
        bail!("missing: {missing:?}. As root on Debian:\n  apt-get update && apt-get {}", install.join(" "));
    }
    // The server package also creates a cluster of its own; we neither need nor touch it.
    for args in [vec!["update"], install] {
        run::run(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    let still = self::missing(tools);
    if !still.is_empty() {
        bail!("still missing after the installation: {still:?}");
    }
    Ok(())
}

/// The same for what only some tests need: where it cannot be installed, a line says so and they are skipped.
pub fn offer(tool: Tool) -> Result<()> {
    if let Err(error) = ensure(&[tool]) {
        println!("skipped: {error:#}");
    }
    Ok(())
}

fn missing(tools: &[Tool]) -> Vec<Tool> {
    tools.iter().copied().filter(|tool| !tool.is_there()).collect()
}

/// The folder that holds `initdb`, `pg_ctl` and `postgres`: Debian's newest version, else the one in PATH.
pub fn postgres() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(version, _)| *version >= OLDEST_POSTGRES)
        .collect();
    versions.sort();
    let newest = versions.into_iter().rev().map(|(_, bin)| bin);
    let linked = in_path("initdb").and_then(|path| Some(path.canonicalize().ok()?.parent()?.to_path_buf()));
    newest
        .chain(linked)
        .find(|bin| ["initdb", "pg_ctl", "postgres"].iter().all(|name| bin.join(name).is_file()))
}

/// The browser: `CHROMIUM` when it is set and there, else the one in PATH.
pub fn chromium() -> Option<PathBuf> {
    let chosen = env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    chosen.or_else(|| in_path("chromium")).or_else(|| in_path("chromium-browser"))
}

pub fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

pub fn is_root() -> bool {
    answer("id", &["-u"]).is_some_and(|uid| uid.trim() == "0")
}

/// The numbers of a user and of their group.
pub fn user(name: &str) -> Option<(u32, u32)> {
    let number = |flag| answer("id", &[flag, name])?.trim().parse().ok();
    Some((number("-u")?, number("-g")?))
}

fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
