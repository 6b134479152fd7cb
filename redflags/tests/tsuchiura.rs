//! Our rules on 1,565 real auctions, with the labels beside them: what they find, and how little it tells.

use fadu_redflags::market::Market;
use fadu_redflags::ocds::{Options, import, releases};
use fadu_redflags::report::{Report, Row};
use fadu_redflags::tender::Tender;
use std::collections::HashMap;
use std::path::Path;

fn read(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/procurement")
        .join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: ../shared/data/procurement/{name} is not there");
    }
    text
}

#[test]
fn a_look_back_over_real_auctions_counts_every_tender_and_calls_no_screen_a_detector() {
    let (Some(auctions), Some(labels)) = (read("tsuchiura_ocds.jsonl"), read("tsuchiura_labels.csv")) else {
        return;
    };
    let options = Options { currency: "JPY".into(), must: Some(true) };
    let imported = releases(&auctions)
        .into_iter()
        .map(|release| import(&release.unwrap(), &options).unwrap());
    let tenders: Vec<Tender> = imported
        .inspect(|imported| assert_eq!(imported.unusable, []))
        .map(|imported| imported.tender)
        .collect();
    let labels: HashMap<String, bool> = labels
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .map(|(ocid, label)| (ocid.into(), label == "1"))
        .collect();
    let market = Market::new(&tenders);
    let report = Report::of(&market, jiff::civil::date(2015, 1, 1), &labels);
    for row in &report.rules {
        let auc = row.auc.map_or("—".into(), |auc| format!("{auc:.3}"));
        println!(
            "{:>5} {:>5} {:>5}  {auc}  {}",
            row.n_found, row.n_not_found, row.n_not_computable, row.rule
        );
    }
    let row = |id: &str| report.rules.iter().find(|row| row.rule == id).unwrap();
    let counted = |row: &Row| row.n_found + row.n_not_found + row.n_not_computable + row.n_frozen;
    assert_eq!(counted(row("short-period")), 1565);
    assert_eq!((row("lowest-out").n_found, row("contract-departs").n_not_computable), (74, 1565));
    // Where the peer's lower fence lies below nothing and never fires, the logarithm finds.
    assert!(row("close-second").n_found > 0);
    // The label is of the auction; no rule about one auction tells it. Whoever claims more prints this.
    let telling: Vec<&str> = report
        .rules
        .iter()
        .filter(|row| row.auc.is_some_and(|auc| auc > 0.65))
        .map(|row| row.rule)
        .collect();
    assert_eq!(telling, Vec::<&str>::new());
}
