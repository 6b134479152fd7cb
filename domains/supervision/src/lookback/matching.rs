//! 对应。 A list of tenders against approvals and payments: by the code of the investment project, else by owner and title.
//! What an approval or a payment tells of and the list does not is a project that may never have been tendered.

use super::{Approval, Matched, Past, Payment};
use std::collections::{BTreeMap, BTreeSet};

/// A project with what was found of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    pub project: Past,
    pub matched: Matched,
}

/// The same project under two spellings: spaces, punctuation and full-width letters do not tell names apart.
fn plain(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars()
        .map(narrow)
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Code, and owner with title.
#[derive(Default)]
struct Index {
    by_code: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<(String, String), Vec<usize>>,
}

impl Index {
    fn of(projects: &[Past]) -> Index {
        let mut index = Index::default();
        for (at, project) in projects.iter().enumerate() {
            let code = plain(&project.code);
            if !code.is_empty() {
                index.by_code.entry(code).or_default().push(at);
            }
            let name = (plain(&project.tenderer), plain(&project.title));
            index.by_name.entry(name).or_default().push(at);
        }
        index
    }

    /// All that it may be; several where lots share one code and the title decides between none of them.
    fn find(&self, code: &str, owner: &str, title: &str) -> Vec<usize> {
        let named = self.by_name.get(&(plain(owner), plain(title)));
        match (self.by_code.get(&plain(code)), named) {
            (Some(coded), Some(named)) => {
                let both: Vec<usize> = named.iter().copied().filter(|at| coded.contains(at)).collect();
                if both.is_empty() { coded.clone() } else { both }
            }
            (Some(coded), None) => coded.clone(),
            (None, Some(named)) => named.clone(),
            (None, None) => Vec::new(),
        }
    }
}

/// `None`: that table was not brought, and what needs it cannot be computed.
pub fn matched(
    projects: &[Past],
    approvals: Option<&[Approval]>,
    payments: Option<&[Payment]>,
) -> Vec<Together> {
    let index = Index::of(projects);
    let none = Matched {
        has_approvals: approvals.is_some(),
        has_payments: payments.is_some(),
        ..Matched::default()
    };
    let mut all: Vec<Together> = projects
        .iter()
        .map(|project| Together { project: project.clone(), matched: none.clone() })
        .collect();
    let mut unlisted: BTreeMap<String, Matched> = BTreeMap::new();
    let empty = || none.clone();
    for approval in approvals.unwrap_or_default() {
        let found = index.find(&approval.code, &approval.owner, &approval.title);
        for at in &found {
            all[*at].matched.approvals.push(approval.clone());
        }
        if found.is_empty() {
            let key = key(&approval.code, &approval.owner, &approval.title);
            unlisted.entry(key).or_insert_with(empty).approvals.push(approval.clone());
        }
    }
    for payment in payments.unwrap_or_default() {
        let found = index.find(&payment.code, &payment.payer, &payment.title);
        for at in &found {
            all[*at].matched.payments.push(payment.clone());
            all[*at].matched.shared |= found.len() > 1;
        }
        if found.is_empty() {
            let key = key(&payment.code, &payment.payer, &payment.title);
            unlisted.entry(key).or_insert_with(empty).payments.push(payment.clone());
        }
    }
    all.extend(unlisted.into_iter().map(|(key, matched)| untendered(&key, matched)));
    unique(&mut all);
    all
}

fn key(code: &str, owner: &str, title: &str) -> String {
    match plain(code) {
        code if code.is_empty() => format!("{} {}", plain(owner), plain(title)),
        code => code,
    }
}

/// 清单以外的项目: named after what told of it.
fn untendered(key: &str, matched: Matched) -> Together {
    let (approval, payment) = (matched.approvals.first(), matched.payments.first());
    let first = |text: fn(&Approval) -> &String, other: Option<&String>| {
        approval.map(text).or(other).cloned().unwrap_or_default()
    };
    let days = matched
        .approvals
        .iter()
        .map(|one| one.on)
        .chain(matched.payments.iter().map(|one| one.on));
    let project = Past {
        id: format!("清单外 {key}"),
        title: first(|one| &one.title, payment.map(|one| &one.title)),
        sector: approval
            .map(|one| one.sector.clone())
            .filter(|sector| !sector.is_empty())
            .unwrap_or_else(|| "未标明".to_owned()),
        what: approval.and_then(|one| one.what),
        tenderer: first(|one| &one.owner, payment.map(|one| &one.payer)),
        code: first(|one| &one.code, payment.map(|one| &one.code)),
        currency: "CNY".to_owned(),
        contracted: days.flatten().min(),
        listed: false,
        ..Past::default()
    };
    Together { project, matched }
}

/// Two rows of one id are two projects: the second bears its place.
fn unique(all: &mut [Together]) {
    let mut seen = BTreeSet::new();
    for (at, one) in all.iter_mut().enumerate() {
        if !seen.insert(one.project.id.clone()) {
            one.project.unreadable.push(format!("编码“{}”重复", one.project.id));
            one.project.id = format!("{}（清单第{}行）", one.project.id, at + 1);
            seen.insert(one.project.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::{approvals, payments, projects};
    use super::*;

    const LIST: &str = "编码,名称,招标人,投资项目代码\nA1,县道改造,交通局,2101-01\nA2,小学教学楼,教育局,\nA3,桥梁一标,交通局,2101-03\nA4,桥梁二标,交通局,2101-03\n";

    #[test]
    fn a_payment_without_a_tender_is_a_project_of_its_own() {
        let list = projects(LIST).unwrap();
        let approvals = approvals(
            "批准文号,名称,建设单位,投资项目代码\n批1,县道改造,交通局,2101-01\n批2,公墓扩建,民政局,2101-09\n",
        )
        .unwrap();
        let payments = payments("凭证号,付款单位,投资项目代码,事由,金额,日期\nV1,交通局,２１０１－０１,进度款,100,2021-05-01\nV2,教育局,,小学 教学楼,200,2021-05-02\nV3,民政局,2101-09,首付,300,2021-05-03\nV4,民政局,2101-09,二付,400,2021-06-03\nV5,交通局,2101-03,桥梁二标,500,2021-06-04\nV6,交通局,2101-03,桥,600,2021-06-05\n").unwrap();
        let all = matched(&list, Some(&approvals), Some(&payments));
        let told: Vec<(&str, usize, usize, bool)> = all
            .iter()
            .map(|one| {
                let matched = &one.matched;
                (&*one.project.id, matched.approvals.len(), matched.payments.len(), matched.shared)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("A1", 1, 1, false),
                ("A2", 0, 1, false),
                ("A3", 0, 1, true),
                ("A4", 0, 2, true),
                ("清单外 210109", 1, 2, false),
            ]
        );
        assert_eq!(all[4].matched.paid_fen(), Some(70_000));
        assert!(!all[4].project.listed && all[4].project.title == "公墓扩建");
    }

    #[test]
    fn the_same_id_twice_is_two_projects() {
        let list = projects("编码,名称\nA1,甲\nA1,乙\n").unwrap();
        let all = matched(&list, None, None);
        assert_eq!(all[1].project.id, "A1（清单第2行）");
        assert!(!all[0].matched.has_approvals);
    }
}
