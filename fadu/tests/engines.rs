//! 两种存储。 A demonstration's folder for the program, on the embedded store or on a database of its own.

use crate::commands::{Served, code};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A database on the server of the tests, dropped with this value.
pub struct Database {
    admin: String,
    name: String,
    url: String,
}

impl Database {
    /// `None`, and a line that says so, where the tests have no server.
    pub fn new(what: &str) -> Option<Database> {
        let Ok(admin) = std::env::var("FADU_TEST_PG") else {
            println!("skipped: FADU_TEST_PG is not set");
            return None;
        };
        let name = format!("fadu_{what}_{}", std::process::id());
        let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
        let database = Database { admin, name, url };
        assert!(database.sql("create database"), "psql makes a database");
        Some(database)
    }

    /// Goes away, with every connection to it, or comes back.
    pub fn accepts_connections(&self, yes: bool) {
        assert!(self.psql(&format!("alter database {} allow_connections {yes}", self.name)));
        if !yes {
            let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname =";
            assert!(self.psql(&format!("{cut} '{}'", self.name)));
        }
    }

    fn sql(&self, what: &str) -> bool {
        self.psql(&format!("{what} {}", self.name))
    }

    fn psql(&self, sql: &str) -> bool {
        let mut psql = Command::new("psql");
        psql.args(["-qX", "-d", &self.admin, "-c", sql])
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        psql.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let forced = format!("drop database if exists {} with (force)", self.name);
        let _ = Command::new("psql").args(["-qX", "-d", &self.admin, "-c", &forced]).status();
    }
}

/// 一县。 Its folder and, where its store is no file in it, its database.
pub struct County {
    pub folder: tempfile::TempDir,
    pub database: Option<Database>,
    /// Entries in the ledger when its year had ended.
    pub entries: i64,
}

impl County {
    /// A small demonstration, lived through its year.
    pub fn demonstration(database: Option<Database>) -> County {
        let mut county = County { folder: tempfile::tempdir().unwrap(), database, entries: 0 };
        let made = county.fadu(&["demo", "--no-serve", "--scale", "0.005", "--json"]);
        assert_eq!(code(&made), 0, "{}", String::from_utf8_lossy(&made.stderr));
        county.entries = crate::commands::json(&made)["ledger_entries"].as_i64().unwrap();
        county
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("county")
    }

    /// `--database` with its address, or nothing.
    pub fn place(&self) -> Vec<&str> {
        let database = self.database.iter();
        database.flat_map(|database| ["--database", database.url.as_str()]).collect()
    }

    pub fn fadu(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fadu"));
        command.args(args).args(self.place()).arg("--data").arg(self.data());
        command.stdin(Stdio::null()).output().unwrap()
    }

    pub fn serve(&self) -> Served {
        Served::start(&self.data(), &self.place())
    }

    /// Every entry from this number on, read by nobody but the store.
    pub fn entries_from(&self, from: i64) -> Vec<fadu_store::EntryRow> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = self.store().await;
            store.entries(fadu_sim::REGION, from, 1_000_000).await.unwrap()
        })
    }

    /// The effects that wait, as the store has them.
    pub fn outbox(&self) -> Vec<fadu_store::OutboxRow> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async { self.store().await.outbox(fadu_sim::REGION, 1000).await.unwrap() })
    }

    async fn store(&self) -> std::sync::Arc<dyn fadu_store::Store> {
        use fadu_store::{Postgres, Sqlite};
        match &self.database {
            Some(database) => Postgres::connect(&database.url).await.unwrap(),
            None => Sqlite::open(&self.data().join("fadu.db")).unwrap(),
        }
    }
}
