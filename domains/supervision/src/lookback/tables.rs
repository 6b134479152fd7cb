//! 清单。 Three tables as CSV with a heading row. No row is dropped: what cannot be read stands with its row.

use super::{Approval, Past, Payment, What};
use csv::StringRecord;
use fadu_kernel::Fen;
use jiff::civil::Date;

#[derive(Debug, thiserror::Error)]
pub enum BadTable {
    #[error("第{line}行读不出来：{why}")]
    Line { line: u64, why: String },
    #[error("没有列“{0}”")]
    Column(&'static str),
}

/// 项目清单的列; the first two must be there.
pub const PROJECTS: [&str; 13] = [
    "编码",
    "名称",
    "行业",
    "类别",
    "招标人",
    "投资项目代码",
    "估算价",
    "公告日期",
    "投标截止日期",
    "投标人数",
    "中标日期",
    "中标金额",
    "合同日期",
];
/// 审批清单的列; the first three must be there.
pub const APPROVALS: [&str; 8] =
    ["批准文号", "名称", "建设单位", "投资项目代码", "类别", "行业", "批准投资", "批准日期"];
/// 付款清单的列; the first two must be there.
pub const PAYMENTS: [&str; 6] = ["凭证号", "付款单位", "投资项目代码", "事由", "金额", "日期"];

/// 项目清单。 Amounts in yuan, as written: `1,234,567.80`.
pub fn projects(text: &str) -> Result<Vec<Past>, BadTable> {
    rows(text, &PROJECTS, 2, |row| {
        let what = row.word(3, What::read, "类别");
        Past {
            id: row.cell(0).to_owned(),
            title: row.cell(1).to_owned(),
            sector: row.cell(2).to_owned(),
            what,
            tenderer: row.cell(4).to_owned(),
            code: row.cell(5).to_owned(),
            estimate_fen: row.money(6, "估算价"),
            announced: row.day(7, "公告日期"),
            deadline: row.day(8, "投标截止日期"),
            n_bidders: row.word(9, |text| text.parse().ok(), "投标人数"),
            awarded: row.day(10, "中标日期"),
            price_fen: row.money(11, "中标金额"),
            contracted: row.day(12, "合同日期"),
            currency: "CNY".to_owned(),
            listed: true,
            unreadable: std::mem::take(&mut row.unreadable),
        }
    })
}

pub fn approvals(text: &str) -> Result<Vec<Approval>, BadTable> {
    rows(text, &APPROVALS, 3, |row| Approval {
        document: row.cell(0).to_owned(),
        title: row.cell(1).to_owned(),
        owner: row.cell(2).to_owned(),
        code: row.cell(3).to_owned(),
        what: row.word(4, What::read, "类别"),
        sector: row.cell(5).to_owned(),
        investment_fen: row.money(6, "批准投资"),
        on: row.day(7, "批准日期"),
        unreadable: std::mem::take(&mut row.unreadable),
    })
}

pub fn payments(text: &str) -> Result<Vec<Payment>, BadTable> {
    rows(text, &PAYMENTS, 2, |row| Payment {
        voucher: row.cell(0).to_owned(),
        payer: row.cell(1).to_owned(),
        code: row.cell(2).to_owned(),
        title: row.cell(3).to_owned(),
        amount_fen: row.money(4, "金额"),
        on: row.day(5, "日期"),
        unreadable: std::mem::take(&mut row.unreadable),
    })
}

/// A row of the table, its cells in the order of the columns that are known.
struct Row<'a> {
    record: &'a StringRecord,
    columns: &'a [Option<usize>],
    unreadable: Vec<String>,
}

impl Row<'_> {
    fn cell(&self, n: usize) -> &str {
        let at = self.columns.get(n).copied().flatten();
        at.and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    /// An empty cell is absent; one that cannot be read is absent and named.
    fn word<T>(&mut self, n: usize, read: impl Fn(&str) -> Option<T>, name: &str) -> Option<T> {
        let text = self.cell(n).to_owned();
        let found = if text.is_empty() { return None } else { read(&text) };
        if found.is_none() {
            self.unreadable.push(format!("{name}“{text}”"));
        }
        found
    }

    fn money(&mut self, n: usize, name: &str) -> Option<i64> {
        self.word(n, |text| Fen::parse(text).map(|fen| fen.0), name)
    }

    fn day(&mut self, n: usize, name: &str) -> Option<Date> {
        self.word(n, civil_day, name)
    }
}

fn rows<T>(
    text: &str,
    known: &[&'static str],
    required: usize,
    mut read: impl FnMut(&mut Row<'_>) -> T,
) -> Result<Vec<T>, BadTable> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let bad = |error: csv::Error| BadTable::Line {
        line: error.position().map_or(0, csv::Position::line),
        why: error.to_string(),
    };
    let heads = reader.headers().map_err(bad)?.clone();
    let columns: Vec<Option<usize>> =
        known.iter().map(|name| heads.iter().position(|head| head == *name)).collect();
    if let Some(lacking) = (0..required).find(|n| columns.get(*n).copied().flatten().is_none()) {
        return Err(BadTable::Column(known.get(lacking).copied().unwrap_or_default()));
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        all.push(read(&mut Row { record: &record, columns: &columns, unreadable: Vec::new() }));
    }
    Ok(all)
}

/// `2019-04-25`, `2019/4/25` or `2019年4月25日`; an hour behind it does not matter.
pub(super) fn civil_day(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next()?.trim_end_matches('日');
    let parts: Vec<&str> = day.split(['/', '-', '.', '年', '月']).collect();
    let [year, month, of_month] = parts[..] else { return None };
    Date::new(year.parse().ok()?, month.parse().ok()?, of_month.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_row_that_cannot_be_read_is_kept_and_says_what() {
        let table =
            "编码,名称,类别,估算价,公告日期\nA1,甲,工程,\"1,200,000.00\",2021/3/4\nA2,乙,渔业,约百万,去年\n";
        let all = projects(table).unwrap();
        assert_eq!((all[0].what, all[0].estimate_fen), (Some(What::Works), Some(120_000_000)));
        assert_eq!(all[0].announced, Some(date(2021, 3, 4)));
        assert_eq!(all[1].unreadable, ["类别“渔业”", "估算价“约百万”", "公告日期“去年”"]);
        assert_eq!((all[1].what, all[1].year()), (None, None));
    }

    #[test]
    fn a_column_that_must_be_there_is_named() {
        let error = projects("编码,行业\nA1,公路\n").unwrap_err();
        assert_eq!(error.to_string(), "没有列“名称”");
        assert!(payments("凭证号,付款单位\n").unwrap().is_empty());
    }

    #[test]
    fn days_as_lists_write_them() {
        for text in ["2019-04-25", "2019/4/25 9:32:09", "2019年4月25日", "2019-04-25T09:00:00Z"] {
            assert_eq!(civil_day(text), Some(date(2019, 4, 25)), "{text}");
        }
        for text in ["2019", "4/25", "2019-02-30", ""] {
            assert_eq!(civil_day(text), None, "{text}");
        }
    }
}
