//! 引入。 A compiled release as a tender that rules can look at. Nothing stops it: a field that cannot be used is named
//! with its reason, one for which nobody has a use is named by its path.

use crate::compat::{instant_ms, is_date};
use crate::tender::{Award, Bid, BidStatus, Contract, Regime, Tender};
use fadu_trading::parameters::threshold_on;
use fadu_trading::regime::Kind;
use fadu_trading::time::civil_time;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

/// What the file does not say and its reader knows.
#[derive(Clone, Debug)]
pub struct Options {
    /// Amounts in another currency are not used.
    pub currency: String,
    /// 依法必须招标, of every tender of the file.
    pub must: Option<bool>,
}

impl Default for Options {
    fn default() -> Options {
        Options { currency: "CNY".to_owned(), must: None }
    }
}

#[derive(Debug)]
pub struct Imported {
    pub tender: Tender,
    /// Fields that cannot be used, each with the reason.
    pub unusable: Vec<Note>,
    /// Paths of fields that no rule has a use for, and how often each stands in the release.
    pub without_use: BTreeMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// `/bids/details/0/value/amount`
    pub path: String,
    pub why: String,
}

impl Note {
    /// The path with its numbers taken out, as paths are counted: `/bids/details/value/amount`.
    pub fn field(&self) -> String {
        general(&self.path)
    }
}

/// Errors: why the value is no release at all.
pub fn import(release: &Value, options: &Options) -> Result<Imported, String> {
    if !release.is_object() {
        return Err("不是一个发布对象".to_owned());
    }
    let reader = Reader { options, used: RefCell::default(), unusable: RefCell::default() };
    let root = At { reader: &reader, value: Some(release), path: String::new() };
    let tender = tender(&root);
    let mut without_use = BTreeMap::new();
    reader.unread(release, String::new(), &mut without_use);
    let mut unusable = reader.unusable.into_inner();
    if tender.id.is_empty() {
        unusable.push(Note { path: "/ocid".to_owned(), why: "没有项目编号".to_owned() });
    }
    unusable.sort();
    Ok(Imported { tender, unusable, without_use })
}

fn tender(root: &At) -> Tender {
    let tender = root.to("tender");
    let period = tender.to("tenderPeriod");
    let day = period.to("startDate").day().or_else(|| root.to("date").day());
    let owner = tender
        .to("procuringEntity")
        .to("id")
        .text()
        .or_else(|| root.to("buyer").to("id").text());
    let kind = match tender.to("mainProcurementCategory").text().as_deref() {
        Some("works") => Some(Kind::Works),
        Some("goods" | "services") => Some(Kind::Procurement),
        _ => None,
    };
    let deadline_ms = period.to("endDate").instant();
    let status = tender.to("status").text();
    let bids = bids(root);
    let open = tender.to("procurementMethod").text().map(|method| method == "open");
    // Whoever publishes bids has opened them, not before their deadline.
    let opened = bids
        .as_ref()
        .filter(|bids| !bids.is_empty())
        .and(deadline_ms)
        .and_then(civil_time);
    let award = award(root, bids.as_deref().unwrap_or_default());
    Tender {
        id: root.to("ocid").text().unwrap_or_default(),
        title: tender.to("title").text().unwrap_or_default(),
        day,
        regime: kind.and_then(Kind::regime).or(Some(Regime::Tendering)),
        must: root.reader.options.must,
        open,
        owner,
        agency: None,
        part_of: root.to("planning").to("budget").to("projectID").text(),
        category: tender
            .to("items")
            .each()
            .first()
            .and_then(|item| item.to("classification").to("id").text()),
        estimate_fen: tender.to("value").fen(),
        threshold_fen: kind.and_then(|kind| day.and_then(threshold_on)?.contract_fen(kind)),
        issued: day,
        deadline_ms,
        opened: opened.map(|at| at.date()).filter(|_| status.as_deref() != Some("cancelled")),
        bids,
        award,
        contract: contract(root),
        ..Tender::default()
    }
}

fn bids(root: &At) -> Option<Vec<Bid>> {
    let details = root.to("bids").to("details");
    details.value?;
    let bid = |(n, at): (usize, At)| {
        let tenderers = at.to("tenderers").each();
        let bidder = tenderers.first().and_then(|first| first.to("id").text());
        Bid {
            id: at.to("id").text().unwrap_or_else(|| format!("#{n}")),
            // Without a name nobody can be compared with anybody.
            bidder: bidder.unwrap_or_else(|| format!("#{n}")),
            price_fen: at.to("value").fen().filter(|fen| *fen != 0),
            received_ms: at.to("date").instant(),
            status: match at.to("status").text().as_deref() {
                Some("valid") => BidStatus::Valid,
                Some("disqualified") => BidStatus::Rejected,
                Some("withdrawn" | "invited") => BidStatus::Withdrawn,
                Some("pending") | None => BidStatus::Pending,
                Some(_) => at.to("status").cannot("不是投标状态代码", BidStatus::Pending),
            },
            ..Bid::default()
        }
    };
    Some(details.each().into_iter().enumerate().map(bid).collect())
}

