//! 12345 通报。 A day's, a week's or a month's bulletin, drawn from figures alone: own sentences, exact values, charts, and
//! below them how each figure is counted.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::hotline::word;
use crate::report_pages::pieces;
use crate::session::Visit;
use crate::view::{Field, figure_context, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_app::App;
use fadu_figures::{FigureFault, Figures, Value as Counted};
use fadu_hotline::Desk;
use fadu_hotline::addresses::Addresses;
use fadu_hotline::categories::Categories;
use fadu_hotline::words::{Channel, Kind};
use fadu_kernel::calendar::offset;
use fadu_report::RenderError;
use fadu_report::bulletin::{self, Bulletin, Chart, Form, Part};
use jiff::civil::{Date, Weekday};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hotline/bulletins", get(choose))
        .route("/desk/hotline/bulletins/{period}/{day}/{format}", get(download))
}

/// 通报的期间。
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    /// Monday to Sunday.
    Week,
    Month,
}

impl Period {
    pub const ALL: [Period; 3] = [Period::Day, Period::Week, Period::Month];

    pub fn zh(self) -> &'static str {
        match self {
            Period::Day => "日报",
            Period::Week => "周报",
            Period::Month => "月报",
        }
    }

    /// First and last day of the period in which `day` lies.
    pub fn around(self, day: Date) -> (Date, Date) {
        match self {
            Period::Day => (day, day),
            Period::Week => {
                let since = i64::from(day.weekday().since(Weekday::Monday));
                (offset(day, -since), offset(day, 6 - since))
            }
            Period::Month => (day.first_of_month(), day.last_of_month()),
        }
    }

    fn before(self) -> &'static str {
        match self {
            Period::Day => "上一日",
            Period::Week => "上一周",
            Period::Month => "上一月",
        }
    }
}

fn zh_day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn period_text(period: Period, from: Date, to: Date) -> String {
    match period {
        Period::Day => zh_day(from),
        Period::Month if to == from.last_of_month() => format!("{}年{}月", from.year(), from.month()),
        Period::Week | Period::Month => format!("{}至{}", zh_day(from), zh_day(to)),
    }
}

/// 句子。 The part it stands in, the figure without which it is not said, and the sentence.
const SENTENCES: &[(usize, &str, &str)] = &[
    (
        0,
        "hot.answered",
        "接听群众来电{hot.answered}，接通率{hot.connect_rate}，平均等待{hot.mean_wait}，人工值守率{hot.staffed_rate}。",
    ),
    (
        0,
        "hot.taken",
        "受理诉求{hot.taken}，其中企业诉求{hot.enterprise}，重复诉求率{hot.repeat_rate}；即时转紧急热线{hot.emergencies}，不予受理并告知渠道{hot.excluded}。",
    ),
    (1, "hot.categories", "诉求涉及{hot.categories}，热点{hot.spots}；物业服务诉求{hot.property}。"),
    (
        2,
        "hot.dispatched",
        "转办{hot.dispatched}，涉及承办单位{hot.units}，按目录派单率{hot.catalogue_rate}；咨询当场答复率{hot.first_answer_rate}。",
    ),
    (
        2,
        "hot.close_rate",
        "办结率{hot.close_rate}，按时办结率{hot.ontime_rate}；不计当场答复的咨询，转办的办结率{hot.dispatched_close_rate}，按时办结率{hot.dispatched_ontime_rate}，平均办理时间{hot.mean_days}。",
    ),
    (
        2,
        "hot.taken",
        "退单{hot.returns}，派单裁定{hot.arbitrations}，延期{hot.extensions}，退回重办{hot.redone}；催办{hot.urged}，签发督办单{hot.supervised}，通报{hot.named}；合议认定不予办理{hot.unlawful}。",
    ),
    (
        3,
        "hot.solved_rate",
        "解决率{hot.solved_rate}，回访满意率{hot.satisfaction}，未联系上率{hot.unreachable_rate}，不愿评价率{hot.unrated_rate}，按时回访率{hot.call_back_ontime}。",
    ),
];
const HEADINGS: [&str; 4] = ["一、来电和受理", "二、反映的问题", "三、办理情况", "四、来电人的评价"];
/// Rows of a chart of kinds of things.
const TOP: usize = 10;

