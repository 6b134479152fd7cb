//! 本系统的规则, over a file.

use super::{misread, read};
use crate::{Answer, Place, Usage, say};
use fadu_redflags::market::Market;
use fadu_redflags::ocds::{Options, import, releases};
use fadu_redflags::report::{Report, Row};
use fadu_redflags::tender::{Mark, Tender};
use jiff::civil::Date;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What only our rules ask.
#[derive(clap::Args)]
#[command(next_help_heading = "Without --compat")]
pub struct Own {
    /// Amounts in another currency are not used
    #[arg(long, default_value = "CNY", conflicts_with = "compat")]
    currency: String,
    /// All tenders of the file had to be tendered (依法必须招标): the file cannot say so
    #[arg(long, conflicts_with = "compat")]
    must: bool,
    /// CSV of keyed digests: ocid, bid id, kind (author, machine, cost_lock, agent, manager, account, address), digest
    #[arg(long, conflicts_with = "compat")]
    marks: Option<PathBuf>,
    /// CSV of ocid and 0 or 1: say how well each rule tells the ones (AUC; 0.5 tells nothing)
    #[arg(long, conflicts_with = "compat")]
    labels: Option<PathBuf>,
    /// The day up to which terms run that have not ended; by default the last day that the file tells
    #[arg(long, conflicts_with = "compat")]
    today: Option<Date>,
}

pub fn run(place: &Place, file: &Path, asked: &Own) -> Answer {
    let options = Options { currency: asked.currency.clone(), must: asked.must.then_some(true) };
    let (tenders, n_unusable) = tenders(file, &options, asked.marks.as_deref())?;
    let labels = asked.labels.as_deref().map(labels).transpose()?.unwrap_or_default();
    let today = asked.today.or_else(|| last_day(&tenders)).unwrap_or_default();
    let market = Market::new(&tenders);
    let report = Report::of(&market, today, &labels);
    say(place, serde_json::to_value(&report)?, || lines(&report, n_unusable));
    Ok(true)
}

/// The tenders of a file with their marks, and how many fields cannot be used.
pub fn tenders(file: &Path, options: &Options, marks: Option<&Path>) -> Result<(Vec<Tender>, usize), Usage> {
    let (mut tenders, mut n_unusable): (Vec<Tender>, usize) = (Vec::new(), 0);
    for found in releases(&read(file)?) {
        match found.and_then(|release| import(&release, options)) {
            Ok(imported) => {
                n_unusable += imported.unusable.len();
                tenders.push(imported.tender);
            }
            Err(why) => eprintln!("left out: {why}"),
        }
    }
    if let Some(path) = marks {
        add_marks(&mut tenders, path)?;
    }
    Ok((tenders, n_unusable))
}

fn last_day(tenders: &[Tender]) -> Option<Date> {
    tenders
        .iter()
        .filter_map(|tender| tender.award.as_ref().and_then(|award| award.on).max(tender.day))
        .max()
}

fn lines(report: &Report, n_unusable: usize) -> String {
    let mut lines =
        vec![format!("{}个项目。提示只是线索，不是结论；由人核对、说明、决定。", report.n_tenders)];
    lines.push(format!("{:>7} {:>7} {:>8} {:>6} {:>5}  规则", "发现", "未发现", "不能计算", "冻结", "AUC"));
    lines.extend(report.rules.iter().map(line));
    if n_unusable > 0 {
        lines.push(format!("{n_unusable}个字段不能使用：fadu ocds import 逐个列出"));
    }
    lines.join("\n")
}

fn line(row: &Row) -> String {
    let auc = row.auc.map_or("—".to_owned(), |auc| format!("{auc:.2}"));
    let basis = if row.basis.is_empty() { "信号".to_owned() } else { row.basis.clone() };
    let missing: Vec<&str> = row.missing.keys().map(|input| input.zh()).collect();
    let lacks = if missing.is_empty() { String::new() } else { format!("；缺：{}", missing.join("、")) };
    let counts = (row.n_found, row.n_not_found, row.n_not_computable, row.n_frozen);
    format!(
        "{:>8} {:>9} {:>10} {:>7} {auc:>5}  {}　{}（{basis}{lacks}）",
        counts.0, counts.1, counts.2, counts.3, row.rule, row.zh
    )
}

fn labels(path: &Path) -> Result<HashMap<String, bool>, Usage> {
    let text = read(path)?;
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    let label = |(ocid, label): (&str, &str)| match label.trim() {
        "1" => Ok((ocid.to_owned(), true)),
        "0" => Ok((ocid.to_owned(), false)),
        other => Err(misread(path, format!("{ocid}: `{other}` is neither 0 nor 1"))),
    };
    rows.map(label).collect()
}

fn add_marks(tenders: &mut [Tender], path: &Path) -> Result<(), Usage> {
    let places: HashMap<String, usize> =
        tenders.iter().enumerate().map(|(n, tender)| (tender.id.clone(), n)).collect();
    for (n, line) in read(path)?
        .lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let bad = |why: &str| misread(path, format!("line {}: {why}", n + 1));
        let [ocid, bid, kind, digest] = cells.as_slice() else {
            return Err(bad("ocid, bid, kind and digest are expected"));
        };
        let mark = Mark::named(kind).ok_or_else(|| bad("no such kind of mark"))?;
        let tender = places.get(*ocid).and_then(|n| tenders.get_mut(*n));
        let bids = tender.and_then(|tender| tender.bids.as_mut());
        let Some(bid) = bids.and_then(|bids| bids.iter_mut().find(|known| known.id == *bid)) else {
            return Err(bad("no such bid"));
        };
        bid.marks.entry(mark).or_default().push((*digest).to_owned());
    }
    Ok(())
}
