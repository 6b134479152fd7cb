//! 牵动。 What rests on an article, and what a new version of a statute therefore asks people to look at again.

use crate::Shelf;
use crate::check::Cited;
use crate::text::citation::short_name;
use crate::text::{Article, ArticleChange, ArticleNo, Citation, Statute, compare};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// What cites this place, or any part of it: a citation of item 4 rests on its article.
pub fn touches<'a>(cited: &'a [Cited], place: &'a Citation) -> impl Iterator<Item = &'a Cited> {
    cited.iter().filter(move |cited| {
        let basis = &cited.basis;
        let within = |asked: Option<u32>, found: Option<u16>| {
            asked.is_none() || found.is_none() || asked == found.map(u32::from)
        };
        short_name(&basis.statute) == place.statute
            && ArticleNo::new(u32::from(basis.article)) == place.article
            && within(place.paragraph, basis.paragraph)
            && within(place.item, basis.item)
    })
}

/// One article that moved, changed or went, with everything that rests on it.
#[derive(Clone, Debug, Serialize)]
pub struct Touched {
    pub change: ArticleChange,
    pub resting: Vec<Cited>,
}

/// What a new version does to those who cite the old one. Articles on which nothing rests are left out.
pub fn amended(cited: &[Cited], old: &Statute, new: &Statute) -> Vec<Touched> {
    touched(cited, &old.short, compare(old, new))
}

fn touched(cited: &[Cited], short: &str, changes: Vec<ArticleChange>) -> Vec<Touched> {
    let touched = changes.into_iter().filter_map(|change| {
        let at = match &change {
            ArticleChange::Same { old, .. }
            | ArticleChange::Amended { old, .. }
            | ArticleChange::Removed(old) => *old,
            ArticleChange::Added(_) => return None,
        };
        let place = Citation::article(short, at);
        let resting: Vec<Cited> = touches(cited, &place).cloned().collect();
        (!resting.is_empty()).then_some(Touched { change, resting })
    });
    touched.collect()
}

/// 换版。 The latest version held of a text beside the one before it.
#[derive(Clone, Debug, Serialize)]
pub struct Renewal {
    pub statute: String,
    #[serde(skip)]
    pub file_stem: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// When the latest version begins.
    pub begins: Option<Date>,
    /// Articles that moved, changed, came or went, whether or not anything rests on them.
    pub n_changes: usize,
    pub touched: Vec<Touched>,
}

impl fmt::Display for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date =
            |date: Option<Date>| date.map_or_else(|| "未载明日期的".to_owned(), |date| date.to_string());
        write!(f, "{} {}文本换为{}文本", self.statute, date(self.from), date(self.to))?;
        let begins = self.begins.filter(|begins| Some(*begins) != self.to);
        begins.map_or(Ok(()), |begins| write!(f, "，{begins}起施行"))
    }
}

/// Every text that is held in more than one version, the latest change first: what it did to what rests on it.
pub fn renewals(shelf: &Shelf, cited: &[Cited]) -> Vec<Renewal> {
    let mut texts: BTreeMap<&str, Vec<&Statute>> = BTreeMap::new();
    for statute in &shelf.statutes {
        texts.entry(&statute.file_stem).or_default().push(statute);
    }
    let renewal = |mut versions: Vec<&Statute>| {
        versions.sort_by_key(|statute| statute.version);
        let [.., old, new] = versions[..] else { return None };
        let changes = compare(old, new);
        Some(Renewal {
            statute: new.title.clone(),
            file_stem: new.file_stem.clone(),
            from: old.version,
            to: new.version,
            begins: shelf.begins(new),
            n_changes: changes.len(),
            touched: touched(cited, &old.short, changes),
        })
    };
    let mut renewals: Vec<Renewal> = texts.into_values().filter_map(renewal).collect();
    renewals.sort_by_key(|renewal| std::cmp::Reverse(renewal.to));
    renewals
}

