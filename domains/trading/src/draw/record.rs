//! 抽取记录。 The public file of one draw: everything that is needed to compute it again, and nothing that names a person.

use super::roster::is_word;
use super::{BadLine, Line, Rules, is_hash, leaf, order, root, seed, sha256, source, take};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub const FORMAT: &str = "fadu-draw-1";

/// The values as text, one a line once written, so that `sed` reads the file as well as a program does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub format: String,
    /// 抽取编号, allotted before the first secret was committed.
    pub draw: String,
    pub purpose: String,
    pub frozen_at: String,
    pub rules: Vec<String>,
    pub roster: Vec<String>,
    pub root: String,
    /// `party commit time`
    pub commits: Vec<String>,
    pub reveal_by: String,
    /// One for each commit, in the same order; `-` where the secret was never revealed.
    pub reveals: Vec<String>,
    /// 公共随机数的来源, named before it existed.
    pub public_source: String,
    pub public_at: String,
    pub public_value: String,
    /// `leaf reason`
    #[serde(default)]
    pub declined: Vec<String>,
    /// `leaf specialty`, in the order of their drawing: the result that the file claims.
    pub seats: Vec<String>,
    /// `leaf salt id`, of drawn members alone, once their names need no longer be secret; the id a hyphen where the reader
    /// has it from elsewhere.
    #[serde(default)]
    pub disclosed: Vec<String>,
}

/// In the place of an id that the file does not tell.
pub(super) const UNTOLD: &str = "-";

/// 不符之处。 What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("不是抽取记录：{0}")]
    Unreadable(String),
    #[error("格式是“{0}”，本程序读“{FORMAT}”")]
    Format(String),
    #[error("{field}第{n}行：{why}")]
    Line { field: &'static str, n: usize, why: String },
    #[error("{field}“{text}”：{why}")]
    Value { field: &'static str, text: String, why: &'static str },
    #[error("名单里同一个叶出现两次：{0}")]
    Twice(String),
    #[error("名单根不符：文件写{said}，按名单算出{found}；名单、排除理由、权重或者人数在冻结之后被改过")]
    Root { said: String, found: String },
    #[error("{party}公开的数与它先前提交的摘要不符")]
    Reveal { party: String },
    #[error("提交了{commits}个摘要，公开栏有{reveals}行")]
    Reveals { commits: usize, reveals: usize },
    #[error("时间先后不对：{0}")]
    Order(&'static str),
    #[error("第{n}位：文件写{said}，重算得{found}")]
    Seat { n: usize, said: String, found: String },
    #[error("按冻结的规则只能抽出{found}名，应抽{needed}名，须依法重新抽取")]
    TooFew { needed: u16, found: usize },
}

/// 重算结果。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub seed: String,
    /// `leaf specialty`, in order.
    pub seats: Vec<String>,
    /// Every leaf in the order of its ticket: also the list of substitutes.
    pub order: Vec<String>,
    /// Parties that committed and did not reveal: public, and to be asked why.
    pub silent: Vec<String>,
}

