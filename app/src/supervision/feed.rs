//! 交易台账的提供。 Every entry from a number on, up to a signed checkpoint: those of trading in full, of the others the hash
//! and one word for all of them. Bids are among the others: before the opening nobody may learn how many there are
//! (招标投标法 22), and after it the project's own facts tell.

use crate::{App, Problem};
use fadu_ledger::note::{hex, unhex};
use fadu_store::Fault;
use serde::{Deserialize, Serialize};

/// Given in full.
pub const SHOWN: [&str; 6] = ["project", "draw", "library", "setting", "complaint", "inspection"];
/// 其他: the kind of every withheld entry. Whoever read which of them are bids would count the bidders.
pub const OTHER: &str = "other";
const PAGE: u32 = 512;
const FORMAT: &str = "fadu-feed-1";

/// 一条。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// The canonical entry, byte for byte.
    Shown {
        text: String,
    },
    Withheld {
        kind: String,
        leaf: String,
    },
}

impl Line {
    /// The leaf's hash; `None` where a withheld one is no hash at all.
    pub fn leaf(&self) -> Option<[u8; 32]> {
        match self {
            Line::Shown { text } => Some(fadu_ledger::leaf_hash(text.as_bytes())),
            Line::Withheld { leaf, .. } => unhex(leaf)?.try_into().ok(),
        }
    }
}

/// 一段台账。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub from: i64,
    /// The signed note that the last line leads to.
    pub note: String,
    pub lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    from: i64,
    note: String,
}

#[derive(Debug, thiserror::Error)]
#[error("第{line}行不是交易台账：{why}")]
pub struct BadFeed {
    pub line: usize,
    pub why: String,
}

impl Feed {
    /// A line for the note, then one for each entry.
    pub fn write(&self) -> String {
        let head = Head { format: FORMAT.to_owned(), from: self.from, note: self.note.clone() };
        let mut text = serde_json::to_string(&head).unwrap_or_default();
        for line in &self.lines {
            text.push('\n');
            text.push_str(&serde_json::to_string(line).unwrap_or_default());
        }
        text.push('\n');
        text
    }

    pub fn read(text: &str) -> Result<Feed, BadFeed> {
        let mut lines = text.lines().enumerate();
        let bad = |line: usize| move |error: serde_json::Error| BadFeed { line, why: error.to_string() };
        let first = lines.next().map_or("", |(_, line)| line);
        let head: Head = serde_json::from_str(first).map_err(bad(1))?;
        if head.format != FORMAT {
            return Err(BadFeed { line: 1, why: format!("格式“{}”", head.format) });
        }
        let lines = lines
            .map(|(n, line)| serde_json::from_str(line).map_err(bad(n + 1)))
            .collect::<Result<_, _>>()?;
        Ok(Feed { from: head.from, note: head.note, lines })
    }
}

impl App {
    /// What there is from this number on; `None` where nothing newer was signed.
    pub async fn feed(&self, from: i64) -> Result<Option<Feed>, Problem> {
        self.checkpoint().await?;
        let last = self.store.last_checkpoint(self.region).await?.filter(|row| row.size > from);
        let Some(last) = last else { return Ok(None) };
        let mut lines = Vec::new();
        let mut next = from;
        while next < last.size {
            let seen = self
                .store
                .scan(self.region, next, PAGE, &mut |entry| {
                    if entry.seq < last.size {
                        lines.push(match SHOWN.contains(&entry.kind) {
                            true => Line::Shown { text: String::from_utf8_lossy(entry.body).into_owned() },
                            false => Line::Withheld { kind: OTHER.to_owned(), leaf: hex(entry.leaf) },
                        });
                    }
                })
                .await?;
            if seen == 0 {
                return Err(Fault::Corrupt(format!("entry {next} is missing")).into());
            }
            next = from + lines.len() as i64;
        }
        Ok(Some(Feed { from, note: last.note, lines }))
    }
}
