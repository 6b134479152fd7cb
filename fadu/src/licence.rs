//! 电子证照。 A licence that somebody shows, checked with the county's public key and nothing else.

use crate::calendar::read_date;
use crate::{Answer, Place, Usage, say};
use fadu_app::licences::verify;
use fadu_ledger::VerifyKey;
use fadu_proof::statement::Standing;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub enum Licence {
    /// Check FILE (the licence's text, or the address that its code holds) without any database
    Verify {
        file: PathBuf,
        /// The key as the county publishes it, or a file that holds it; without it, the folder's own key is used
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        /// The county's signed list of what was revoked, as fetched from /licence/revoked
        #[arg(long, value_name = "FILE")]
        revoked: Option<PathBuf>,
        /// As on this day; today by default
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
}

pub fn run(place: &Place, command: Licence) -> Answer {
    let Licence::Verify { file, key, revoked, on } = command;
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())))
    };
    let text = read(&file)?;
    let list = revoked.as_ref().map(read).transpose()?;
    let today = match on {
        Some(day) => read_date("--on", &day)?,
        None => fadu_app::now::moment(fadu_app::now::System::machine_ms()).today,
    };
    let key = crate::ledger::public_key(place, key)?;
    let key = VerifyKey::parse(key.trim()).map_err(|error| Usage(format!("--key: {error}")))?;
    match verify(&text, &key, list.as_deref(), today) {
        Ok((said, standing)) => {
            let valid = standing == Standing::Valid;
            let answer = json!({
                "valid": valid, "standing": standing.word(), "number": said.number, "version": said.version, "name": said.name,
                "holder": said.holder, "holder_number": said.holder_number, "department": said.department, "issued": said.issued,
                "until": said.until, "stated": said.stated, "entry": said.entry, "revocations_checked": list.is_some(),
            });
            say(place, answer, || {
                let list = if list.is_some() { "" } else { "（没有核对失效清单）" };
                let until = said.until.map_or_else(|| "长期".to_owned(), |day| day.to_string());
                format!(
                    "{}{list}\n{} {} 第{}版\n持证人 {}（{}）\n{}，{}签发，有效期止 {until}；{}的声明",
                    standing.zh(),
                    said.name,
                    said.number,
                    said.version,
                    said.holder,
                    said.holder_number,
                    said.department,
                    said.issued,
                    said.stated
                )
            });
            Ok(valid)
        }
        Err(error) => {
            say(place, json!({"valid": false, "error": error.to_string()}), || format!("不能核验：{error}"));
            Ok(false)
        }
    }
}
