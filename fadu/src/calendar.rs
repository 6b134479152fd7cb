//! 工作日历。

use crate::admin::problem;
use crate::home::Home;
use crate::supervision::actor;
use crate::{Answer, Place, Usage, say};
use fadu_app::Call;
use fadu_app::now::instant;
use fadu_kernel::Calendar as Days;
use fadu_kernel::instant::cutoff;
use fadu_law::{Arrangement, ArrangementAct};
use jiff::civil::{Date, Time};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(clap::Subcommand)]
pub enum Calendar {
    /// The N-th working day after DATE, which is not counted, and until when one is in time on it: 24:00, or when the counter
    /// closes
    Add {
        date: String,
        days: u32,
        /// When the counter closes, such as 17:30
        #[arg(long, value_name = "TIME")]
        closes: Option<String>,
    },
    /// What kind of day DATE is, and by which notice
    Status { date: String },
    /// Load the State Council's yearly notice: one line `notice NUMBER issued DATE for YEAR`, then `off FROM TO WHY` and
    /// `work DATE WHY`. What is open is listed under it by the next sweep
    Load {
        file: PathBuf,
        /// The operator's account that loads it
        #[arg(long = "as", value_name = "PERSON")]
        person: String,
    },
}

pub async fn run(place: &Place, command: Calendar) -> Answer {
    match command {
        Calendar::Load { file, person } => return load(place, &file, &person).await,
        Calendar::Add { date, days, closes } => {
            let from = read_date("DATE", &date)?;
            let closes = closes.map(|text| read_time(&text)).transpose()?;
            match days_of(place).await?.after(from, days) {
                Ok(day) => {
                    let until = instant(cutoff(day, closes));
                    say(place, json!({"date": day, "until": until}), || match closes {
                        Some(at) => format!("{day} {:02}:{:02}", at.hour(), at.minute()),
                        None => day.to_string(),
                    });
                }
                Err(ends) => {
                    say(place, json!({"error": ends.to_string()}), || ends.to_string());
                    return Ok(false);
                }
            }
        }
        Calendar::Status { date } => match days_of(place).await?.status(read_date("DATE", &date)?) {
            Ok(status) => say(
                place,
                json!({"date": status.date, "working": status.working, "why": status.why, "notice": status.notice, "known_since": status.known_since}),
                || match &status.notice {
                    Some(notice) => format!("{} {}（{notice}）", status.date, status.why),
                    None => format!("{} {}", status.date, status.why),
                },
            ),
            Err(ends) => {
                say(place, json!({"error": ends.to_string()}), || ends.to_string());
                return Ok(false);
            }
        },
    }
    Ok(true)
}

/// The county's own where there is one, else as this release ships it.
async fn days_of(place: &Place) -> anyhow::Result<Arc<Days>> {
    match Home::exists(place) {
        true => Ok(Home::open(place).await?.app().await?.calendar()),
        false => Ok(Arc::new(Days::shipped())),
    }
}

async fn load(place: &Place, file: &Path, person: &str) -> Answer {
    let text =
        std::fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let app = Home::open(place).await?.app().await?;
    let keeper = actor(&app, person).await?;
    let act = ArrangementAct::Load { arrangement: text.lines().map(str::to_owned).collect() };
    let call = Call { actor: &keeper, matter: None, act, private: BTreeMap::new(), key: None };
    let done = app.act::<Arrangement>(call).await.map_err(problem)?;
    let last = app.calendar().last();
    say(place, json!({"seq": done.seq, "known_until": last}), || {
        format!("entry {}: working days are known until {last}", done.seq)
    });
    Ok(true)
}

fn read_time(text: &str) -> Result<Time, Usage> {
    text.parse()
        .map_err(|_| Usage(format!("--closes: `{text}` is no time of the form 17:30")))
}

pub fn read_date(field: &str, text: &str) -> Result<Date, Usage> {
    text.parse()
        .map_err(|_| Usage(format!("{field}: `{text}` is no date of the form 2025-09-26")))
}
