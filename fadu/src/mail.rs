//! 电子邮件。 `fadu mail`: the configuration checked, the mailbox read once. `fadu serve` reads it by itself.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_mail::config::{Config, EXAMPLE, Secrets};
use serde_json::json;

/// Beside `fadu.toml`.
pub const FILE: &str = "mail.toml";

#[derive(clap::Subcommand)]
pub enum Mail {
    /// Print a configuration to copy to DIR/mail.toml
    Example,
    /// Read DIR/mail.toml and sign in to both servers; nothing is changed
    Check,
    /// Look into the mailbox once: letters become requests and are acknowledged
    Poll,
}

/// The configuration of this county's mail, where there is one.
pub fn configured(home: &Home) -> anyhow::Result<Option<(Config, Secrets)>> {
    let path = home.dir.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let wrong = |error| Usage(format!("{}: {error}", path.display()));
    let config = Config::read(&text).map_err(wrong)?;
    let secrets = config.secrets(&home.dir).map_err(wrong)?;
    Ok(Some((config, secrets)))
}

pub async fn run(place: &Place, mail: Mail) -> Answer {
    if matches!(mail, Mail::Example) {
        say(place, json!({"file": FILE, "text": EXAMPLE}), || EXAMPLE.trim_end().to_owned());
        return Ok(true);
    }
    let home = Home::open(place).await?;
    let Some((config, secrets)) = configured(&home)? else {
        let path = home.dir.join(FILE);
        return Err(Usage(format!("{} is not there; `fadu mail example` prints one", path.display())).into());
    };
    if matches!(mail, Mail::Check) {
        let said = fadu_mail::check(&config, &secrets).await.err().map(|error| error.to_string());
        say(place, json!({"ready": said.is_none(), "error": said}), || {
            said.clone()
                .unwrap_or_else(|| format!("ready: letters to {} can be read and answered", config.address))
        });
        return Ok(said.is_none());
    }
    let app = home.app().await?;
    if !app.runs.business("hotline") {
        return Err(
            Usage("this county does not run the hotline: see `businesses` in fadu.toml".into()).into()
        );
    }
    let base_url = home.site().base_url;
    let report = fadu_mail::poll(&app, &config, &secrets, &crate::hotline::keeper(place), &base_url).await?;
    say(place, serde_json::to_value(report)?, || {
        format!(
            "{} letters seen: {} taken, {} added to requests, {} sent by machines, {} left for a person, {} told of an answer, {} failed",
            report.seen,
            report.taken,
            report.supplemented,
            report.automatic,
            report.by_hand,
            report.told,
            report.failed
        )
    });
    Ok(report.failed == 0)
}
