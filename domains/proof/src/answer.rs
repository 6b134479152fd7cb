//! 共享来源的问答。 The contract between this platform and the source of another agency: one question about one person, one
//! proof, one case; one answer in lines that the agency signs. Who asks checks the signature (the ledger's notes) and
//! then, here, that the answer is to this question, about this person, of today, and does not contradict itself.
//!
//! The agency computes `about` from the number it looked up: SHA-256 of `request`, a line feed and the number in upper
//! case, in hex. An answer about somebody else cannot pass for one about the applicant, nor an old one for a new one.

use crate::mark::hex;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const ANSWER: &str = "fadu-answer-1";
const LONGEST: usize = 16 * 1024;

/// 提问. Sent as JSON, field by field as here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Always `fadu-question-1`.
    pub format: String,
    /// 32 hex digits, never used twice.
    pub request: String,
    /// As the source calls itself.
    pub source: String,
    pub proof: String,
    pub holder_name: String,
    pub holder_number: String,
    /// 用途: the item and the case that this is asked for (国务院关于在线政务服务的若干规定 7).
    pub purpose: String,
    pub asked: Date,
}

impl Question {
    pub fn about(&self) -> String {
        about(&self.request, &self.holder_number)
    }
}

/// What binds an answer to one request about one person.
pub fn about(request: &str, number: &str) -> String {
    let digest = Sha256::new()
        .chain_update(request)
        .chain_update("\n")
        .chain_update(number.trim().to_ascii_uppercase())
        .finalize();
    hex(&digest)
}

/// 查到的。 What stands in the case instead of the paper; it names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// 证明编号。 Under which the source keeps it.
    pub reference: String,
    /// 出具日期。
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub issued: Option<Date>,
    /// 有效期止。
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// 应答摘要。 SHA-256 of the signed answer.
    pub digest: String,
}

/// 不可信的应答: why an answer does not stand, although it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lie {
    /// 读不出来
    Unreadable,
    /// 签名不对
    Signature,
    /// 不是这个来源的
    OtherSource,
    /// 不是对这次提问的
    OtherRequest,
    /// 不是这份证明
    OtherProof,
    /// 不是这个人的
    OtherPerson,
    /// 姓名对不上
    OtherName,
    /// 日期不是今天
    OtherDay,
    /// 自相矛盾
    Contradiction,
}

impl Lie {
    pub fn zh(self) -> &'static str {
        match self {
            Lie::Unreadable => "应答读不出来",
            Lie::Signature => "应答的签名不对",
            Lie::OtherSource => "应答不是这个来源作出的",
            Lie::OtherRequest => "应答不是对这次提问的",
            Lie::OtherProof => "应答说的是另一份证明",
            Lie::OtherPerson => "应答说的是另一个人",
            Lie::OtherName => "应答里的姓名或者名称和申请人对不上",
            Lie::OtherDay => "应答的日期不是今天",
            Lie::Contradiction => "应答自相矛盾",
        }
    }
}

/// 应答, as it stands between the signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub source: String,
    pub request: String,
    pub proof: String,
    pub about: String,
    pub found: bool,
    pub holder: String,
    pub reference: String,
    pub issued: Option<Date>,
    pub until: Option<Date>,
    pub said: Date,
    /// Values of fields of the form, by the field's id.
    pub values: BTreeMap<String, String>,
}

impl Answer {
    pub fn text(&self) -> String {
        let day = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let word = |text: &str| if text.is_empty() { "-".to_owned() } else { text.replace('\n', " ") };
        let mut text = format!(
            "{ANSWER}\nsource {}\nrequest {}\nproof {}\nabout {}\nfound {}\nholder {}\nreference {}\nissued {}\nuntil {}\nsaid {}\n",
            word(&self.source),
            word(&self.request),
            word(&self.proof),
            word(&self.about),
            if self.found { "yes" } else { "no" },
            word(&self.holder),
            word(&self.reference),
            day(self.issued),
            day(self.until),
            self.said,
        );
        for (field, value) in &self.values {
            text.push_str(&format!("value {} {}\n", word(field), word(value)));
        }
        text
    }

    pub fn parse(text: &str) -> Result<Answer, Lie> {
        Answer::read(text).ok_or(Lie::Unreadable)
    }

    fn read(text: &str) -> Option<Answer> {
        if text.len() > LONGEST {
            return None;
        }
        let mut lines = text.lines();
        if lines.next()? != ANSWER {
            return None;
        }
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let word = |text: &str| if text == "-" { String::new() } else { text.to_owned() };
        let day = |text: &str| match text {
            "-" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let mut answer = Answer {
            source: word(next("source")?),
            request: word(next("request")?),
            proof: word(next("proof")?),
            about: word(next("about")?),
            found: match next("found")? {
                "yes" => true,
                "no" => false,
                _ => return None,
            },
            holder: word(next("holder")?),
            reference: word(next("reference")?),
            issued: day(next("issued")?)?,
            until: day(next("until")?)?,
            said: next("said")?.parse().ok()?,
            values: BTreeMap::new(),
        };
        for line in lines {
            let (field, value) = line.strip_prefix("value ")?.split_once(' ')?;
            answer.values.insert(field.to_owned(), word(value));
        }
        Some(answer)
    }

    /// The answer to this question, on this day: what was found, nothing, or why it is not to be believed. What is past
    /// its last day was not found.
    pub fn to(&self, question: &Question, today: Date) -> Result<Option<Found>, Lie> {
        let wrong = [
            (self.source != question.source, Lie::OtherSource),
            (self.request != question.request, Lie::OtherRequest),
            (self.proof != question.proof, Lie::OtherProof),
            (self.about != question.about(), Lie::OtherPerson),
            (self.said != today, Lie::OtherDay),
            (self.contradicts_itself(), Lie::Contradiction),
            (self.found && self.holder.trim() != question.holder_name.trim(), Lie::OtherName),
        ];
        if let Some((_, lie)) = wrong.into_iter().find(|(wrong, _)| *wrong) {
            return Err(lie);
        }
        if !self.found || self.until.is_some_and(|until| until < today) {
            return Ok(None);
        }
        Ok(Some(Found {
            reference: self.reference.clone(),
            issued: self.issued,
            until: self.until,
            digest: hex(&Sha256::digest(self.text())),
        }))
    }

    fn contradicts_itself(&self) -> bool {
        let nothing = self.reference.is_empty() && self.holder.is_empty() && self.values.is_empty();
        let backwards = self.issued.zip(self.until).is_some_and(|(issued, until)| until < issued);
        let to_come = self.issued.is_some_and(|issued| issued > self.said);
        let empty = self.found && self.reference.is_empty();
        (!self.found && !nothing) || backwards || to_come || empty
    }
}
