//! A mailbox on Debian's Dovecot and a mail server from PyPI, both on this machine and for one test alone.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DOVECOT: &str = "/usr/sbin/dovecot";

pub struct Servers {
    folder: tempfile::TempDir,
    imap: Child,
    smtp: Option<Child>,
    python: String,
    pub imap_port: u16,
    pub smtp_port: u16,
    owner: Option<(u32, u32)>,
    n: u32,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn id(args: &[&str]) -> String {
    let output = Command::new("id").args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Servers {
    /// `None`, with a line that says why, where one of the two is not installed.
    pub fn start() -> Option<Servers> {
        let Ok(python) = std::env::var("FADU_TEST_PYTHON") else {
            println!("skipped: FADU_TEST_PYTHON is not set, so there is no mail server");
            return None;
        };
        if !Path::new(DOVECOT).is_file() {
            println!("skipped: dovecot-imapd is not installed");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let (imap_port, smtp_port) = (free_port(), free_port());
        // Dovecot keeps no mail of root's: there it belongs to nobody.
        let root = id(&["-u"]) == "0";
        let owner =
            root.then(|| (id(&["-u", "nobody"]).parse().unwrap(), id(&["-g", "nobody"]).parse().unwrap()));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let imap = dovecot(folder.path(), imap_port, owner);
        let mut servers = Servers { folder, imap, smtp: None, python, imap_port, smtp_port, owner, n: 0 };
        fs::create_dir(servers.path("sent")).unwrap();
        servers.start_smtp();
        let reached = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            std::net::TcpStream::connect(("127.0.0.1", imap_port)).is_ok()
        });
        assert!(reached, "dovecot: {}", fs::read_to_string(servers.path("dovecot.log")).unwrap_or_default());
        Some(servers)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn start_smtp(&mut self) {
        let mut child = Command::new(&self.python)
            .args(["-c", include_str!("smtp_server.py")])
            .arg(self.path("sent"))
            .arg(self.smtp_port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready");
        self.smtp = Some(child);
    }

    pub fn stop_smtp(&mut self) {
        if let Some(mut child) = self.smtp.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// A letter arrives, as a transfer agent leaves it.
    pub fn deliver(&mut self, letter: &[u8]) {
        self.n += 1;
        let mail = self.path("mail/new");
        fs::create_dir_all(&mail).unwrap();
        for name in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
            fs::create_dir_all(self.path(name)).unwrap();
            self.own(&self.path(name));
        }
        let file = mail.join(format!("{}.M{}.test", self.n, self.n));
        fs::write(&file, letter).unwrap();
        self.own(&file);
    }

    fn own(&self, path: &Path) {
        if let Some((uid, gid)) = self.owner {
            chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    /// Letters in a folder; the mailbox itself is the empty name.
    pub fn n_in(&self, folder: &str) -> usize {
        let folder =
            if folder.is_empty() { self.path("mail") } else { self.path(&format!("mail/.{folder}")) };
        let count = |name| fs::read_dir(folder.join(name)).map_or(0, Iterator::count);
        count("new") + count("cur")
    }

    /// What was sent, in order: envelope, then letter.
    pub fn sent(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("sent"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
        files.sort();
        files
            .iter()
            .map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned())
            .collect()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.stop_smtp();
        let _ = Command::new("kill").args(["-TERM", &self.imap.id().to_string()]).status();
        let _ = self.imap.wait();
    }
}

fn dovecot(folder: &Path, port: u16, owner: Option<(u32, u32)>) -> Child {
    let at = |name: &str| folder.join(name).display().to_string();
    for name in ["run", "mail"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    if let Some((uid, gid)) = owner {
        chown(folder.join("mail"), Some(uid), Some(gid)).unwrap();
    }
    let (uid, gid) = owner.unwrap_or_else(|| (id(&["-u"]).parse().unwrap(), id(&["-g"]).parse().unwrap()));
    // Its own users, where there is a root to change to them; everything is the caller's otherwise.
    let users = match owner {
        Some(_) => String::new(),
        None => {
            let name = id(&["-un"]);
            format!(
                "default_internal_user = {name}\ndefault_login_user = {name}\ndefault_internal_group = {}\n",
                id(&["-gn"])
            )
        }
    };
    let config = format!(
        "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {run}\nstate_dir = {run}\nlog_path = {log}\nssl = no\n\
         disable_plaintext_auth = no\nauth_mechanisms = plain login\nmail_location = maildir:{mail}\nfirst_valid_uid = 1\n\
         first_valid_gid = 1\n{users}\
         passdb {{\n  driver = static\n  args = password=secret\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={mail} allow_all_users=yes\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {port}\n  }}\n  inet_listener imaps {{\n    port = 0\n  }}\n}}\n\
         service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n",
        run = at("run"),
        log = at("dovecot.log"),
        mail = at("mail"),
    );
    fs::write(folder.join("dovecot.conf"), config).unwrap();
    Command::new(DOVECOT)
        .args(["-F", "-c", &at("dovecot.conf")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