/// Draws the bulletin of the period around `day`; of a period that is not over, of its days so far.
/// Errors: the store cannot be read.
pub async fn hotline_bulletin(web: &Web, period: Period, day: Date) -> Result<Bulletin, FigureFault> {
    let (app, figures) = (&web.app, &web.figures);
    let today = app.moment().today;
    let (from, end) = period.around(day);
    let to = end.min(today.max(from));
    let values = values(app, figures, from, to).await?;
    let mut parts: Vec<Part> = HEADINGS
        .map(|heading| Part { heading: heading.to_owned(), ..Part::default() })
        .to_vec();
    for (part, evidence, sentence) in SENTENCES {
        if values.get(*evidence).is_some_and(|(value, _)| value.entries > 0) {
            parts[*part].paragraphs.push(said(sentence, &values));
        }
    }
    if to == end {
        let before = period.around(offset(from, -1));
        parts[0]
            .paragraphs
            .extend(compared(app, figures, period, before, &values).await?);
    } else {
        parts[0].paragraphs.push(format!("本期到{}为止，尚未结束。", zh_day(to)));
    }
    parts[0].charts.push(calls_chart(app, figures, period, from, to).await?);
    let desk = app.hotline();
    let list = desk.as_ref().map_or_else(|| Categories::shipped().clone(), Desk::categories);
    let distinct = async |id| fadu_figures::by_key(&*app.store, app.region, figures, id, from, to).await;
    let spots = distinct("hot.spots").await?;
    parts[1].paragraphs.extend(hottest(&list, web.addresses(), &spots));
    parts[1]
        .charts
        .push(bars("反映的是哪几类问题", distinct("hot.categories").await?, |code| {
            list.title(code).to_owned()
        }));
    parts[1]
        .charts
        .push(bars("诉求是什么类型", distinct("hot.kinds").await?, |kind| {
            word::<Kind>(kind).map_or_else(|| kind.to_owned(), |kind| kind.zh().to_owned())
        }));
    parts[1]
        .charts
        .push(bars("诉求从哪里来", distinct("hot.channels").await?, |channel| {
            word::<Channel>(channel).map_or_else(|| channel.to_owned(), |channel| channel.zh().to_owned())
        }));
    let units = distinct("hot.units").await?;
    if !units.is_empty() {
        parts[2]
            .paragraphs
            .push("转办件数与各单位的职责范围有关，不作评价。".to_owned());
    }
    parts[2].charts.push(bars("转办给哪些单位", units, str::to_owned));
    for part in parts.iter_mut().filter(|part| part.paragraphs.is_empty()) {
        part.paragraphs.push("本期没有可计的记录。".to_owned());
    }
    let mut told: Vec<&(Counted, usize)> = values.values().collect();
    told.sort_by_key(|(_, at)| *at);
    let organ = desk.map_or(web.site.bureau.clone(), |desk| desk.name);
    let period_text = period_text(period, from, to);
    Ok(Bulletin {
        title: format!("关于{period_text}12345热线运行情况的通报"),
        organ,
        period_text,
        parts,
        figures: told.into_iter().map(|(value, _)| counted(value)).collect(),
        date_text: zh_day(to),
        ledger_position: values.values().map(|(value, _)| value.position).min().unwrap_or(0).max(1) as u64
            - 1,
        generated_from_text: "根据台账记录，由程序按固定句式汇总，文字未经人工改动".to_owned(),
        simulated: web.site.simulated,
    })
}

/// Every figure that a sentence names, with its place among them.
async fn values(
    app: &App,
    figures: &Figures,
    from: Date,
    to: Date,
) -> Result<HashMap<String, (Counted, usize)>, FigureFault> {
    let mut named: Vec<&str> = Vec::new();
    for (_, evidence, sentence) in SENTENCES {
        for id in pieces(sentence).into_iter().filter_map(|piece| piece.err()).chain([*evidence]) {
            if !named.contains(&id) {
                named.push(id);
            }
        }
    }
    let values = fadu_figures::values_between(&*app.store, app.region, figures, &named, from, to).await?;
    let placed = values.into_iter().enumerate();
    Ok(placed.map(|(at, value)| (value.name.clone(), (value, at))).collect())
}

/// `98.7%（233/236）`; a rate of nothing says so.
fn said(sentence: &str, values: &HashMap<String, (Counted, usize)>) -> String {
    let piece = |piece: Result<&str, &str>| match piece.map_err(|id| values.get(id)) {
        Ok(words) => words.to_owned(),
        Err(Some((value, _))) => match value.whole {
            None => format!("{}{}", value.value, value.unit),
            Some(0) => "没有可计的".to_owned(),
            Some(whole) => format!("{}{}（{}/{whole}）", value.value, value.unit, value.part),
        },
        Err(None) => String::new(),
    };
    pieces(sentence).into_iter().map(piece).collect()
}

