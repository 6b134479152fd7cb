//! 用语检查。 Clauses of a tender file that may shut somebody out, each with its article; a person answers each of them.

use fadu_kernel::Basis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::LazyLock;

/// One row of `data/terms.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub id: String,
    pub rule: String,
    pub zh: String,
    pub statute: String,
    pub article: u16,
    /// A clause that holds a word of every group is put before a person.
    pub groups: Vec<Vec<String>>,
    #[serde(default)]
    pub unless: Vec<String>,
}

/// 提示。 A signal, never a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flag {
    /// The term, the clause and the sentence it stands in, such as `brand@3.1`.
    pub id: String,
    pub rule: String,
    pub zh: String,
    pub basis: Basis,
    /// The sentence that was found.
    pub clause: String,
}

#[derive(Deserialize)]
struct File {
    term: Vec<Term>,
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/terms.toml")).map_or_else(|_| Vec::new(), |file: File| file.term)
});

pub fn terms() -> &'static [Term] {
    &TERMS
}

/// Every clause is read sentence by sentence: two words of two sentences say nothing together.
pub fn scan(clauses: &[String]) -> Vec<Flag> {
    let mut flags = Vec::new();
    for (n, clause) in clauses.iter().enumerate() {
        for (m, sentence) in clause.split(['。', '；', ';', '\n']).enumerate() {
            flags.extend(TERMS.iter().filter(|term| term.fits(sentence)).map(|term| Flag {
                id: format!("{}@{}.{}", term.id, n + 1, m + 1),
                rule: term.rule.clone(),
                zh: term.zh.clone(),
                basis: Basis {
                    statute: Cow::Owned(term.statute.clone()),
                    article: term.article,
                    paragraph: None,
                    item: None,
                },
                clause: sentence.trim().to_owned(),
            }));
        }
    }
    flags
}

impl Term {
    fn fits(&self, sentence: &str) -> bool {
        let any = |words: &[String]| words.iter().any(|word| sentence.contains(word.as_str()));
        self.groups.iter().all(|words| any(words)) && !any(&self.unless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_shut_somebody_out_are_shown_with_their_article() {
        let rows = [
            ("投标人须在本县设立分公司。", Some("local-business")),
            ("不要求投标人在本地设立分支机构。", None),
            ("水泵指定甲品牌。", Some("brand")),
            ("招标人不得指定品牌。", None),
            ("投标人须为国有企业", Some("ownership")),
            ("投标人须具有独立法人资格，不限所有制形式", None),
            ("近三年在本市获得的奖项每项加1分", Some("local-record")),
            ("近三年类似工程业绩每项加1分", None),
            ("注册资本不少于5000万元", Some("size")),
            ("进入本单位名录库方可投标", Some("unrelated-list")),
            ("外省企业须经备案", Some("outside-barred")),
            ("须使用乙担保公司的保函", Some("named-operator")),
            ("本县实验小学教学楼工程。投标企业应具有二级资质。", None),
        ];
        for (clause, expected) in rows {
            let found = scan(&[clause.to_owned()]);
            let ids: Vec<&str> = found.iter().filter_map(|flag| flag.id.split('@').next()).collect();
            assert_eq!(ids.first().copied(), expected, "{clause}: {ids:?}");
        }
    }

    #[test]
    fn every_term_names_an_article() {
        assert_eq!(terms().len(), 8);
        assert!(terms().iter().all(|term| term.article > 0 && term.groups.len() > 1));
    }
}
