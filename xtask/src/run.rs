//! Starting other programs: each command is shown before it runs, and a failure names it.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The workspace's root: the nearest folder upwards whose Cargo.toml has a `[workspace]`.
pub fn root() -> Result<PathBuf> {
    let start = match env::var_os("CARGO_MANIFEST_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => env::current_dir()?,
    };
    start
        .ancestors()
        .find(|dir| fs::read_to_string(dir.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]")))
        .map(Path::to_path_buf)
        .context("no workspace above the current folder")
}

/// A command that runs in the workspace's root.
pub fn command(program: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = command_here(program);
    command.current_dir(root()?);
    Ok(command)
}

/// A command that runs where `cargo xtask` was typed, so that its relative paths mean what they say.
///
/// `cargo run` tells us about our own package. Some build scripts watch these variables, and passing them on
/// would rebuild their crates each time a build alternates between `cargo` and `cargo xtask`.
pub fn command_here(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The same cargo that started us.
pub fn cargo(args: &[&str]) -> Result<Command> {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))?;
    command.args(args);
    Ok(command)
}

/// What `cargo metadata` answers.
pub fn metadata(args: &[&str]) -> Result<Value> {
    let mut command = cargo(&["metadata", "--format-version", "1"])?;
    command.args(args).stderr(std::process::Stdio::inherit());
    let output = command.output().context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Where cargo puts a built program: `profile` is `debug` or `release`.
pub fn built(profile: &str, program: &str) -> Result<PathBuf> {
    let metadata = metadata(&["--no-deps"])?;
    let target = metadata["target_directory"]
        .as_str()
        .context("cargo metadata names no target folder")?;
    Ok(Path::new(target).join(profile).join(program))
}

/// Shows the command, runs it and waits; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Shows the command, runs it and waits for its own verdict.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    let shown = shown(command);
    eprintln!("\n$ {shown}");
    command.status().with_context(|| format!("`{shown}` did not start"))
}

/// Our exit code for a command that we ran on somebody's behalf: its own where it has one.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code) => ExitCode::from(code),
        None => ExitCode::FAILURE,
    }
}

/// The command as one would type it, with the variables it is given.
fn shown(command: &Command) -> String {
    let mut words: Vec<String> = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), value?.to_string_lossy())))
        .collect();
    let program = Path::new(command.get_program());
    let is_cargo = program.file_name().is_some_and(|name| name == "cargo");
    words.push(if is_cargo { "cargo".into() } else { program.display().to_string() });
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}
