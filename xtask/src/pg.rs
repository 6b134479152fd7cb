//! A PostgreSQL server for one run: its own folder, its own port, gone afterwards.

use std::fs::{self, DirBuilder};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::{run, tools};

/// The variable by which tests learn of the server.
pub const VARIABLE: &str = "FADU_TEST_PG";

/// PostgreSQL refuses a socket path longer than this many bytes, less `/.s.PGSQL.65535` and some room.
const LONGEST_FOLDER: usize = 80;

/// `cargo xtask pg -- CMD…`: runs CMD beside a fresh server and ends as CMD ended.
pub fn main(args: &[String]) -> Result<ExitCode> {
    let words = args.strip_prefix(&["--".to_string()]).unwrap_or(args);
    let Some((program, rest)) = words.split_first() else {
        bail!("say what to run: cargo xtask pg -- CMD…");
    };
    tools::ensure(&[tools::Tool::Postgres])?;
    let server = Server::start()?;
    let status = run::status(run::command_here(program).args(rest).env(VARIABLE, server.url()))?;
    Ok(run::exit_code(status))
}

/// A running server, owned by the role `fadu`, with `fsync` on. It stops and vanishes with this value.
pub struct Server {
    folder: PathBuf,
    port: u16,
    guardian: Child,
}

impl Server {
    /// Creates and starts a server; returns when it takes connections.
    /// Errors: PostgreSQL is not installed, or did not start (its log is then on standard error).
    pub fn start() -> Result<Server> {
        let bin = tools::postgres().context("PostgreSQL's server programs are not installed")?;
        let port = free_port()?;
        let folder = new_folder(port)?;
        let guardian = start_guardian(&folder, port, &bin);
        let mut server = match guardian {
            Ok(guardian) => Server { folder, port, guardian },
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                return Err(error);
            }
        };
        server.wait_until_ready()?;
        eprintln!("\nPostgreSQL listens on {}", server.url());
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!("postgres://fadu@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let stdout = self.guardian.stdout.take().context("the guardian has no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        if line.trim() != "ready" {
            bail!("PostgreSQL did not start");
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Waiting closes the guardian's standard input, which is its sign to stop the server.
        let _ = self.guardian.wait();
        // What an ordinary user may not remove from a private temporary folder, we still can.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// A private folder; the port, which nobody else has, makes its name unlike any other's.
fn new_folder(port: u16) -> Result<PathBuf> {
    let mut parent = std::env::temp_dir();
    if parent.as_os_str().len() > LONGEST_FOLDER - 30 {
        parent = PathBuf::from("/tmp");
    }
    let folder = parent.join(format!("fadu-pg-{}-{port}", std::process::id()));
    DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .with_context(|| format!("{} cannot be created", folder.display()))?;
    Ok(folder)
}

/// Starts the guardian script, which starts the server. PostgreSQL refuses to run as root, so root becomes
/// the user that its package created; the guardian's own process group keeps Ctrl-C from reaching it.
fn start_guardian(folder: &Path, port: u16, bin: &Path) -> Result<Child> {
    let mut guardian = Command::new("sh");
    guardian
        .args(["-c", include_str!("pg.sh"), "pg.sh"])
        .arg(folder)
        .arg(port.to_string())
        .arg(bin)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0);
    if tools::is_root() {
        let (uid, gid) = tools::user("postgres")
            .or_else(|| tools::user("nobody"))
            .context("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")?;
        chown(folder, Some(uid), Some(gid))?;
        guardian.uid(uid).gid(gid);
    }
    guardian.spawn().context("sh did not start")
}
