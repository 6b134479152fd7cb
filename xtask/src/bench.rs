//! `cargo xtask bench`: the measurements, on both engines.

use std::process::ExitCode;

use anyhow::Result;

use crate::{pg, run, tools};

/// Builds the release program and runs `fadu bench` with the same arguments and a PostgreSQL server of its own.
pub fn main(args: &[String]) -> Result<ExitCode> {
    tools::ensure(&[tools::Tool::Postgres])?;
    run::run(&mut run::cargo(&["build", "--release", "-p", "fadu"])?)?;
    let server = pg::Server::start()?;
    let mut bench = run::command_here(run::built("release", "fadu")?);
    let status = run::status(bench.arg("bench").args(args).env(pg::VARIABLE, server.url()))?;
    Ok(run::exit_code(status))
}
