//! 配置。 `mail.toml`: where letters lie, whom they are acknowledged through, and how many are taken.

use fadu_hotline::categories::Categories;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The configuration that is shipped to be copied; a test reads it.
pub const EXAMPLE: &str = include_str!("../mail.example.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub address: String,
    pub name: String,
    pub category: String,
    pub every_seconds: u64,
    pub most_a_day: u32,
    pub imap: Imap,
    pub smtp: Smtp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    Tls,
    StartTls,
    Plain,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imap {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: String,
    pub password_file: PathBuf,
    pub folder: String,
    pub taken: String,
    pub automatic: String,
    pub by_hand: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Empty: the server asks for none.
    #[serde(default)]
    pub user: String,
    #[serde(default)]
    pub password_file: PathBuf,
}

/// Passwords, read from their files.
#[derive(Clone, Default)]
pub struct Secrets {
    pub imap: String,
    pub smtp: String,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadConfig {
    #[error("{0}")]
    Unreadable(String),
    #[error("{0} is no address of electronic mail")]
    Address(String),
    #[error("{0} is no category that may be dispatched")]
    Category(String),
    #[error("every_seconds is from 5 to 3600, and most_a_day at least 1")]
    Pace,
    #[error("{0} is not this machine: passwords and letters go there under TLS alone")]
    InTheClear(String),
    #[error("the four folders of imap have four different names of letters, digits, `-`, `_`, `.` and `/`")]
    Folders,
    #[error("{file} cannot be read: {why}")]
    Secret { file: String, why: String },
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

impl Config {
    /// Errors: the first thing that is wrong, named as it stands in the file.
    pub fn read(text: &str) -> Result<Config, BadConfig> {
        let config: Config =
            toml::from_str(text).map_err(|error| BadConfig::Unreadable(error.to_string()))?;
        if config.address.parse::<lettre::Address>().is_err() {
            return Err(BadConfig::Address(config.address));
        }
        if Categories::shipped()
            .item(&config.category)
            .is_none_or(|(_, item)| item.emergency)
        {
            return Err(BadConfig::Category(config.category));
        }
        if !(5..=3600).contains(&config.every_seconds) || config.most_a_day == 0 {
            return Err(BadConfig::Pace);
        }
        let (imap, smtp) = (&config.imap, &config.smtp);
        for (security, host) in [(imap.security, &imap.host), (smtp.security, &smtp.host)] {
            if security == Security::Plain && !is_here(host) {
                return Err(BadConfig::InTheClear(host.clone()));
            }
        }
        let folders = [&imap.folder, &imap.taken, &imap.automatic, &imap.by_hand];
        let plain = |name: &String| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        };
        let distinct = folders.iter().enumerate().all(|(n, name)| !folders[..n].contains(name));
        if !distinct || !folders.into_iter().all(plain) {
            return Err(BadConfig::Folders);
        }
        Ok(config)
    }

    /// The files that passwords are read from.
    pub fn secret_files(&self) -> impl Iterator<Item = &Path> {
        let smtp = (!self.smtp.user.is_empty()).then_some(self.smtp.password_file.as_path());
        std::iter::once(self.imap.password_file.as_path()).chain(smtp)
    }

    /// Passwords are read relative to the folder of the configuration.
    pub fn secrets(&self, folder: &Path) -> Result<Secrets, BadConfig> {
        let read = |file: &Path| {
            let path = folder.join(file);
            let text = std::fs::read_to_string(&path);
            text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
                .map_err(|error| BadConfig::Secret {
                    file: path.display().to_string(),
                    why: error.to_string(),
                })
        };
        let smtp = if self.smtp.user.is_empty() { String::new() } else { read(&self.smtp.password_file)? };
        Ok(Secrets { imap: read(&self.imap.password_file)?, smtp })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_and_what_is_wrong_is_named() {
        let config = Config::read(EXAMPLE).unwrap();
        assert_eq!((config.imap.security, config.smtp.port), (Security::Tls, 465));
        let changed = |from: &str, to: &str| {
            assert!(EXAMPLE.contains(from), "{from}");
            Config::read(&EXAMPLE.replacen(from, to, 1)).unwrap_err()
        };
        assert_eq!(changed("12345@fuwu.example.cn", "12345"), BadConfig::Address("12345".into()));
        assert_eq!(
            changed("\"0906\"", "\"0909\""),
            BadConfig::Category("0909".into()),
            "what is happening now"
        );
        assert_eq!(changed("every_seconds = 60", "every_seconds = 1"), BadConfig::Pace);
        assert_eq!(
            changed("security = \"tls\"", "security = \"plain\""),
            BadConfig::InTheClear("imap.example.cn".into())
        );
        assert_eq!(changed("fadu-by-hand", "fadu-taken"), BadConfig::Folders);
        assert_eq!(changed("fadu-by-hand", "人工"), BadConfig::Folders);
        assert!(matches!(changed("every_seconds", "every"), BadConfig::Unreadable(_)));
        let here = EXAMPLE
            .replacen("imap.example.cn", "127.0.0.1", 1)
            .replacen("\"tls\"", "\"plain\"", 1);
        assert_eq!(Config::read(&here).unwrap().imap.security, Security::Plain);
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(config.secrets(folder.path()), Err(BadConfig::Secret { .. })));
        for file in ["imap.password", "smtp.password"] {
            std::fs::write(folder.path().join(file), " secret \n").unwrap();
        }
        assert_eq!(config.secrets(folder.path()).unwrap().imap, " secret ");
    }
}
