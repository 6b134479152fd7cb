use super::*;
use jiff::civil::date;
use serde_json::json;

fn of(release: Value) -> Imported {
    import(&release, &Options::default()).unwrap()
}

#[test]
fn a_release_becomes_a_tender() {
    let imported = of(json!({
        "ocid": "o-1", "buyer": {"id": "B"},
        "tender": {
            "title": "桥", "mainProcurementCategory": "works", "procurementMethod": "open", "value": {"amount": 1.5, "currency": "CNY"},
            "tenderPeriod": {"startDate": "2025-03-03T08:00:00+08:00", "endDate": "2025-03-23T09:00:00+08:00"},
        },
        "bids": {"details": [
            {"id": "1", "status": "valid", "date": "2025-03-22T00:00:00Z", "tenderers": [{"id": "a"}], "value": {"amount": 3, "currency": "CNY"}},
            {"id": "2", "status": "withdrawn", "tenderers": [{"id": 7}]},
        ]},
        "awards": [{"id": "x", "status": "active", "suppliers": [{"id": "a"}], "value": {"amount": 3, "currency": "CNY"}}],
    }));
    let tender = imported.tender;
    assert_eq!(imported.unusable, []);
    assert_eq!(
        (tender.id.as_str(), tender.owner.as_deref(), tender.estimate_fen),
        ("o-1", Some("B"), Some(150))
    );
    assert_eq!((tender.day, tender.opened), (Some(date(2025, 3, 3)), Some(date(2025, 3, 23))));
    assert_eq!(tender.threshold_fen, Some(400_000_000), "of the kind and the day");
    assert_eq!(tender.winner().map(|bid| (bid.bidder.as_str(), bid.price_fen)), Some(("a", Some(300))));
    assert_eq!(tender.bids.unwrap()[1].bidder, "7", "a number is a name too");
    assert_eq!(imported.without_use.keys().collect::<Vec<_>>(), ["/awards/id"]);
}

#[test]
fn each_field_that_cannot_be_used_is_named_with_its_reason() {
    let imported = of(json!({
        "ocid": 5,
        "tender": {"title": "", "tenderPeriod": {"startDate": "3 March", "endDate": "2025-03-23T09:00:00"}, "value": {"amount": "ten"}},
        "bids": {"details": [
            {"status": "maybe", "tenderers": {"id": "a"}, "value": {"amount": 1}},
            {"status": "valid", "tenderers": "b", "value": {"amount": 2, "currency": "USD"}},
            {"status": "valid", "date": true, "value": {"amount": -1, "currency": "CNY"}},
            {"status": "valid", "value": {"amount": 1e30, "currency": "CNY"}},
        ]},
        "awards": "none", "contracts": [{"dateSigned": "2025-02-30"}],
    }));
    let said: Vec<(&str, &str)> = imported
        .unusable
        .iter()
        .map(|note| (note.path.as_str(), note.why.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("/awards", "应是列表"),
            ("/bids/details/0/status", "不是投标状态代码"),
            ("/bids/details/0/tenderers", "应是列表，按只有一项处理"),
            ("/bids/details/0/value/amount", "没有写明币种"),
            ("/bids/details/1/tenderers", "应是列表"),
            ("/bids/details/1/value/currency", "不是本次所用的币种"),
            ("/bids/details/2/date", "应是文字"),
            ("/bids/details/2/value/amount", "金额小于零"),
            ("/bids/details/3/value/amount", "金额超出范围"),
            ("/contracts/0/dateSigned", "不是日期"),
            ("/tender/tenderPeriod/endDate", "不是带时区的时刻（RFC 3339）"),
            ("/tender/tenderPeriod/startDate", "不是日期"),
            ("/tender/title", "是空的"),
            ("/tender/value/amount", "应是数字"),
        ]
    );
    assert_eq!(imported.unusable[3].field(), "/bids/details/value/amount");
    assert_eq!(imported.tender.id, "5");
    assert!(import(&json!([1]), &Options::default()).is_err());
}

/// Every leaf of a real release is used, named as unusable or named as without use.
#[test]
fn real_releases_are_survived_and_accounted_for() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/procurement/real_releases.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data/procurement/real_releases.jsonl is not there");
        return;
    };
    let (mut n, mut n_unusable, mut tenders) = (0, 0, Vec::new());
    for line in text.lines() {
        let release: Value = serde_json::from_str(line).unwrap();
        let imported = import(&release, &Options::default()).unwrap();
        assert!(!imported.tender.id.is_empty(), "{:?}", imported.unusable);
        n += 1;
        n_unusable += imported.unusable.len();
        tenders.push(imported.tender);
    }
    assert_eq!(n, 305);
    assert!(n_unusable > 0, "no publisher of these writes yuan");
    let market = crate::market::Market::new(&tenders);
    let today = date(2025, 6, 30);
    assert!(tenders.iter().flat_map(|tender| crate::look(&market, tender, today)).count() > n);
}
