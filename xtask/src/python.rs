//! The Python programs that some tests talk to: installed from PyPI into a folder of their own under `target`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;
use crate::tools::{self, Tool};

/// The variable by which tests learn of the interpreter that has them.
pub const VARIABLE: &str = "FADU_TEST_PYTHON";

/// The interpreter that has every program of `xtask/python.txt`. `None`, with a line that says why, where PyPI cannot be
/// reached: what needs it is then skipped.
pub fn ensure() -> Result<Option<PathBuf>> {
    tools::offer(Tool::Python)?;
    let root = run::root()?;
    let wanted = fs::read_to_string(root.join("xtask/python.txt")).context("xtask/python.txt")?;
    let debug = run::built("debug", "fadu")?;
    let target = debug.parent().and_then(|debug| debug.parent()).context("a target folder")?;
    let folder = target.join("python");
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.is_file() {
        return Ok(Some(python));
    }
    let list = root.join("xtask/python.txt");
    let made =
        run::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).and_then(|()| {
            let args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
            run::run(Command::new(&python).args(args).arg(&list))
        });
    if let Err(error) = made {
        println!("skipped: the programs of xtask/python.txt could not be installed ({error:#})");
        return Ok(None);
    }
    fs::write(&stamp, wanted)?;
    Ok(Some(python))
}