fn counted(value: &Counted) -> bulletin::Counted {
    let none = value.whole == Some(0);
    bulletin::Counted {
        id: value.name.clone(),
        name: value.zh.clone(),
        value: if none { "—".to_owned() } else { format!("{}{}", value.value, value.unit) },
        part: value.part,
        whole: value.whole,
        exclusions: value.exclusions.clone(),
    }
}

/// Against the period before, where it left records.
async fn compared(
    app: &App,
    figures: &Figures,
    period: Period,
    (from, to): (Date, Date),
    values: &HashMap<String, (Counted, usize)>,
) -> Result<Option<String>, FigureFault> {
    let mut words = Vec::new();
    for (id, name, unit) in [("hot.answered", "接听来电", "次"), ("hot.taken", "受理诉求", "件")] {
        let before = fadu_figures::value_between(&*app.store, app.region, figures, id, from, to).await?;
        let Some((now, _)) = values.get(id).filter(|_| before.entries > 0) else { continue };
        words.push(match now.part - before.part {
            0 => format!("{name}持平"),
            more if more > 0 => format!("{name}增加{more}{unit}"),
            less => format!("{name}减少{}{unit}", -less),
        });
    }
    Ok((!words.is_empty()).then(|| format!("与{}相比，{}。", period.before(), words.join("，"))))
}

/// By the hour of a day, by the day of a week or month.
async fn calls_chart(
    app: &App,
    figures: &Figures,
    period: Period,
    from: Date,
    to: Date,
) -> Result<Chart, FigureFault> {
    let (mut chart, unit) = (Chart { form: Form::Columns, ..Chart::default() }, "次".to_owned());
    if period == Period::Day {
        let calls = app.calls_of_day(from).await?;
        let answered = |hour: u8| {
            calls
                .as_ref()
                .and_then(|calls| calls.hours.get(&hour))
                .map_or(0, |sum| sum.answered)
        };
        chart.title = "什么时候来电多：各小时接听的来电".to_owned();
        chart.bars = (0..24u8).map(|hour| (hour.to_string(), quantity(answered(hour)))).collect();
        return Ok(Chart { unit, ..chart });
    }
    chart.title = "哪几天来电多：每日接听的来电".to_owned();
    let mut day = from;
    while day <= to {
        let value =
            fadu_figures::value_between(&*app.store, app.region, figures, "hot.answered", day, day).await?;
        let label = if period == Period::Week {
            format!("{}月{}日", day.month(), day.day())
        } else {
            day.day().to_string()
        };
        chart.bars.push((label, quantity(value.part)));
        day = offset(day, 1);
    }
    Ok(Chart { unit, ..chart })
}