/// What happened since a day to the article that something written then rests on: the version of today, and how the
/// article differs in it. `None` where it says the same, or where the text of that day is not held.
pub fn amended_since(
    shelf: &Shelf,
    cited: &Cited,
    since: Date,
    today: Date,
) -> Option<(Date, ArticleChange)> {
    let on = |day: Date| {
        let held = shelf.statutes.iter().filter(|statute| statute.answers_to(&cited.basis.statute));
        let dated = held.filter_map(|statute| Some((statute.version?, statute)));
        let begun = dated.filter(|(_, statute)| shelf.begins(statute).is_some_and(|from| from <= day));
        begun.max_by_key(|(version, _)| *version)
    };
    let ((before, old), (after, new)) = (on(since)?, on(today)?);
    if before == after {
        return None;
    }
    let touched = amended(std::slice::from_ref(cited), old, new).into_iter().next()?;
    Some((after, touched.change))
}

/// The text of an article in one line, for lists.
pub fn one_line(article: &Article) -> String {
    article.text().replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;
    use fadu_kernel::Basis;

    fn law(version: &str, articles: &[&str]) -> Statute {
        let numbers = ["一", "二", "三", "四"];
        let body: String = articles
            .iter()
            .zip(numbers)
            .map(|(text, number)| format!("第{number}条 {text}\n\n"))
            .collect();
        parse(&format!("模拟条例({version}).md"), &format!("# 模拟条例\n\n<!-- INFO END -->\n\n{body}"))
            .unwrap()
    }

    fn cites(what: &str, basis: Basis) -> Cited {
        Cited { what: what.into(), href: String::new(), basis }
    }

    #[test]
    fn an_amendment_names_what_rests_on_each_changed_article() {
        let old = law(
            "2020-01-01",
            &[
                "为了规范测试活动，制定本条例。",
                "申请人应当提交申请书和身份证明，在窗口办理。",
                "办理期限为二十日。",
            ],
        );
        let new = law(
            "2024-01-01",
            &[
                "为了规范测试活动，制定本条例。",
                "县级以上机关应当公开办事指南全部内容。",
                "申请人应当提交申请书和身份证明，在窗口或者网上办理。",
                "办理期限为二十日。",
            ],
        );
        let cited = [
            cites("规则 甲", Basis::item("模拟条例", 2, 1, 1)),
            cites("事项 乙", Basis::article("模拟条例", 3)),
            cites("规则 丙", Basis::article("模拟条例", 1)),
        ];
        let touched = amended(&cited, &old, &new);
        let rows: Vec<_> = touched
            .iter()
            .map(|row| (row.resting[0].what.as_str(), matches!(row.change, ArticleChange::Amended { .. })))
            .collect();
        assert_eq!(rows, [("规则 甲", true), ("事项 乙", false)], "{touched:?}");
    }

    #[test]
    fn what_was_written_before_an_amendment_is_touched_by_it() {
        let texts = vec![
            law("2020-01-01", &["申请人应当提交申请书。", "办理期限为二十日。"]),
            law("2024-01-01", &["申请人应当提交申请书。", "办理期限为十日。"]),
        ];
        let shelf = Shelf::from_index().with(texts);
        let day = |year, month| Date::constant(year, month, 1);
        for (since, today, article, touched) in [
            (day(2021, 1), day(2023, 12), 2, false), // the new version has not come yet
            (day(2021, 1), day(2024, 1), 2, true),   // on its first day
            (day(2021, 1), day(2024, 6), 1, false),  // another article changed
            (day(2024, 1), day(2024, 6), 2, false),  // written on the new version
            (day(2019, 1), day(2024, 6), 2, false),  // the text of that day is not held
        ] {
            let cited = cites("知识 甲", Basis::article("模拟条例", article));
            let found = amended_since(&shelf, &cited, since, today);
            assert_eq!(
                found.as_ref().map(|(version, _)| *version),
                touched.then_some(day(2024, 1)),
                "{since} {article}"
            );
        }
    }

    #[test]
    fn a_part_rests_on_its_article() {
        let cited = [
            cites("甲", Basis::item("行政许可法", 32, 1, 4)),
            cites("乙", Basis::article("行政许可法", 32)),
            cites("丙", Basis::article("行政许可法", 33)),
        ];
        let found = |text: &str| {
            touches(&cited, &text.parse().unwrap())
                .map(|cited| cited.what.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("行政许可法#32"), ["甲", "乙"]);
        assert_eq!(found("行政许可法#32.1.5"), ["乙"]);
        assert_eq!(found("《中华人民共和国行政许可法》第三十三条"), ["丙"]);
    }
}
