//! 可验证抽取。 Computes a published draw again; needs no county, only the file.

use crate::{Answer, Place, Usage, say};
use fadu_trading::draw::Record;
use fadu_trading::draw::record::{Fault, Verified};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Draw {
    /// Compute FILE again and say who is drawn; the answer is no where the file says otherwise
    Verify {
        /// The record as the page of the draw gives it out
        file: PathBuf,
    },
    /// Print the shell recipe that computes the same with sha256sum and sort
    Recipe,
}

pub fn run(place: &Place, command: Draw) -> Answer {
    match command {
        Draw::Verify { file } => verify(place, &file),
        Draw::Recipe => {
            let recipe = fadu_trading::DRAW_RECIPE;
            say(place, json!({"recipe": recipe}), || recipe.trim_end().to_owned());
            Ok(true)
        }
    }
}

fn verify(place: &Place, file: &Path) -> Answer {
    let text =
        std::fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    // A file that is no record at all is a wrong question; a record that does not hold is an answer.
    let record = Record::read(&text).map_err(|fault| Usage(format!("{}: {fault}", file.display())))?;
    match record.verify() {
        Ok(verified) => {
            say(place, told(&record, &verified), || lines(&record, &verified));
            Ok(true)
        }
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
            say(place, json!({"valid": false, "draw": record.draw, "faults": faults}), || {
                format!("抽取 {} 重算不符：\n  {}", record.draw, faults.join("\n  "))
            });
            Ok(false)
        }
    }
}

fn told(record: &Record, verified: &Verified) -> Value {
    json!({
        "valid": true, "draw": record.draw, "purpose": record.purpose, "root": record.root, "seed": verified.seed,
        "seats": verified.seats, "order": verified.order, "silent": verified.silent,
    })
}

fn lines(record: &Record, verified: &Verified) -> String {
    let mut lines = vec![
        format!("抽取 {} 重算相符：{}", record.draw, record.purpose),
        format!("名单根 {}", record.root),
        format!("种子   {}", verified.seed),
    ];
    lines.extend(
        verified
            .seats
            .iter()
            .enumerate()
            .map(|(n, seat)| format!("第{}位  {seat}", n + 1)),
    );
    if !verified.silent.is_empty() {
        lines.push(format!("提交了摘要而没有公开的：{}", verified.silent.join("、")));
    }
    lines.push("不能证明：名单上是谁，排除理由是否属实，通知了谁。".to_owned());
    lines.join("\n")
}
