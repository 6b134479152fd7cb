//! 名单。 The lines that are frozen, and the rules by which they are walked, as the text that is hashed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Beyond this a weight would only cost hashing time.
pub const MOST_WEIGHT: u16 = 1000;

/// 名单的一行: `leaf specialty exclusion weight`, the exclusion a hyphen where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Line {
    pub leaf: String,
    pub specialty: String,
    /// 回避或者排除的理由代码
    pub exclusion: Option<String>,
    /// 权重: so many tickets; 1 in an ordinary draw.
    pub weight: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    #[error("“{0}”应为四段：叶、专业、排除理由（没有就写-）、权重")]
    Shape(String),
    #[error("“{0}”不是64位小写十六进制的叶")]
    Leaf(String),
    #[error("权重“{0}”应在1到{MOST_WEIGHT}之间")]
    Weight(String),
    #[error("“{0}”不是抽取规则，应为“take 人数”或者“quota 专业 人数”")]
    Rule(String),
    #[error("各专业人数合计{quotas}，应等于抽取人数{take}")]
    Quotas { quotas: u32, take: u16 },
    #[error("抽取人数应至少为1")]
    NobodyToTake,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exclusion = self.exclusion.as_deref().unwrap_or("-");
        write!(f, "{} {} {exclusion} {}", self.leaf, self.specialty, self.weight)
    }
}

impl FromStr for Line {
    type Err = BadLine;
    fn from_str(text: &str) -> Result<Line, BadLine> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [leaf, specialty, exclusion, weight] = parts[..] else {
            return Err(BadLine::Shape(text.to_owned()));
        };
        if !super::is_hash(leaf) {
            return Err(BadLine::Leaf(leaf.to_owned()));
        }
        if [specialty, exclusion].into_iter().any(|word| !is_word(word)) {
            return Err(BadLine::Shape(text.to_owned()));
        }
        let weight = plain_number(weight)
            .filter(|n| (1..=MOST_WEIGHT).contains(n))
            .ok_or_else(|| BadLine::Weight(weight.to_owned()))?;
        let exclusion = (exclusion != "-").then(|| exclusion.to_owned());
        Ok(Line { leaf: leaf.to_owned(), specialty: specialty.to_owned(), exclusion, weight })
    }
}

impl TryFrom<String> for Line {
    type Error = BadLine;
    fn try_from(text: String) -> Result<Line, BadLine> {
        text.parse()
    }
}

impl From<Line> for String {
    fn from(line: Line) -> String {
        line.to_string()
    }
}

/// 抽取规则。 How many, and how many of which specialty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rules {
    pub take: u16,
    /// 专业 → 人数; empty: any specialty.
    #[serde(default)]
    pub quotas: BTreeMap<String, u16>,
}

impl Rules {
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("take {}", self.take)];
        lines.extend(self.quotas.iter().map(|(specialty, n)| format!("quota {specialty} {n}")));
        lines
    }

    pub fn read(lines: &[String]) -> Result<Rules, BadLine> {
        let mut rules = Rules::default();
        for line in lines {
            let bad = || BadLine::Rule(line.clone());
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["take", n] if rules.take == 0 => rules.take = plain_number(n).ok_or_else(bad)?,
                ["quota", specialty, n] if is_word(specialty) => {
                    let n = plain_number(n).ok_or_else(bad)?;
                    if rules.quotas.insert(specialty.to_owned(), n).is_some() {
                        return Err(bad());
                    }
                }
                _ => return Err(bad()),
            }
        }
        rules.checked()
    }

    pub fn checked(self) -> Result<Rules, BadLine> {
        let quotas: u32 = self.quotas.values().map(|n| u32::from(*n)).sum();
        match self.take {
            0 => Err(BadLine::NobodyToTake),
            take if !self.quotas.is_empty() && quotas != u32::from(take) => {
                Err(BadLine::Quotas { quotas, take })
            }
            _ => Ok(self),
        }
    }
}

/// `007` would hash otherwise than `7`: only the plain writing of a number is one.
fn plain_number(text: &str) -> Option<u16> {
    text.parse::<u16>().ok().filter(|n| n.to_string() == text)
}

/// A shell splits at white space, and the file quotes its strings.
pub(super) fn is_word(text: &str) -> bool {
    let plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !matches!(letter, '"' | '\\' | '|');
    !text.is_empty() && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written_and_nothing_else_is() {
        let leaf = "ab".repeat(32);
        let text = format!("{leaf} 造价 - 3");
        let line: Line = text.parse().unwrap();
        assert_eq!((line.exclusion.as_deref(), line.weight, line.to_string()), (None, 3, text));
        let bad = [
            format!("{leaf} 造价 -"),
            format!("{leaf} 造价 - 0"),
            format!("{leaf} 造价 - 01"),
            format!("{leaf} 造价 - 1001"),
            format!("{leaf}  造价 - 1"),
            format!("{} 造价 - 1", leaf.to_uppercase()),
            format!("{leaf} 造\"价 - 1"),
        ];
        for text in bad {
            assert!(text.parse::<Line>().is_err(), "{text}");
        }
    }

    #[test]
    fn quotas_add_up_to_the_number_taken() {
        let read =
            |lines: &[&str]| Rules::read(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        assert!(read(&["take 3", "quota a 2", "quota b 1"]).is_ok());
        assert_eq!(read(&["take 4", "quota a 2", "quota b 1"]), Err(BadLine::Quotas { quotas: 3, take: 4 }));
        assert_eq!(read(&[]), Err(BadLine::NobodyToTake));
        assert!(read(&["take 3", "take 4"]).is_err() && read(&["quota a 2", "quota a 2", "take 4"]).is_err());
    }
}
