//! 好差评月报。 A month's evaluations as the county publishes them: a page for everybody and the same as a document. Counted
//! from the evaluations as they stand when it is asked for: what is repaired or judged later changes the month it was said in.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::view::{Field, link};
use crate::{Fail, Web, print_bulletin};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_figures::FigureFault;
use fadu_hall::Evaluation;
use fadu_hall::evaluation::{Channel, Grade};
use fadu_hall::release::{Release, month};
use fadu_kernel::Ratio;
use fadu_kernel::calendar::offset;
use fadu_report::bulletin::{Bulletin, Chart, Counted, Form, Part};
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::BTreeMap;

const PAGE: u32 = 1000;
/// What can be evaluated: a ticket served to its end, a case delivered, a joint case handed over. Each figure leaves out the
/// parts of joint cases.
const CONTACTS: [&str; 3] = ["hall.served", "svc.once_observed", "ot.handed_over"];
const OF_CONTACTS: &str =
    "窗口办完的排队号、送达的办件、统一送达的联办件各计一次办事；联办件的子件不计；没有默认评价";

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/evaluations", get(show))
        .route("/evaluations/{month}/{format}", get(download))
}

/// The first day of a month written `2025-03`.
pub fn month_named(text: &str) -> Option<Date> {
    format!("{text}-01").parse::<Date>().ok().filter(|day| day.year() >= 2000)
}

/// The month before the one of this day.
pub fn month_before(day: Date) -> Date {
    offset(day.first_of_month(), -1).first_of_month()
}

