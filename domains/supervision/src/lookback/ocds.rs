//! OCDS。 Past projects out of compiled releases: one a line, or a package of releases or records. What cannot be used is
//! reported with its place; nothing stops the rest.

use super::tables::civil_day;
use super::{Past, What};
use fadu_kernel::Fen;
use jiff::civil::Date;
use serde_json::Value;

/// 读不出来的一处。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// 1-based.
    pub line: usize,
    pub why: String,
}

pub fn read(text: &str) -> (Vec<Past>, Vec<Unusable>) {
    let (mut all, mut unusable) = (Vec::new(), Vec::new());
    let whole: Option<Value> = serde_json::from_str(text).ok();
    let lines: Vec<(usize, Result<Value, String>)> = match whole {
        Some(value) => vec![(1, Ok(value))],
        None => text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(n, line)| (n + 1, serde_json::from_str(line).map_err(|error| error.to_string())))
            .collect(),
    };
    for (line, value) in lines {
        match value {
            Ok(value) => {
                for release in releases(&value) {
                    match past(release) {
                        Some(past) => all.push(past),
                        None => unusable.push(Unusable { line, why: "没有ocid".to_owned() }),
                    }
                }
            }
            Err(why) => unusable.push(Unusable { line, why }),
        }
    }
    (all, unusable)
}

fn releases(value: &Value) -> Vec<&Value> {
    if let Some(list) = value["releases"].as_array() {
        return list.iter().collect();
    }
    if let Some(list) = value["records"].as_array() {
        return list.iter().map(|record| &record["compiledRelease"]).collect();
    }
    match value.as_array() {
        Some(list) => list.iter().collect(),
        None => vec![value],
    }
}

fn past(release: &Value) -> Option<Past> {
    let id = release["ocid"].as_str().filter(|id| !id.trim().is_empty())?;
    let (tender, mut unreadable) = (&release["tender"], Vec::new());
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let items = &tender["items"][0];
    let sector = [
        &items["classification"]["description"],
        &items["classification"]["id"],
        &tender["mainProcurementCategory"],
    ];
    let active: Vec<&Value> = release["awards"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|award| award["status"].as_str() == Some("active"))
        .collect();
    let price = sum(active.iter().map(|award| &award["value"]), "awards/value/amount", &mut unreadable);
    let contract = release["contracts"].as_array().into_iter().flatten().next();
    let signed = contract.map(|contract| &contract["dateSigned"]);
    let mut day = |value: &Value, name: &str| day(value, name, &mut unreadable);
    let announced = day(&tender["tenderPeriod"]["startDate"], "tender/tenderPeriod/startDate");
    let deadline = day(&tender["tenderPeriod"]["endDate"], "tender/tenderPeriod/endDate");
    let awarded = active.first().and_then(|award| day(&award["date"], "awards/date"));
    let contracted = signed.and_then(|signed| day(signed, "contracts/dateSigned"));
    let estimate = sum([&tender["value"]].into_iter(), "tender/value/amount", &mut unreadable);
    Some(Past {
        id: id.to_owned(),
        title: text(&tender["title"]),
        sector: sector.into_iter().map(text).find(|one| !one.is_empty()).unwrap_or_default(),
        what: tender["mainProcurementCategory"].as_str().and_then(What::read),
        tenderer: [&release["buyer"]["name"], &tender["procuringEntity"]["name"]]
            .into_iter()
            .map(text)
            .find(|one| !one.is_empty())
            .unwrap_or_default(),
        code: text(&release["planning"]["budget"]["projectID"]),
        estimate_fen: estimate,
        price_fen: price,
        currency: text(&tender["value"]["currency"]),
        announced,
        deadline,
        awarded,
        contracted,
        n_bidders: tender["numberOfTenderers"].as_u64().and_then(|n| n.try_into().ok()),
        listed: true,
        unreadable,
    })
}

fn day(value: &Value, name: &str, unreadable: &mut Vec<String>) -> Option<Date> {
    let text = value.as_str()?;
    let found = civil_day(text);
    if found.is_none() {
        unreadable.push(format!("{name}“{text}”"));
    }
    found
}

/// Hundredths of the currency's unit, read from the number as it is written; `None` where there is none.
fn sum<'a>(values: impl Iterator<Item = &'a Value>, name: &str, unreadable: &mut Vec<String>) -> Option<i64> {
    let mut total: Option<i64> = None;
    for amount in values.map(|value| &value["amount"]).filter(|amount| !amount.is_null()) {
        let text = amount.as_number().map(ToString::to_string).unwrap_or_default();
        // `3680000.0` is how some publishers write a whole number.
        match Fen::parse(text.strip_suffix(".0").unwrap_or(&text)) {
            Some(fen) => total = total.unwrap_or(0).checked_add(fen.0),
            None => unreadable.push(format!("{name}“{amount}”")),
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_release_is_read_and_a_broken_one_does_not_stop_the_rest() {
        let text = r#"{"ocid":"o-1","buyer":{"name":"甲"},"tender":{"title":"路","mainProcurementCategory":"works","value":{"amount":4000000.5,"currency":"CNY"},"tenderPeriod":{"startDate":"2021-03-01T00:00:00Z"},"numberOfTenderers":4},"awards":[{"status":"active","date":"2021-04-01","value":{"amount":3900000}},{"status":"cancelled","value":{"amount":1}}]}
{"ocid":
{"tender":{}}
{"ocid":"o-2","tender":{"value":{"amount":"much"},"tenderPeriod":{"endDate":"soon"}}}"#;
        let (all, unusable) = read(text);
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].what, all[0].estimate_fen, all[0].price_fen),
            (Some(What::Works), Some(400_000_050), Some(390_000_000))
        );
        assert_eq!((all[0].announced, all[0].awarded), (Some(date(2021, 3, 1)), Some(date(2021, 4, 1))));
        assert_eq!(all[1].unreadable, ["tender/tenderPeriod/endDate“soon”", "tender/value/amount“\"much\"”"]);
        assert_eq!(unusable.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 3]);
    }
}
