//! 依据。 Where in the law a rule, a power or a limit stands.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// 条款。 One place in one statute. `article` 0 means the whole instrument (a notice without articles).
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Basis {
    pub statute: Cow<'static, str>,
    pub article: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u16>,
}

impl Basis {
    pub const fn article(statute: &'static str, article: u16) -> Basis {
        Basis { statute: Cow::Borrowed(statute), article, paragraph: None, item: None }
    }

    pub const fn item(statute: &'static str, article: u16, paragraph: u16, item: u16) -> Basis {
        Basis { statute: Cow::Borrowed(statute), article, paragraph: Some(paragraph), item: Some(item) }
    }

    /// The short key used in commands and addresses: `行政许可法#32.1.4`.
    pub fn key(&self) -> String {
        let mut key = format!("{}#{}", self.statute, self.article);
        if let Some(paragraph) = self.paragraph {
            key.push_str(&format!(".{paragraph}"));
            if let Some(item) = self.item {
                key.push_str(&format!(".{item}"));
            }
        }
        key
    }
}

/// The form of an official document: 《行政许可法》第三十二条第一款第四项.
impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "《{}》", self.statute)?;
        if self.article > 0 {
            write!(f, "第{}条", chinese(self.article))?;
        }
        if let Some(paragraph) = self.paragraph {
            write!(f, "第{}款", chinese(paragraph))?;
        }
        if let Some(item) = self.item {
            write!(f, "第{}项", chinese(item))?;
        }
        Ok(())
    }
}

/// 规则表。 The rules of one domain, each `NAME = "ID", "sentence", [bases];`, and `ALL` of them.
#[macro_export]
macro_rules! rules {
    ($($name:ident = $id:literal, $sentence:literal, $basis:expr;)*) => {
        $(pub static $name: $crate::Rule = $crate::Rule { id: $id, sentence: $sentence, basis: &$basis };)*
        pub static ALL: &[&$crate::Rule] = &[$(&$name),*];
    };
}

/// 规则。 Something a decision may refuse by, declared once.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The id of the rule book, such as `LIC-07`.
    pub id: &'static str,
    /// The rule in one plain sentence, as a citizen reads it.
    pub sentence: &'static str,
    pub basis: &'static [Basis],
}

impl Rule {
    pub fn bases(&self) -> String {
        self.basis.iter().map(Basis::to_string).collect::<Vec<_>>().join("、")
    }
}

/// Numbers up to 9999 as statutes write them: 十, 二十, 一百零五, 一千二百六十.
pub fn chinese(n: u16) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if n == 0 {
        return "零".to_owned();
    }
    let mut text = String::new();
    let mut rest = n;
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            gap = !text.is_empty() && rest > 0;
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        if !(unit == 10 && digit == 1 && text.is_empty()) {
            text.push_str(DIGITS[digit as usize]);
        }
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_a_citation() {
        for (n, text) in [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1260, "一千二百六十"),
            (1005, "一千零五"),
        ] {
            assert_eq!(chinese(n), text);
        }
        let basis = Basis::item("行政许可法", 32, 1, 4);
        assert_eq!(basis.to_string(), "《行政许可法》第三十二条第一款第四项");
        assert_eq!(basis.key(), "行政许可法#32.1.4");
    }
}
