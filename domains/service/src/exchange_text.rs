//! 交换表里的文字。 Lists that one cell holds, a line each, written and read back.

use crate::code_list::Level;
use crate::definition::{Condition, Special, Step, Support};
use crate::diff::{post_zh, supports_zh};
use crate::exchange::{special_kind, special_line, step_line};
use fadu_kernel::Basis;

pub fn lines(cell: &str) -> impl Iterator<Item = &str> {
    cell.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn joined(rows: impl Iterator<Item = String>) -> String {
    rows.collect::<Vec<_>>().join("\n")
}

/// `设定依据：《土地管理法》第五十七条第一款（法律）`, and for a provincial rule its day: `，2025-03-01起施行`.
pub fn support(support: &Support) -> String {
    let level = support.level.map_or_else(String::new, |level| format!("（{}）", level.zh()));
    let since = support.since.map_or_else(String::new, |day| format!("，{day}起施行"));
    format!("{}依据：{}{level}{since}", supports_zh(&support.supports), support.basis)
}

pub fn supports<'a>(rows: impl Iterator<Item = &'a Support>) -> String {
    joined(rows.map(support))
}

/// A line without a heading is what set the item up: so other systems write it.
pub fn read_support(line: &str, read_basis: &dyn Fn(&str) -> Option<Basis>) -> Option<Support> {
    const WORDS: [&str; 6] = ["setting", "condition", "procedure", "limit", "fee", "result"];
    let heading = WORDS.into_iter().find_map(|word| {
        let rest = line.strip_prefix(supports_zh(word))?.strip_prefix("依据：")?;
        Some((word, rest))
    });
    let (supports, rest) = heading.unwrap_or(("setting", line));
    let (rest, since) = match rest.rsplit_once('，').and_then(|(rest, day)| {
        let day = day.strip_suffix("起施行")?.parse().ok()?;
        Some((rest, day))
    }) {
        Some((rest, day)) => (rest, Some(day)),
        None => (rest, None),
    };
    let (citation, level) = match Level::ALL.iter().find_map(|level| {
        let rest = rest.strip_suffix(&format!("（{}）", level.zh()))?;
        Some((rest, *level))
    }) {
        Some((citation, level)) => (citation, Some(level)),
        None => (rest, None),
    };
    let basis = read_basis(citation.trim())?;
    Some(Support { basis, supports: supports.to_owned(), held: false, level, since })
}

pub fn basis(basis: Option<&Basis>) -> String {
    basis.map_or_else(String::new, Basis::to_string)
}

pub fn conditions(rows: &[Condition]) -> String {
    joined(rows.iter().map(|row| row.text.clone()))
}

/// A line that was there before keeps its id and basis, so that materials still find their condition.
pub fn read_conditions(cell: &str, was: &[Condition]) -> Vec<Condition> {
    let mut used: Vec<&str> = Vec::new();
    let rows: Vec<Option<&Condition>> = lines(cell)
        .map(|line| was.iter().find(|condition| condition.text == line))
        .collect();
    used.extend(rows.iter().flatten().map(|condition| condition.id.as_str()));
    let mut fresh = (1..).map(|n| format!("c{n}")).filter(|id| !used.contains(&id.as_str()));
    let read = lines(cell).zip(&rows).map(|(line, known)| match known {
        Some(condition) => (*condition).clone(),
        None => Condition {
            id: fresh.next().unwrap_or_default(),
            text: line.to_owned(),
            basis: None,
            simulated: false,
        },
    });
    read.collect()
}

pub fn steps(rows: &[Step]) -> String {
    joined(rows.iter().map(step_line))
}

/// `受理（经办人）`, or `检测（第三方有偿服务，依据：《建筑法》第七条）`; a step whose post is not known is an officer's. The
/// error is the line whose basis cannot be read.
pub fn read_steps(cell: &str, read_basis: &dyn Fn(&str) -> Option<Basis>) -> Result<Vec<Step>, String> {
    lines(cell)
        .map(|line| read_step(line, read_basis).ok_or_else(|| line.to_owned()))
        .collect()
}

fn read_step(line: &str, read_basis: &dyn Fn(&str) -> Option<Basis>) -> Option<Step> {
    const POSTS: [&str; 3] = ["authorised_officer", "reviewer", "agency_head"];
    let head = format!("（{}", post_zh(Step::PAID));
    let paid = line.strip_suffix('）').and_then(|line| line.split_once(head.as_str()));
    if let Some((name, rest)) = paid {
        let basis = match rest {
            "" => None,
            rest => Some(read_basis(rest.strip_prefix("，依据：")?.trim())?),
        };
        return Some(Step { name: name.to_owned(), post: Step::PAID.to_owned(), basis });
    }
    let known = POSTS.into_iter().find_map(|post| {
        let name = line.strip_suffix(&format!("（{}）", post_zh(post)))?;
        Some((name, post))
    });
    let (name, post) = known.unwrap_or((line, "authorised_officer"));
    Some(Step { name: name.to_owned(), post: post.to_owned(), basis: None })
}

pub fn special(rows: &[Special]) -> String {
    joined(rows.iter().map(special_line))
}

/// `专家评审：15`, working days. None where a line names something that may not stop a clock.
pub fn read_special(cell: &str, was: &[Special]) -> Option<Vec<Special>> {
    let read = |line: &str| {
        let (name, days) = line.split_once('：')?;
        let (kind, days) = (special_kind(name.trim())?, days.trim().parse().ok()?);
        let known = was.iter().find(|row| row.kind == kind);
        Some(Special {
            kind,
            days,
            basis: known.and_then(|row| row.basis.clone()),
            simulated: known.is_some_and(|row| row.simulated),
        })
    };
    lines(cell).map(read).collect()
}

pub fn unit_zh(unit: &str) -> &'static str {
    match unit {
        "workday" => "工作日",
        "calendar" => "自然日",
        _ => "无",
    }
}

pub fn unit_word(zh: &str) -> Option<&'static str> {
    match zh.trim() {
        "工作日" => Some("workday"),
        "自然日" => Some("calendar"),
        "无" | "" => Some("none"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_service_keeps_its_basis_and_one_that_cannot_be_read_is_named() {
        let read = |text: &str| text.contains("建筑法").then(|| Basis::article("建筑法", 7));
        let cell =
            "受理（经办人）\n检测（第三方有偿服务，依据：《建筑法》第七条）\n测量（第三方有偿服务）\n公示";
        let told = read_steps(cell, &read).unwrap();
        let posts: Vec<&str> = told.iter().map(|step| step.post.as_str()).collect();
        assert_eq!(posts, ["authorised_officer", Step::PAID, Step::PAID, "authorised_officer"]);
        assert_eq!(told[1].basis, Some(Basis::article("建筑法", 7)));
        assert_eq!(read_steps(&steps(&told), &read).unwrap(), told, "as it is written");
        let unread = "检测（第三方有偿服务，依据：随便）";
        assert_eq!(read_steps(unread, &read), Err(unread.to_owned()));
    }
}
