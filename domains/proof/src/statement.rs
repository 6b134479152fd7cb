//! 证照声明。 What a licence says, as lines of text that its issuer signs and that anybody checks with the issuer's public
//! key and no database; and the signed list of what was revoked. Signing and checking are the ledger's notes.
//!
//! The holder is named as far as one needs who stands before them: masked names and numbers of persons, since a code
//! that anybody can photograph must not tell more (个人信息保护法 34).

use jiff::civil::Date;
use std::collections::BTreeMap;

const LICENCE: &str = "fadu-licence-1";
const REVOKED: &str = "fadu-revoked-1";
/// A text that is longer is no statement of ours.
const LONGEST: usize = 4096;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whose ledger it stands in: `fadu/420222`.
    pub origin: String,
    pub number: String,
    pub version: u32,
    pub name: String,
    pub item: String,
    pub department: String,
    /// As masked as the public may read it.
    pub holder: String,
    pub holder_number: String,
    pub issued: Date,
    /// The last day of validity.
    pub until: Option<Date>,
    /// Ledger number of the fact that issued it.
    pub entry: i64,
    /// The day on which this was so.
    pub stated: Date,
}

/// 核验结果, as far as the text itself tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// 已过有效期
    Expired,
    /// 已失效: on the list of what was revoked
    Revoked,
    /// 已换发: a later version is on that list
    Replaced,
    /// Signed for a day that has not come.
    NotYet,
}

impl Standing {
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Valid => "有效",
            Standing::Expired => "已过有效期",
            Standing::Revoked => "已经撤回、撤销、注销或者吊销",
            Standing::Replaced => "已经换发，这一版不再有效",
            Standing::NotYet => "声明的日期还没有到，请核对本机日期",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Expired => "expired",
            Standing::Revoked => "revoked",
            Standing::Replaced => "replaced",
            Standing::NotYet => "not_yet",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadStatement(pub &'static str);

impl std::fmt::Display for BadStatement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "这不是电子证照的声明：{}", self.0)
    }
}

impl std::error::Error for BadStatement {}

/// A line feed in a name would begin a line of its own.
fn flat(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

impl Statement {
    pub fn text(&self) -> String {
        let until = self.until.map_or_else(|| "-".to_owned(), |until| until.to_string());
        let (version, entry) = (self.version.to_string(), self.entry.to_string());
        let (issued, stated) = (self.issued.to_string(), self.stated.to_string());
        let lines = [
            ("origin", flat(&self.origin)),
            ("number", flat(&self.number)),
            ("version", version),
            ("name", flat(&self.name)),
            ("item", flat(&self.item)),
            ("department", flat(&self.department)),
            ("holder", flat(&self.holder)),
            ("holder-number", flat(&self.holder_number)),
            ("issued", issued),
            ("until", until),
            ("entry", entry),
            ("stated", stated),
        ];
        let lines: String = lines.iter().map(|(name, value)| format!("{name} {value}\n")).collect();
        format!("{LICENCE}\n{lines}")
    }

    pub fn parse(text: &str) -> Result<Statement, BadStatement> {
        let lines = lines(text, LICENCE)?;
        let line = |name: &str| lines.get(name).copied().ok_or(BadStatement("缺少一行"));
        let day = |name: &str| line(name)?.parse().map_err(|_| BadStatement("日期读不出来"));
        let until = match line("until")? {
            "-" => None,
            text => Some(text.parse().map_err(|_| BadStatement("有效期读不出来"))?),
        };
        Ok(Statement {
            origin: line("origin")?.to_owned(),
            number: line("number")?.to_owned(),
            version: line("version")?.parse().map_err(|_| BadStatement("版本读不出来"))?,
            name: line("name")?.to_owned(),
            item: line("item")?.to_owned(),
            department: line("department")?.to_owned(),
            holder: line("holder")?.to_owned(),
            holder_number: line("holder-number")?.to_owned(),
            issued: day("issued")?,
            until,
            entry: line("entry")?.parse().map_err(|_| BadStatement("台账号读不出来"))?,
            stated: day("stated")?,
        })
    }

    /// On this day, and by the list of what was revoked where the reader has one of the same issuer.
    pub fn standing(&self, today: Date, revoked: Option<&Revocations>) -> Standing {
        let listed = revoked.filter(|list| list.origin == self.origin);
        let from = listed.and_then(|list| list.least.get(&self.number).copied());
        match from {
            Some(None) => Standing::Revoked,
            Some(Some(least)) if self.version < least => Standing::Replaced,
            _ if self.stated > today => Standing::NotYet,
            _ if self.until.is_some_and(|until| today > until) => Standing::Expired,
            _ => Standing::Valid,
        }
    }
}

/// 失效清单: for whoever checks without a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocations {
    pub origin: String,
    pub stated: Date,
    /// By licence: the least version that still holds, or none at all.
    pub least: BTreeMap<String, Option<u32>>,
}

impl Revocations {
    pub fn text(&self) -> String {
        let mut text = format!("{REVOKED}\norigin {}\nstated {}\n", flat(&self.origin), self.stated);
        for (number, least) in &self.least {
            let least = least.map_or_else(|| "-".to_owned(), |least| least.to_string());
            text.push_str(&format!("{} {least}\n", flat(number)));
        }
        text
    }

    pub fn parse(text: &str) -> Result<Revocations, BadStatement> {
        let mut rest = text.lines();
        let mut head = |start: &str| rest.next().and_then(|line| line.strip_prefix(start));
        if head(REVOKED) != Some("") {
            return Err(BadStatement("不是失效清单"));
        }
        let origin = head("origin ").ok_or(BadStatement("没有写明由谁公布"))?.to_owned();
        let stated = head("stated ").and_then(|day| day.parse().ok());
        let stated = stated.ok_or(BadStatement("没有写明日期"))?;
        let mut least = BTreeMap::new();
        for line in rest {
            let (number, from) = line.split_once(' ').ok_or(BadStatement("有一行读不出来"))?;
            let from = match from {
                "-" => None,
                digits => Some(digits.parse().map_err(|_| BadStatement("有一行读不出来"))?),
            };
            least.insert(number.to_owned(), from);
        }
        Ok(Revocations { origin, stated, least })
    }
}

fn lines<'a>(text: &'a str, first: &'static str) -> Result<BTreeMap<&'a str, &'a str>, BadStatement> {
    if text.len() > LONGEST {
        return Err(BadStatement("太长"));
    }
    let mut rest = text.lines();
    if rest.next() != Some(first) {
        return Err(BadStatement("第一行不对"));
    }
    let mut lines = BTreeMap::new();
    for line in rest {
        let (name, value) = line.split_once(' ').ok_or(BadStatement("有一行读不出来"))?;
        if lines.insert(name, value).is_some() {
            return Err(BadStatement("同一行出现两次"));
        }
    }
    Ok(lines)
}