/// The award in force, with the bid of its supplier.
fn award(root: &At, bids: &[Bid]) -> Option<Award> {
    let awards = root.to("awards").each();
    let active: Vec<&At> = awards
        .iter()
        .filter(|at| at.to("status").text().as_deref() == Some("active"))
        .collect();
    let first = active.first()?;
    let suppliers = active.iter().flat_map(|at| at.to("suppliers").each());
    let suppliers: Vec<String> = suppliers.filter_map(|at| at.to("id").text()).collect();
    let won = bids
        .iter()
        .filter(|bid| suppliers.contains(&bid.bidder) && bid.status == BidStatus::Valid);
    Some(Award {
        on: first.to("date").day(),
        bids: won.map(|bid| bid.id.clone()).collect(),
        price_fen: first.to("value").fen().filter(|_| active.len() == 1),
        ..Award::default()
    })
}

fn contract(root: &At) -> Option<Contract> {
    let contracts = root.to("contracts").each();
    let [at] = contracts.as_slice() else { return None };
    let paid = at.to("implementation").to("transactions");
    let paid_fen = paid
        .value
        .map(|_| paid.each().iter().filter_map(|one| one.to("value").fen()).sum());
    Some(Contract {
        on: at.to("dateSigned").day(),
        price_fen: at.to("value").fen(),
        changes_fen: None,
        paid_fen,
    })
}

struct Reader<'o> {
    options: &'o Options,
    /// Where the values that were used stand in memory.
    used: RefCell<HashSet<usize>>,
    unusable: RefCell<Vec<Note>>,
}

/// A place in a release; beneath a place that is not there, nothing is there.
struct At<'r> {
    reader: &'r Reader<'r>,
    value: Option<&'r Value>,
    path: String,
}

impl<'r> At<'r> {
    fn to(&self, name: &str) -> At<'r> {
        let value = match self.value {
            None | Some(Value::Null) => None,
            Some(Value::Object(fields)) => fields.get(name),
            Some(_) => self.cannot("应是对象", None),
        };
        At { reader: self.reader, value, path: format!("{}/{name}", self.path) }
    }

    /// The entries of a list. One object alone is taken for a list of one, and said.
    fn each(&self) -> Vec<At<'r>> {
        let at =
            |(n, value)| At { reader: self.reader, value: Some(value), path: format!("{}/{n}", self.path) };
        match self.value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(entries)) => entries.iter().enumerate().map(at).collect(),
            Some(value @ Value::Object(_)) => self.cannot("应是列表，按只有一项处理", vec![at((0, value))]),
            Some(_) => self.cannot("应是列表", Vec::new()),
        }
    }

    fn text(&self) -> Option<String> {
        match self.used()? {
            Value::String(text) if text.trim().is_empty() => self.cannot("是空的", None),
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null => None,
            _ => self.cannot("应是文字", None),
        }
    }

    fn instant(&self) -> Option<i64> {
        let text = self.text()?;
        instant_ms(&text).or_else(|| self.cannot("不是带时区的时刻（RFC 3339）", None))
    }

    fn day(&self) -> Option<Date> {
        let text = self.text()?;
        let day = instant_ms(&text).and_then(civil_time).map(|at| at.date());
        day.or_else(|| is_date(&text)).or_else(|| self.cannot("不是日期", None))
    }

    /// An amount of the main currency, in hundredths.
    fn fen(&self) -> Option<i64> {
        self.value?;
        let amount = self.to("amount");
        let currency = self.to("currency");
        let number = match amount.used()? {
            Value::Number(number) => number,
            Value::Null => return None,
            _ => return amount.cannot("应是数字", None),
        };
        match currency.text() {
            Some(code) if code == self.reader.options.currency => {}
            Some(_) => return currency.cannot("不是本次所用的币种", None),
            None => return amount.cannot("没有写明币种", None),
        }
        let whole = number.as_i64().and_then(|whole| whole.checked_mul(100));
        let rounded = || {
            number
                .as_f64()
                .map(|amount| (amount * 100.0).round())
                .filter(|fen| fen.abs() < 1e17)
        };
        let fen = whole
            .filter(|fen| fen.abs() < 100_000_000_000_000_000)
            .or_else(|| rounded().map(|fen| fen as i64));
        match fen {
            Some(fen) if fen < 0 => amount.cannot("金额小于零", None),
            Some(fen) => Some(fen),
            None => amount.cannot("金额超出范围", None),
        }
    }

    fn used(&self) -> Option<&'r Value> {
        let value = self.value?;
        self.reader.used.borrow_mut().insert(std::ptr::from_ref(value) as usize);
        Some(value)
    }

    fn cannot<T>(&self, why: &str, instead: T) -> T {
        let note = Note { path: self.path.clone(), why: why.to_owned() };
        let mut unusable = self.reader.unusable.borrow_mut();
        if !unusable.contains(&note) {
            unusable.push(note);
        }
        self.used();
        instead
    }
}

impl Reader<'_> {
    fn unread(&self, value: &Value, path: String, unread: &mut BTreeMap<String, usize>) {
        if self.used.borrow().contains(&(std::ptr::from_ref(value) as usize)) {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.unread(value, format!("{path}/{name}"), unread);
                }
            }
            Value::Array(entries) => {
                for value in entries {
                    self.unread(value, path.clone(), unread);
                }
            }
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) | Value::String(_) => *unread.entry(path).or_default() += 1,
        }
    }
}

fn general(path: &str) -> String {
    let names = path
        .split('/')
        .filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()));
    names.map(|name| format!("/{name}")).collect()
}

#[cfg(test)]
mod tests;