impl Record {
    pub fn read(text: &str) -> Result<Record, Fault> {
        let record: Record =
            serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))?;
        if record.format == FORMAT { Ok(record) } else { Err(Fault::Format(record.format)) }
    }

    /// 公布的写法: two spaces, one value a line. The shell recipe reads no other.
    pub fn write(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// 重算。 All faults at once: a reader should not have to come back for the second.
    pub fn verify(&self) -> Result<Verified, Vec<Fault>> {
        let mut faults = Vec::new();
        let rules = Rules::read(&self.rules).map_err(|bad| faults.push(at("rules", 0, &bad))).ok();
        let roster = self.read_roster(&mut faults);
        let commits = self.read_commits(&mut faults);
        let reveals = self.read_reveals(&commits, &mut faults);
        self.check_values(&mut faults);
        self.check_times(&commits, &mut faults);
        let Some(rules) = rules else { return Err(faults) };
        if rules.lines() != self.rules {
            faults.push(line("rules", 0, "应先写take，再按字节次序写各专业"));
        }
        let found = root(&rules, &roster);
        if found != self.root {
            faults.push(Fault::Root { said: self.root.clone(), found: found.clone() });
        }
        let declined = self.read_pairs("declined", &self.declined, 2, &mut faults);
        let gone: BTreeSet<&str> = declined.iter().map(|parts| parts[0]).collect();
        let seed = seed(&self.draw, &found, &reveals, &self.public_value);
        let order = order(&seed, &roster);
        let seats = take(&rules, &order, &gone);
        self.check_disclosed(&seats, &mut faults);
        if seats.len() < usize::from(rules.take) {
            faults.push(Fault::TooFew { needed: rules.take, found: seats.len() });
        }
        let seats: Vec<String> =
            seats.iter().map(|line| format!("{} {}", line.leaf, line.specialty)).collect();
        self.check_seats(&seats, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let silent = commits.iter().zip(&reveals).filter(|(_, reveal)| reveal.is_none());
        let silent = silent.map(|(commit, _)| commit.party.to_owned()).collect();
        Ok(Verified { seed, seats, order: order.iter().map(|line| line.leaf.clone()).collect(), silent })
    }

    fn read_roster(&self, faults: &mut Vec<Fault>) -> Vec<Line> {
        let mut seen = BTreeSet::new();
        let mut roster = Vec::with_capacity(self.roster.len());
        for (n, text) in self.roster.iter().enumerate() {
            match text.parse::<Line>() {
                Ok(line) if !seen.insert(line.leaf.clone()) => faults.push(Fault::Twice(line.leaf)),
                Ok(line) => roster.push(line),
                Err(bad) => faults.push(at("roster", n, &bad)),
            }
        }
        roster
    }

    fn read_commits(&self, faults: &mut Vec<Fault>) -> Vec<Committed<'_>> {
        let rows = self.read_pairs("commits", &self.commits, 3, faults);
        let mut commits = Vec::with_capacity(rows.len());
        for (n, row) in rows.into_iter().enumerate() {
            if !is_hash(row[1]) {
                faults.push(line("commits", n, "摘要应为64位小写十六进制"));
            }
            let at = row[2].parse().map_err(|_| faults.push(line("commits", n, "时间读不懂"))).ok();
            commits.push(Committed { party: row[0], commit: row[1], at });
        }
        commits
    }

    fn read_reveals(&self, commits: &[Committed], faults: &mut Vec<Fault>) -> Vec<Option<String>> {
        if commits.len() != self.reveals.len() {
            faults.push(Fault::Reveals { commits: commits.len(), reveals: self.reveals.len() });
        }
        for (commit, reveal) in commits.iter().zip(&self.reveals) {
            if reveal != "-" && sha256(reveal) != commit.commit {
                faults.push(Fault::Reveal { party: commit.party.to_owned() });
            }
        }
        self.reveals
            .iter()
            .map(|reveal| (reveal != "-").then(|| reveal.clone()))
            .collect()
    }

    fn read_pairs<'a>(
        &self,
        field: &'static str,
        rows: &'a [String],
        parts: usize,
        faults: &mut Vec<Fault>,
    ) -> Vec<Vec<&'a str>> {
        let mut read = Vec::with_capacity(rows.len());
        for (n, text) in rows.iter().enumerate() {
            let row: Vec<&str> = text.split(' ').collect();
            if row.len() == parts && row.iter().all(|word| is_word(word)) {
                read.push(row);
            } else {
                faults.push(line(field, n, &format!("应为用一个空格分开的{parts}段")));
            }
        }
        read
    }

    fn check_values(&self, faults: &mut Vec<Fault>) {
        let mut check = |field, text: &str, fits: bool, why| {
            if !fits {
                faults.push(Fault::Value { field, text: text.to_owned(), why });
            }
        };
        check("draw", &self.draw, is_word(&self.draw), "编号不能为空，也不能有空格");
        let value = &self.public_value;
        let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let fits = !value.trim().is_empty() && value.bytes().all(plain);
        check("public_value", value, fits, "公共随机数应为一行字母、数字和空格");
        let named = source::is_named(&self.public_source);
        check("public_source", &self.public_source, named, "来源不在公布的名单上，或者没有写明期号");
        let written = !named || source::fits(&self.public_source, value);
        check("public_value", value, written, "不是这个来源的写法：空格、位数都要与公布的一致");
        let secrets = self.reveals.iter().all(|reveal| reveal == "-" || is_secret(reveal));
        check("reveals", "", secrets, "公开的数应为至少32位小写十六进制");
    }

    /// 冻结 → 提交 → 公开 → 公共随机数出现: a secret told after the value is known could have been chosen for it.
    fn check_times(&self, commits: &[Committed], faults: &mut Vec<Fault>) {
        let mut read = |field, text: &str| -> Option<Timestamp> {
            let unread =
                |_| faults.push(Fault::Value { field, text: text.to_owned(), why: "时间读不懂" });
            text.parse().map_err(unread).ok()
        };
        let frozen = read("frozen_at", &self.frozen_at);
        let reveal_by = read("reveal_by", &self.reveal_by);
        let public_at = read("public_at", &self.public_at);
        let (Some(frozen), Some(reveal_by), Some(public_at)) = (frozen, reveal_by, public_at) else { return };
        if commits.iter().filter_map(|commit| commit.at).any(|at| at < frozen) {
            faults.push(Fault::Order("名单冻结之前就提交了摘要"));
        }
        if commits.iter().filter_map(|commit| commit.at).any(|at| at > reveal_by) {
            faults.push(Fault::Order("公开期限过后才提交摘要"));
        }
        if reveal_by >= public_at {
            faults.push(Fault::Order("公开期限应早于公共随机数出现的时间"));
        }
    }

    fn check_seats(&self, found: &[String], faults: &mut Vec<Fault>) {
        for n in 0..found.len().max(self.seats.len()) {
            let name = |list: &[String]| list.get(n).cloned().unwrap_or_else(|| "空缺".to_owned());
            if found.get(n) != self.seats.get(n) {
                faults.push(Fault::Seat { n: n + 1, said: name(&self.seats), found: name(found) });
            }
        }
    }

    fn check_disclosed(&self, seats: &[&Line], faults: &mut Vec<Fault>) {
        let specialty: BTreeMap<&str, &str> =
            seats.iter().map(|line| (line.leaf.as_str(), line.specialty.as_str())).collect();
        for (n, row) in self.read_pairs("disclosed", &self.disclosed, 3, faults).iter().enumerate() {
            match specialty.get(row[0]) {
                None => faults.push(line("disclosed", n, "不是抽中的人")),
                Some(specialty) if row[2] != UNTOLD && leaf(row[1], row[2], specialty) != row[0] => {
                    faults.push(line("disclosed", n, "盐值、编号和专业算不出这个叶"));
                }
                Some(_) => {}
            }
        }
    }
}