fn quantity(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn bars(title: &str, rows: Vec<(String, i64)>, name: impl Fn(&str) -> String) -> Chart {
    let title = if rows.len() > TOP { format!("{title}：最多的{TOP}项") } else { title.to_owned() };
    let bars = rows.iter().take(TOP).map(|(key, n)| (name(key), quantity(*n))).collect();
    Chart { title, unit: "件".to_owned(), form: Form::Bars, bars }
}

/// The three places where one kind of thing was asked for most, where it was more than once.
fn hottest(list: &Categories, addresses: &Addresses, spots: &[(String, i64)]) -> Option<String> {
    let told: Vec<String> = spots
        .iter()
        .filter(|(_, n)| *n > 1)
        .take(3)
        .filter_map(|(key, n)| {
            let (category, area) = key.split_once('|')?;
            Some(format!("{}的{}{n}件", addresses.told(area), list.title(category)))
        })
        .collect();
    (!told.is_empty()).then(|| format!("同一片区同一类最多的是{}。", told.join("，")))
}

/// A bulletin as a file with its media type. `None` for a form that there is not.
pub fn print_bulletin(
    bulletin: &Bulletin,
    format: &str,
) -> Option<(&'static str, Result<Vec<u8>, RenderError>)> {
    match format {
        "pdf" => Some(("application/pdf", bulletin::pdf(bulletin))),
        "docx" => Some((
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            bulletin::docx(bulletin),
        )),
        _ => None,
    }
}

fn asked(visit: &Visit, period: Option<&str>, day: Option<&str>) -> (Period, Date) {
    let yesterday = offset(visit.web.app.moment().today, -1);
    let day = day.and_then(|day| day.parse().ok()).unwrap_or(yesterday);
    (period.and_then(word).unwrap_or(Period::Day), day)
}

async fn drawn(visit: &Visit, period: Period, day: Date) -> Result<Bulletin, Fail> {
    let web = &visit.web;
    if period.around(day).0 > web.app.moment().today || day.year() < 2000 {
        return Err(Fail::NotFound(visit.clone()));
    }
    hotline_bulletin(web, period, day)
        .await
        .map_err(|error| Fail::fault(visit, error))
}

async fn choose(visit: Visit, Query(query): Query<BTreeMap<String, String>>) -> Page {
    visit.staff()?;
    let (period, day) =
        asked(&visit, query.get("period").map(String::as_str), query.get("day").map(String::as_str));
    let bulletin = drawn(&visit, period, day).await?;
    let form = crate::hotline::word_of(&period);
    let (from, to) = period.around(day);
    let to = to.min(visit.web.app.moment().today);
    let (web, ids) = (&visit.web, bulletin.figures.iter().map(|counted| counted.id.as_str()));
    let ids: Vec<&str> = ids.collect();
    let values =
        fadu_figures::values_between(&*web.app.store, web.app.region, &web.figures, &ids, from, to).await;
    let values = values.map_err(|error| Fail::fault(&visit, error))?;
    let figures: Vec<Value> = values.iter().map(figure_context).collect();
    let chart = |chart: &Chart| {
        let most = chart.bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
        let bars: Vec<Value> = chart
            .bars
            .iter()
            .map(|(label, n)| context! { label => label, n => n, width => n * 100 / most })
            .collect();
        context! { title => chart.title.clone(), unit => chart.unit.clone(), bars => bars }
    };
    let parts: Vec<Value> = bulletin
        .parts
        .iter()
        .map(|part| context! { heading => part.heading.clone(), paragraphs => part.paragraphs.clone(), charts => part.charts.iter().filter(|chart| chart.bars.iter().any(|(_, n)| *n > 0)).map(chart).collect::<Vec<_>>() })
        .collect();
    let option = |period_of: Period| (crate::hotline::word_of(&period_of), period_of.zh().to_owned());
    let href = |day: Date, end: &str| format!("/desk/hotline/bulletins/{form}/{day}/{end}");
    let step = |day: Date| format!("/desk/hotline/bulletins?period={form}&day={day}");
    Ok(visit.page("desk/hotline_bulletin.html", "12345 通报", context! {
        crumbs => vec![link("12345", "/desk/hotline")], heading => bulletin.title, parts => parts, figures => figures,
        fields => vec![Field::text("period", "期间", true).kind("choice").options(Period::ALL.map(option)).value(&form), Field::text("day", "其中的一天", true).kind("date").value(&day.to_string())],
        downloads => vec![link("PDF", &href(from, "pdf")), link("DOCX", &href(from, "docx"))],
        before_href => step(offset(from, -1)), after_href => (offset(to, 1) <= visit.web.app.moment().today).then(|| step(offset(to, 1))),
        position => bulletin.ledger_position,
    }))
}

async fn download(visit: Visit, Path((period, day, format)): Path<(String, String, String)>) -> Page {
    visit.staff()?;
    let known: Option<(Period, Date)> = word(&period).zip(day.parse().ok());
    let Some((period, day)) = known else { return Err(Fail::NotFound(visit.clone())) };
    let bulletin = drawn(&visit, period, day).await?;
    let printed = tokio::task::spawn_blocking(move || {
        print_bulletin(&bulletin, &format).map(|printed| (printed, format))
    })
    .await
    .map_err(|error| Fail::fault(&visit, error))?;
    let Some(((media, bytes), format)) = printed else { return Err(Fail::NotFound(visit.clone())) };
    let bytes = bytes.map_err(|error| Fail::fault(&visit, error))?;
    let name = format!("attachment; filename=\"12345-{}-{day}.{format}\"", crate::hotline::word_of(&period));
    Ok(([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn periods_are_whole_days_weeks_and_months() {
        for (period, day, from, to, text) in [
            (Period::Day, date(2025, 3, 3), date(2025, 3, 3), date(2025, 3, 3), "2025年3月3日"),
            (
                Period::Week,
                date(2025, 3, 3),
                date(2025, 3, 3),
                date(2025, 3, 9),
                "2025年3月3日至2025年3月9日",
            ),
            (
                Period::Week,
                date(2025, 3, 9),
                date(2025, 3, 3),
                date(2025, 3, 9),
                "2025年3月3日至2025年3月9日",
            ),
            (
                Period::Week,
                date(2025, 1, 1),
                date(2024, 12, 30),
                date(2025, 1, 5),
                "2024年12月30日至2025年1月5日",
            ),
            (Period::Month, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ] {
            assert_eq!(period.around(day), (from, to), "{day}");
            assert_eq!(period_text(period, from, to), text);
        }
        assert_eq!(
            period_text(Period::Month, date(2025, 3, 1), date(2025, 3, 20)),
            "2025年3月1日至2025年3月20日"
        );
    }
}
