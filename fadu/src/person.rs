//! 个人信息。 Frozen or erased by somebody whose post may, with the reason; the ledger says so and names nobody.

use crate::admin::problem;
use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_app::private::Whose;
use fadu_app::{Committed, Problem};
use fadu_kernel::MatterId;
use fadu_service::personal::Cause;
use serde_json::json;
use std::io::BufRead;

/// A number on a command line would be read by everybody on the machine: it comes on the first line of standard input.
#[derive(clap::Args)]
pub struct Asked {
    /// The operator's account that answers for it
    #[arg(long = "as", value_name = "PERSON")]
    operator: String,
    #[arg(long)]
    reason: String,
    /// Everybody whose values this matter holds, for values that bear no number, telephone or address of mail
    #[arg(long, value_name = "ID")]
    matter: Option<String>,
}

#[derive(clap::Subcommand)]
pub enum Person {
    /// Keep what archives law keeps: nothing is erased until its disposal is approved. Whose: a number, telephone or address
    /// of mail on the first line of standard input
    Freeze {
        #[command(flatten)]
        asked: Asked,
    },
    /// Destroy the key, the values and the files of a person. Whose: a number, telephone or address of mail on the first line
    /// of standard input
    Erase {
        #[command(flatten)]
        asked: Asked,
        /// Case of 个人信息保护法 47: purpose, term, consent, unlawful, law
        #[arg(long)]
        cause: String,
        /// The document that approves the disposal of what was archived or frozen
        #[arg(long, value_name = "DOCUMENT", default_value = "")]
        disposal: String,
    },
}

pub async fn run(place: &Place, command: Person) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    let (Person::Freeze { asked } | Person::Erase { asked, .. }) = &command;
    let account = app.account(&asked.operator).await?.filter(|account| !account.closed);
    let operator = account
        .ok_or_else(|| Usage(format!("--as {}: no such account", asked.operator)))?
        .actor();
    let mut known = String::new();
    let whose = match &asked.matter {
        Some(id) => Whose::Of(
            id.parse::<MatterId>()
                .map_err(|_| Usage(format!("--matter `{id}` is no number of a matter")))?,
        ),
        None => {
            std::io::stdin().lock().read_line(&mut known)?;
            if known.trim().is_empty() {
                return Err(Usage("whose: no number on standard input".to_owned()).into());
            }
            Whose::Known(known.trim())
        }
    };
    let (done, what) = match &command {
        Person::Freeze { asked } => (app.freeze_personal(&operator, whose, &asked.reason).await, "frozen"),
        Person::Erase { asked, cause, disposal } => {
            let cause = read_cause(cause)?;
            (app.erase_personal(&operator, whose, cause, &asked.reason, disposal).await, "erased")
        }
    };
    match done {
        Ok(done) => {
            let entries: Vec<i64> = done.iter().map(|one: &Committed| one.seq).collect();
            let numbers: Vec<String> = entries.iter().map(i64::to_string).collect();
            say(place, json!({"done": what, "entries": entries}), || {
                format!("{what}; entries of the ledger: {}", numbers.join(", "))
            });
            Ok(true)
        }
        Err(Problem::NotFound) => {
            say(place, json!({"error": "nothing is kept of this person"}), || {
                "nothing is kept of this person".to_owned()
            });
            Ok(false)
        }
        Err(other) => Err(problem(other)),
    }
}

fn read_cause(word: &str) -> Result<Cause, Usage> {
    let words = || Cause::ALL.map(Cause::word).join(", ");
    let found = Cause::ALL.into_iter().find(|cause| cause.word() == word);
    found.ok_or_else(|| Usage(format!("--cause `{word}`: one of {}", words())))
}
