//! `cargo xtask demo`: from a fresh checkout to a running county in one command.

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::run;

/// Builds the release program and becomes `fadu demo` with the same arguments.
pub fn main(args: &[String]) -> Result<ExitCode> {
    run::run(&mut run::cargo(&["build", "--release", "-p", "fadu"])?)?;
    let program = run::built("release", "fadu")?;
    let error = run::command_here(&program).arg("demo").args(args).exec();
    Err(error).with_context(|| format!("{} did not start", program.display()))
}
