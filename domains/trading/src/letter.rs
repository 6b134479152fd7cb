//! 投标函。 What stands first in a sealed bid and is read out from it: whose it is, for which project, and the price.

use crate::project::Reading;
use fadu_kernel::{Invalid, Matter, MatterId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub format: String,
    pub project: MatterId,
    /// 归属随机数: opens the commitment under which the envelope was handed in.
    pub nonce: String,
    /// Name of the file that follows; empty where there is none.
    #[serde(default)]
    pub file_name: String,
    pub reading: Reading,
}

impl Letter {
    pub const FORMAT: &'static str = "fadu-bid-letter-1";

    /// The letter of an opened envelope, checked as a form would be.
    /// Errors: what is wrong with it, in words for the opening record.
    pub fn read(text: &[u8]) -> Result<Letter, String> {
        let letter: Letter = serde_json::from_slice(text).map_err(|_| "投标函的格式不对".to_owned())?;
        if letter.format != Letter::FORMAT {
            return Err("投标函的格式不对".to_owned());
        }
        let said = |wrong: Vec<Invalid>| {
            wrong.into_iter().map(|invalid| invalid.message).collect::<Vec<_>>().join("；")
        };
        letter.check().map_err(said)?;
        Ok(letter)
    }

    /// The same check as when it is read out: a bidder learns of a mistake before sealing it in.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        let read = crate::project::Act::ReadBid {
            bid: MatterId::default(),
            reading: Box::new(self.reading.clone()),
        };
        crate::Project::check(&read, &std::collections::BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        let reading = Reading {
            bidder: "甲建设公司（演示）".into(),
            code: "91350100M000100Y43".into(),
            price: "9,000,000.00".into(),
            ..Reading::default()
        };
        let nonce = "ab".repeat(32);
        Letter {
            format: Letter::FORMAT.into(),
            project: MatterId(1),
            nonce,
            file_name: String::new(),
            reading,
        }
    }

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let text = serde_json::to_vec(&letter()).unwrap();
        assert_eq!(Letter::read(&text).unwrap(), letter());
    }

    #[test]
    fn what_cannot_be_read_out_is_told() {
        let table = [
            (r#""9,000,000.00""#, r#""九百万""#, "报价"),
            ("91350100M000100Y43", "91350100M000100Y44", "信用代码"),
            (r#""甲建设公司（演示）""#, r#""""#, "名称"),
            ("fadu-bid-letter-1", "fadu-bid-letter-9", "格式"),
            ("\"reading\"", "\"riding\"", "格式"),
        ];
        let good = serde_json::to_string(&letter()).unwrap();
        for (from, to, says) in table {
            assert!(good.contains(from), "{from}");
            let error = Letter::read(good.replace(from, to).as_bytes()).unwrap_err();
            assert!(error.contains(says), "{to}: {error}");
        }
    }
}