fn name_of(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// The release of the month in which `day` lies, with its document. Errors: the store cannot be read.
pub async fn evaluation_release(web: &Web, day: Date) -> Result<(Release, Bulletin), FigureFault> {
    let (app, figures) = (&web.app, &web.figures);
    let (from, to) = (day.first_of_month(), day.last_of_month());
    let mut contacts = 0;
    for id in CONTACTS {
        let value = fadu_figures::value_between(&*app.store, app.region, figures, id, from, to).await?;
        contacts += value.whole.unwrap_or(value.part);
    }
    let said = "eva.evaluations";
    let total = fadu_figures::value_between(&*app.store, app.region, figures, said, from, to).await?;
    let (mut evaluations, mut after) = (Vec::new(), -1);
    loop {
        let days = (from, to);
        let counted =
            fadu_figures::entries_between(&*app.store, app.region, figures, said, days, after, PAGE).await?;
        let seqs: Vec<i64> = counted.iter().map(|row| row.seq).collect();
        for entry in app.store.entries_at(app.region, &seqs).await? {
            evaluations.extend(app.state_of::<Evaluation>(entry.matter).await?);
        }
        match seqs.last() {
            Some(last) if seqs.len() == PAGE as usize => after = *last,
            _ => break,
        }
    }
    let release = month(&evaluations, u64::try_from(contacts).unwrap_or(0), day.year(), day.month());
    let until = to.min(app.moment().today.max(from));
    let document = document(web, &release, until, total.position);
    Ok((release, document))
}

/// How many of each grade, and by which channel.
fn of_grade(release: &Release, grade: Grade) -> [u64; 7] {
    let at = Grade::ALL.iter().position(|other| *other == grade).unwrap_or_default();
    release.table[at]
}

fn document(web: &Web, release: &Release, until: Date, position: i64) -> Bulletin {
    let [whole, grades, channels, satisfied, bad, tags] = release.lines();
    let chart = |title: &str, bars: Vec<(String, u64)>| Chart {
        title: title.to_owned(),
        unit: "个".to_owned(),
        form: Form::Bars,
        bars,
    };
    let sums = Grade::ALL.map(|grade| (grade.zh().to_owned(), of_grade(release, grade).iter().sum::<u64>()));
    let through = |grade: Grade| {
        let named = Channel::ALL.iter().zip(of_grade(release, grade));
        let named: Vec<String> = named.map(|(channel, n)| format!("{}{n}个", channel.zh())).collect();
        format!("{}：{}。", grade.zh(), named.join("、"))
    };
    let part = |heading: &str, paragraphs: Vec<String>, charts: Vec<Chart>| Part {
        heading: heading.to_owned(),
        paragraphs,
        charts,
    };
    let period_text = format!("{}年{}月", release.year, release.month);
    let mut first = vec![whole, satisfied];
    if until < until.last_of_month() {
        first.push(format!("本月到{}日为止，尚未结束。", until.day()));
    }
    Bulletin {
        organ: web.site.bureau.clone(),
        title: format!("关于{period_text}政务服务“好差评”情况的通报"),
        period_text,
        parts: vec![
            part("一、总体情况", first, vec![chart("评价是什么等级", sums.to_vec())]),
            part(
                "二、等级和渠道",
                [grades, channels].into_iter().chain(Grade::ALL.map(through)).collect(),
                vec![],
            ),
            part("三、差评的回访和整改", vec![bad], vec![]),
            part("四、差评标签", vec![tags], vec![chart("差评说的是什么", release.tags.clone())]),
        ],
        figures: counted(release),
        date_text: format!("{}年{}月{}日", until.year(), until.month(), until.day()),
        ledger_position: u64::try_from(position - 1).unwrap_or(0),
        generated_from_text: "根据台账记录，由程序按固定句式汇总，文字未经人工改动".to_owned(),
        simulated: web.site.simulated,
    }
}

fn counted(release: &Release) -> Vec<Counted> {
    let row = |id: &str, name: &str, value: String, ratio: Ratio, exclusions: &str| Counted {
        id: id.to_owned(),
        name: name.to_owned(),
        value,
        part: ratio.part,
        whole: Some(ratio.whole),
        exclusions: exclusions.to_owned(),
    };
    let rate = |id: &str, name: &str, ratio: Ratio, exclusions: &str| {
        row(id, name, ratio.percent(), ratio, exclusions)
    };
    let mean = format!("{}分", release.mean_out_of_ten());
    vec![
        rate("release.active", "主动评价率", release.active, OF_CONTACTS),
        rate("release.satisfied", "满意率（基本满意及以上）", release.satisfied, "申诉成立的差评仍计入"),
        row("release.mean", "平均分（十分制）", mean, release.mean, "五个等级依次计十、八、六、四、二分"),
        rate("release.called_back", "差评回访率", release.called_back, ""),
        rate(
            "release.on_time",
            "差评按时整改率",
            release.on_time,
            "申诉成立的、没有整改时限的、时限未到而没有整改的不计",
        ),
    ]
}

/// The month asked for: one that has begun.
async fn drawn(visit: &Visit, named: &str) -> Result<(Date, Release, Bulletin), Fail> {
    let begun = |month: &Date| *month <= visit.web.app.moment().today;
    let month = month_named(named).filter(begun);
    let month = month.ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let (release, document) = evaluation_release(&visit.web, month)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    Ok((month, release, document))
}

async fn show(mut visit: Visit, Query(query): Query<BTreeMap<String, String>>) -> Page {
    let today = visit.web.app.moment().today;
    let named = query.get("month").filter(|named| !named.is_empty()).cloned();
    let named = named.unwrap_or_else(|| name_of(month_before(today)));
    let (month, release, document) = drawn(&visit, &named).await?;
    visit.query = format!("?month={named}");
    let rows: Vec<Value> = Grade::ALL
        .into_iter()
        .map(|grade| {
            let cells = of_grade(&release, grade);
            context! { name => grade.zh(), cells => cells.to_vec(), sum => cells.iter().sum::<u64>() }
        })
        .collect();
    let parts: Vec<Value> = document
        .parts
        .iter()
        .map(|part| context! { heading => part.heading.clone(), paragraphs => part.paragraphs.clone() })
        .collect();
    let figures: Vec<Value> = document
        .figures
        .iter()
        .map(|row| context! { name => row.name.clone(), value => row.value.clone(), part => row.part, whole => row.whole, exclusions => row.exclusions.clone() })
        .collect();
    let step = |month: Date| format!("/evaluations?month={}", name_of(month));
    let (before, after) = (month_before(month), offset(month.last_of_month(), 1));
    let until = month.last_of_month().min(today);
    let file = |format: &str, text: &str| link(text, &format!("/evaluations/{named}/{format}"));
    Ok(visit.page("portal/evaluations.html", "好差评月报", context! {
        heading => document.title.clone(), parts => parts, figures => figures,
        channels => Channel::ALL.map(|channel| channel.zh()).to_vec(), rows => rows, total => release.total,
        fields => vec![Field::text("month", "月份", true).hint("例如 2025-03。").value(&named)],
        downloads => vec![file("pdf", "PDF"), file("docx", "DOCX")],
        before_href => (before.year() >= 2000).then(|| step(before)), after_href => (after <= today).then(|| step(after)),
        entries_href => format!("/figures/eva.evaluations?as_of={until}"), position => document.ledger_position,
    }))
}

async fn download(visit: Visit, Path((month, format)): Path<(String, String)>) -> Page {
    let (month, _, document) = drawn(&visit, &month).await?;
    let name = format!("attachment; filename=\"evaluations-{}.{format}\"", name_of(month));
    let printed = tokio::task::spawn_blocking(move || print_bulletin(&document, &format))
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let Some((media, bytes)) = printed else { return Err(Fail::NotFound(visit.clone())) };
    let bytes = bytes.map_err(|error| Fail::fault(&visit, error))?;
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_is_named_by_its_year_and_number() {
        assert_eq!(month_named("2025-03"), Some(date(2025, 3, 1)));
        for wrong in ["2025-13", "2025-3", "2025", "1999-12", "2025-03-04", ""] {
            assert_eq!(month_named(wrong), None, "{wrong}");
        }
        assert_eq!(month_before(date(2025, 1, 31)), date(2024, 12, 1));
        assert_eq!(name_of(date(2025, 3, 1)), "2025-03");
    }
}