struct Committed<'a> {
    party: &'a str,
    commit: &'a str,
    at: Option<Timestamp>,
}

/// Fewer than 32 hexadecimal digits could be tried out from the commit.
pub fn is_secret(text: &str) -> bool {
    (32..=128).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn line(field: &'static str, n: usize, why: &str) -> Fault {
    Fault::Line { field, n: n + 1, why: why.to_owned() }
}

fn at(field: &'static str, n: usize, bad: &BadLine) -> Fault {
    line(field, n, &bad.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Record {
        Record::read(crate::DRAW_EXAMPLE).unwrap()
    }

    /// The seats in the shipped file were computed by `data/draw-recipe.sh`, not by this program.
    #[test]
    fn the_program_and_the_shell_draw_the_same() {
        let verified = example().verify().unwrap();
        assert_eq!(verified.seats, example().seats);
        assert_eq!(verified.silent, ["centre"], "who did not reveal is named");
        assert_eq!(verified.order.len(), example().roster.len());
        assert_eq!(example().write(), crate::DRAW_EXAMPLE, "the published layout is the one that is written");
    }

    type Change = fn(&mut Record);

    #[test]
    fn a_changed_file_says_what_is_wrong_with_it() {
        let rows: [(&str, Change, &str); 18] = [
            ("an exclusion taken back", |r| r.roster[1] = r.roster[1].replace("employer", "-"), "名单根不符"),
            (
                "one more to take",
                |r| r.rules[0] = "take 5".into(),
                "rules第1行：各专业人数合计4，应等于抽取人数5",
            ),
            ("a line twice", |r| r.roster.push(r.roster[0].clone()), "名单里同一个叶出现两次"),
            ("a line cut short", |r| r.roster[2].truncate(64), "roster第3行："),
            ("another secret", |r| r.reveals[0] = "0".repeat(64), "tenderer公开的数与它先前提交的摘要不符"),
            ("a secret left out", |r| r.reveals.truncate(2), "提交了3个摘要，公开栏有2行"),
            ("a short secret", |r| r.reveals[0] = "abc".into(), "至少32位"),
            ("another value", |r| r.public_value = "99 99 99 99 99 99 + 99".into(), "第1位：文件写"),
            ("the same value, spelled otherwise", |r| r.public_value.push(' '), "不是这个来源的写法"),
            (
                "a digit left out",
                |r| r.public_value = r.public_value.replace("04", "4"),
                "不是这个来源的写法",
            ),
            ("a source that is on no list", |r| r.public_source = "抛硬币".into(), "不在公布的名单上"),
            ("no value", |r| r.public_value = " ".into(), "公共随机数应为一行"),
            (
                "frozen after the commits",
                |r| r.frozen_at = "2025-03-05T00:00:00+08:00".into(),
                "名单冻结之前就提交了摘要",
            ),
            ("revealed after the value", |r| r.reveal_by = r.public_at.clone(), "公开期限应早于"),
            ("a time nobody can read", |r| r.public_at = "明天".into(), "public_at“明天”：时间读不懂"),
            ("one seat given to another", |r| r.seats[1] = r.seats[0].clone(), "第2位：文件写"),
            (
                "a name that was not drawn",
                |r| r.disclosed[0] = r.disclosed[0].replace("E00", "E03"),
                "算不出这个叶",
            ),
            (
                "so many decline that too few are left",
                |r| {
                    r.declined = r.roster.iter().map(|line| format!("{} ill", &line[..64])).collect();
                },
                "只能抽出0名",
            ),
        ];
        for (name, change, says) in rows {
            let mut record = example();
            change(&mut record);
            let faults = record.verify().expect_err(name);
            let said: Vec<String> = faults.iter().map(Fault::to_string).collect();
            assert!(said.iter().any(|fault| fault.contains(says)), "{name}: {said:?}");
        }
    }

    #[test]
    fn what_is_no_record_is_refused_in_words() {
        assert!(matches!(Record::read("{"), Err(Fault::Unreadable(_))));
        assert!(matches!(Record::read(r#"{"format":"x","extra":1}"#), Err(Fault::Unreadable(_))));
        let other = crate::DRAW_EXAMPLE.replace(FORMAT, "fadu-draw-2");
        assert_eq!(Record::read(&other), Err(Fault::Format("fadu-draw-2".into())));
    }

    #[test]
    fn ten_thousand_names_are_drawn_and_checked() {
        let roster: Vec<String> = (0..10_000)
            .map(|i| format!("{} {} - 1", leaf("s", &format!("E{i}"), "works"), ["works", "cost"][i % 2]))
            .collect();
        let mut record = Record {
            rules: vec!["take 5".into(), "quota cost 2".into(), "quota works 3".into()],
            roster,
            declined: vec![],
            disclosed: vec![],
            ..example()
        };
        let rules = Rules::read(&record.rules).unwrap();
        let lines: Vec<Line> = record.roster.iter().map(|line| line.parse().unwrap()).collect();
        record.root = root(&rules, &lines);
        let reveals: Vec<_> = record.reveals.iter().map(|text| (text != "-").then(|| text.clone())).collect();
        let order = order(&seed(&record.draw, &record.root, &reveals, &record.public_value), &lines);
        record.seats = take(&rules, &order, &BTreeSet::new())
            .iter()
            .map(|line| format!("{} {}", line.leaf, line.specialty))
            .collect();
        assert_eq!(record.verify().map(|verified| verified.order.len()), Ok(10_000));
    }
}
