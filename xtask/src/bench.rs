//! `cargo xtask bench`: the measurements, on both engines.

use std::process::ExitCode;

use anyhow::Result;

use crate::{pg, python, run, tools};

/// Builds the release program and runs `fadu bench` with the same arguments, a PostgreSQL server of its own and the peers
/// from PyPI.
pub fn main(args: &[String]) -> Result<ExitCode> {
    tools::ensure(&[tools::Tool::Postgres])?;
    run::run(&mut run::cargo(&["build", "--release", "-p", "fadu"])?)?;
    let server = pg::Server::start()?;
    let mut bench = run::command_here(run::built("release", "fadu")?);
    bench.arg("bench").args(args).env(pg::VARIABLE, server.url());
    if let Some(interpreter) = python::ensure()? {
        bench.env(python::VARIABLE, interpreter);
    }
    let status = run::status(&mut bench)?;
    Ok(run::exit_code(status))
}
