//! 登记信息与投标人的关系。 What a letter keeps silent about stands in the register of firms: who answers for a firm, and
//! who holds or manages it. A county brings in a list of it, and the bidders of each opening are held against it
//! (实施条例 34). What is found is a lead for committee and supervisor; the list is of another body and of another day.

use crate::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId};
use fadu_trading::Project;
use fadu_trading::project::{Act, Reading};
use std::collections::{BTreeMap, BTreeSet};

/// Where the list lies in the store.
pub const REGISTRY: &str = "trading/registry";
/// 负责人为同一人或者有控股、管理关系的单位.
const RULE: &str = "TND-25";

/// One firm of the list. The person is a keyed digest: equal digests, equal persons, and no name is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firm {
    pub head: String,
    /// Credit codes of those who hold or manage it.
    pub holders: BTreeSet<String>,
}

/// 登记信息。
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry(pub BTreeMap<String, Firm>);

impl Registry {
    /// A line for each firm: code, digest of the head, codes of its holders.
    pub fn write(&self) -> String {
        let line = |(code, firm): (&String, &Firm)| {
            let holders: Vec<&str> = firm.holders.iter().map(String::as_str).collect();
            format!("{code}\t{}\t{}\n", firm.head, holders.join(" "))
        };
        self.0.iter().map(line).collect()
    }

    /// What `write` wrote; any other line is passed over.
    pub fn read(text: &str) -> Registry {
        let firm = |line: &str| {
            let mut cells = line.split('\t');
            let (code, head, holders) = (cells.next()?, cells.next()?, cells.next()?);
            let holders = holders.split_whitespace().map(str::to_owned).collect();
            Some((code.to_owned(), Firm { head: head.to_owned(), holders }))
        };
        Registry(text.lines().filter_map(firm).collect())
    }

    /// How two firms are related, if the list says that they are.
    pub fn relation(&self, one: &str, other: &str) -> Option<&'static str> {
        let (a, b) = (self.0.get(one), self.0.get(other));
        let holds = |firm: Option<&Firm>, code: &str| firm.is_some_and(|firm| firm.holders.contains(code));
        if holds(a, other) || holds(b, one) {
            return Some("登记有控股、管理关系");
        }
        let (a, b) = (a?, b?);
        if !a.head.is_empty() && a.head == b.head {
            return Some("登记的负责人为同一人");
        }
        let common = a.holders.intersection(&b.holders).next();
        common.map(|_| "登记由同一单位控股、管理")
    }
}

impl App {
    /// 按登记信息核对: every two bidders of an opening that is over. `false`: no list was brought in, or it relates nobody.
    pub(crate) async fn match_registry(&self, id: MatterId) -> Result<bool, Problem> {
        let Some((_, text)) = self.store.blob(self.region, REGISTRY).await? else { return Ok(false) };
        let registry = Registry::read(&String::from_utf8_lossy(&text));
        let catalogue = self.catalogue();
        let Some(project) = catalogue.one::<Project>(id) else { return Ok(false) };
        let read = project.tender.bids.iter().filter_map(|row| row.read.as_ref());
        let read: BTreeMap<&str, &Reading> =
            read.map(|(reading, _)| (reading.code.as_str(), reading)).collect();
        let bidders: Vec<&Reading> = read.into_values().collect();
        let mut raised = false;
        for (n, one) in bidders.iter().enumerate() {
            for other in &bidders[n + 1..] {
                let Some(how) = registry.relation(&one.code, &other.code) else { continue };
                let firms = [one, other].map(|firm| format!("{}（{}）", firm.bidder, firm.code));
                let act = Act::RaiseAlert {
                    rule: RULE.to_owned(),
                    evidence: firms.to_vec(),
                    note: format!("{how}；登记信息由其他部门提供，以核对为准"),
                };
                let relay = Actor::relay();
                let key = Some(format!("registry-{id}-{}-{}-{}", project.round, one.code, other.code));
                let call = Call { actor: &relay, matter: Some(id), act, private: BTreeMap::new(), key };
                self.act::<Project>(call).await?;
                raised = true;
            }
        }
        Ok(raised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_says_who_belongs_together() {
        let firm = |head: &str, holders: &[&str]| Firm {
            head: head.to_owned(),
            holders: holders.iter().map(|code| (*code).to_owned()).collect(),
        };
        let firms = [
            ("A", firm("x", &[])),
            ("B", firm("x", &[])),
            ("C", firm("y", &["A"])),
            ("D", firm("", &["Z"])),
            ("E", firm("", &["Z"])),
        ];
        let registry = Registry(firms.map(|(code, firm)| (code.to_owned(), firm)).into());
        assert_eq!(Registry::read(&registry.write()), registry, "written and read again");
        let table = [
            ("one head", "A", "B", Some("登记的负责人为同一人")),
            ("one holds the other", "C", "A", Some("登记有控股、管理关系")),
            ("and the other way round", "A", "C", Some("登记有控股、管理关系")),
            ("one holder", "D", "E", Some("登记由同一单位控股、管理")),
            ("nobody answers for either", "D", "F", None),
            ("strangers", "B", "D", None),
        ];
        for (name, one, other, expected) in table {
            assert_eq!(registry.relation(one, other), expected, "{name}");
        }
    }
}
