//! 电子邮件。 12345 by electronic mail: a letter becomes an order, and its sender is told number, code and what comes next.
//!
//! [`letter`] reads what arrives and knows a machine's letter; [`desk`] turns a letter into an act and words an answer;
//! [`imap`] and [`smtp`] talk to the servers; [`poll`] goes through the mailbox once. The same letter is never two orders:
//! its act bears a key made of the letter itself. An acknowledgement may go out twice if the machine stops between sending
//! it and moving the letter; it never stays out.

pub mod config;
pub mod desk;
pub mod imap;
pub mod letter;
pub mod smtp;

use config::{Config, Secrets};
use desk::{Desk, Verdict};
use fadu_app::App;
use fadu_understand::Keeper;
use std::sync::Arc;
use std::time::Duration;

/// One look into the mailbox handles so many letters; the next look takes the rest.
const AT_ONCE: u64 = 100;

/// What one look into the mailbox did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub seen: u64,
    /// Requests opened.
    pub taken: u64,
    /// Words added to a request that is there.
    pub supplemented: u64,
    /// Sent by machines: neither taken nor answered.
    pub automatic: u64,
    /// Written that there is something to read on the page of their request.
    pub told: u64,
    /// Left for a person.
    pub by_hand: u64,
    /// Not handled for a fault of ours or of a server: they lie where they lay, and the next look tries again.
    pub failed: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("imap: {0}")]
    Imap(#[from] async_imap::error::Error),
    #[error("smtp: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the letter could not be written: {0}")]
    Words(String),
    #[error("{0}")]
    Link(#[from] std::io::Error),
    #[error("the server did not answer in time")]
    Late,
    #[error("{0}")]
    Problem(#[from] fadu_app::Problem),
}

/// Signs in to both servers and changes nothing.
pub async fn check(config: &Config, secrets: &Secrets) -> Result<(), MailError> {
    imap::Mailbox::open(&config.imap, &secrets.imap).await?.close().await;
    smtp::Post::new(config, secrets)?.check().await
}

/// 收信一次。 A letter that fails stays where it is and stops none of the others.
pub async fn poll(
    app: &App,
    config: &Config,
    secrets: &Secrets,
    keeper: &Keeper,
    base_url: &str,
) -> Result<Report, MailError> {
    let post = smtp::Post::new(config, secrets)?;
    let desk = Desk { app, config, keeper, base_url };
    let mut report = Report { told: tell(&desk, &post).await?, ..Report::default() };
    let mut mailbox = imap::Mailbox::open(&config.imap, &secrets.imap).await?;
    for (uid, size) in mailbox.letters().await? {
        // Those that failed stand in nobody's way: however many lie in front, the rest is handled.
        if report.seen - report.failed == AT_ONCE {
            break;
        }
        report.seen += 1;
        let verdict = match size <= imap::LARGEST {
            true => desk.handle(&mailbox.read(uid).await?).await,
            false => Ok(Verdict::too_large()),
        };
        let moved = match verdict {
            Ok(verdict) => settle(&mut mailbox, &post, uid, &verdict, config).await.map(|()| verdict),
            Err(error) => Err(error),
        };
        match moved {
            Ok(Verdict { opened: true, .. }) => report.taken += 1,
            Ok(Verdict { place: desk::Place::Taken, .. }) => report.supplemented += 1,
            Ok(Verdict { place: desk::Place::Automatic, .. }) => report.automatic += 1,
            Ok(Verdict { place: desk::Place::ByHand, .. }) => report.by_hand += 1,
            Err(error) => {
                report.failed += 1;
                // The letter is named by its number in the mailbox: who wrote it is nobody's business in a log.
                tracing::error!(%error, uid, "a letter was not handled; the next look tries again");
            }
        }
    }
    mailbox.close().await;
    Ok(report)
}

/// Who wrote by letter is written that an answer, a longer limit or another road is there to read. Sent first and recorded
/// then, like an acknowledgement: it may go out twice, and never stays out.
async fn tell(desk: &Desk<'_>, post: &smtp::Post) -> Result<u64, MailError> {
    let mut told = 0;
    for (id, order, mail) in desk.app.untold_by_mail(AT_ONCE as u32).await? {
        if let Some(to) = mail {
            match post.send(&desk.news(id, &order, to)).await {
                // Nobody lives at that address, or it is none: waiting would not help.
                Err(MailError::Smtp(error)) if error.is_permanent() => {
                    tracing::warn!(%error, %id, "whoever wrote cannot be told");
                }
                Err(MailError::Words(error)) => tracing::warn!(%error, %id, "whoever wrote cannot be told"),
                Err(error) => {
                    tracing::error!(%error, %id, "a caller was not told; the next look tries again");
                    continue;
                }
                Ok(()) => told += 1,
            }
        }
        desk.app.caller_told(id).await?;
    }
    Ok(told)
}

/// Answered first and moved then: a letter whose answer could not be sent is looked at again.
async fn settle(
    mailbox: &mut imap::Mailbox,
    post: &smtp::Post,
    uid: u32,
    verdict: &Verdict,
    config: &Config,
) -> Result<(), MailError> {
    if let Some(answer) = &verdict.answer {
        match post.send(answer).await {
            // Nobody lives at that address: the request stands, and waiting would not help.
            Err(MailError::Smtp(error)) if error.is_permanent() => {
                tracing::warn!(%error, uid, "the sender of a letter cannot be answered");
            }
            sent => sent?,
        }
    }
    let folder = match verdict.place {
        desk::Place::Taken => &config.imap.taken,
        desk::Place::Automatic => &config.imap.automatic,
        desk::Place::ByHand => &config.imap.by_hand,
    };
    mailbox.put_away(uid, folder).await
}

/// Looks into the mailbox for ever. A server that is away is tried again at the next look.
pub async fn keep_polling(app: Arc<App>, config: Config, secrets: Secrets, keeper: Keeper, base_url: String) {
    loop {
        match poll(&app, &config, &secrets, &keeper, &base_url).await {
            Ok(report) if report.seen > 0 => {
                tracing::info!(seen = report.seen, taken = report.taken, failed = report.failed, "mail read");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the mailbox could not be read; the next look follows"),
        }
        tokio::time::sleep(Duration::from_secs(config.every_seconds)).await;
    }
}
