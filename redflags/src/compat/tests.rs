//! Each indicator from both sides of its edge.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// `settings`, lines of releases, the result without its Meta.
fn results(settings: &str, lines: &[Value], how: How) -> Value {
    let settings = Settings::read(settings).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let results = run(text.as_bytes(), &settings, how).unwrap();
    let mut results = serde_json::to_value(results).unwrap();
    results.as_object_mut().unwrap().remove("Meta");
    results
}

fn of(settings: &str, lines: &[Value]) -> Value {
    results(settings, lines, How { threads: 1, ..How::default() })
}

/// Bids as (tenderer, amount, status); the award goes to the first.
fn process(ocid: &str, bids: &[(&str, f64, &str)]) -> Value {
    let details: Vec<Value> = bids
        .iter()
        .map(|(id, amount, status)| {
            json!({
                "status": status, "date": "2020-01-20T00:00:00Z", "tenderers": [{"id": id}],
                "value": {"amount": amount, "currency": "CNY"},
            })
        })
        .collect();
    json!({
        "ocid": ocid, "buyer": {"id": "B"},
        "tender": {
            "status": "complete", "procurementMethod": "open", "numberOfTenderers": bids.len(), "procuringEntity": {"id": "E"},
            "tenderPeriod": {"startDate": "2020-01-01T00:00:00Z", "endDate": "2020-01-20T00:00:00Z"},
        },
        "bids": {"details": details},
        "awards": [{
            "id": "1", "status": "active", "suppliers": [{"id": bids[0].0}], "items": [{"classification": {"id": "4501"}}],
        }],
    })
}

fn three(ocid: &str) -> Value {
    process(ocid, &[("a", 100.0, "valid"), ("b", 110.0, "valid"), ("c", 120.0, "valid")])
}

/// Three valid bids of 100, 110 and 120, the first awarded, with one value put at a pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut release = three("p");
    match release.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            release.pointer_mut(parent).unwrap()[name] = value;
        }
    }
    release
}

fn flagged(settings: &str, release: Value, indicator: &str) -> bool {
    of(settings, &[release])["OCID"]["p"].get(indicator).is_some()
}

#[test]
fn a_period_is_short_below_the_threshold() {
    let ends = |end: &str| with("/tender/tenderPeriod/endDate", json!(end));
    assert!(!flagged("[R003]", ends("2020-01-16T00:00:00Z"), "R003"), "fifteen days");
    assert!(flagged("[R003]", ends("2020-01-15T23:59:59Z"), "R003"));
    assert!(!flagged("[R003]", ends("2020-01-15"), "R003"), "a date alone is no instant");
    assert!(!flagged("[R003]\nprocurement_methods = limited", ends("2020-01-02T00:00:00Z"), "R003"));
    let own = "[R003.procurement_method_details]\nemergency = 5";
    let emergency = |end: &str| {
        let mut release = ends(end);
        release["tender"]["procurementMethodDetails"] = json!("emergency");
        release
    };
    assert!(flagged(own, emergency("2020-01-05T00:00:00Z"), "R003"));
    assert!(!flagged(own, emergency("2020-01-06T00:00:00Z"), "R003"));
}

#[test]
fn a_single_tenderer_is_told_by_the_number_alone() {
    let told = |n: Value| with("/tender/numberOfTenderers", n);
    assert!(flagged("[R018]", told(json!(1)), "R018"));
    assert!(!flagged("[R018]", told(json!(2)), "R018"));
    assert!(!flagged("[R018]", told(json!(1.0)), "R018") && !flagged("[R018]", told(json!("1")), "R018"));
    let mut limited = told(json!(1));
    limited["tender"]["procurementMethod"] = json!("limited");
    assert!(!flagged("[R018]", limited.clone(), "R018"));
    assert!(flagged("[R018]\nprocurement_methods = open|limited", limited, "R018"));
}

#[test]
fn the_winner_is_compared_with_the_lowest_loser() {
    let close = "[R024]\nthreshold = 0.1\n[R058]\nthreshold = 0.1";
    assert_eq!(
        of(close, &[three("p")]),
        json!({
            "OCID": {"p": {"R024": 0.1, "R058": 0.1}},
            "Tenderer": {"a": {"R024": 0.0, "R058": 0.0}, "b": {"R024": 0.0}},
        }),
        "a ratio on the fence is flagged, on either side"
    );
    for (why, release) in [
        ("an award is pending", with("/awards/0/status", json!("pending"))),
        ("two suppliers", with("/awards/0/suppliers", json!([{"id": "a"}, {"id": "x"}]))),
        ("the winner was not the lowest", with("/bids/details/0/value/amount", json!(111))),
        ("no loser in the main currency", {
            let mut release = with("/bids/details/1/value/currency", json!("USD"));
            release["bids"]["details"][2]["value"]["currency"] = json!("USD");
            release
        }),
        ("bids of two tenderers", {
            let mut release = with("/bids/details/1/tenderers", json!([{"id": "b"}, {"id": "x"}]));
            release["bids"]["details"][2]["status"] = json!("disqualified");
            release
        }),
        ("cancelled", with("/tender/status", json!("cancelled"))),
    ] {
        assert_eq!(of(close, &[release]), json!({}), "{why}");
    }
}

#[test]
fn a_fence_of_nothing_flags_nothing() {
    let lines: Vec<Value> = (0..8).map(|n| three(&format!("p{n}"))).collect();
    assert_eq!(of("[R025]", &lines), json!({}), "a quarter of the bidders never win");
    let always = process("q", &[("a", 1.0, "valid"), ("b", 1.0, "valid")]);
    assert_eq!(of("[R024]", &[always]), json!({}));
}

#[test]
fn whoever_bids_much_and_wins_little_is_flagged() {
    let mut lines = vec![process("q", &[("b", 1.0, "valid"), ("x", 2.0, "valid")])];
    lines.extend((0..9).map(|n| three(&format!("p{n}"))));
    // b won one of ten.
    assert_eq!(
        of("[R025]\nthreshold = 0.1\npercentile = 100", &lines),
        json!({"Tenderer": {"b": {"R025": 0.1}}})
    );
    assert_eq!(of("[R025]\nthreshold = 0.09\npercentile = 100", &lines), json!({}));
}

#[test]
fn the_same_price_flags_both_but_nobody_against_themselves() {
    let same =
        |one: &str, other: &str, status: &str| process("p", &[(one, 100.0, "valid"), (other, 100.0, status)]);
    let both = json!({"OCID": {"p": {"R028": 1.0}}, "Tenderer": {"a": {"R028": 1.0}, "b": {"R028": 1.0}}});
    assert_eq!(of("[R028]", &[same("a", "b", "valid")]), both);
    assert_eq!(of("[R028]", &[same("a", "b", "disqualified")]), both);
    assert_eq!(of("[R028]", &[same("a", "b", "withdrawn")]), json!({}));
    assert_eq!(of("[R028]", &[same("a", "a", "valid")]), json!({}));
    let settings = "no_price_comparison_procurement_methods = lottery|x\n[R028]";
    let mut lottery = same("a", "b", "valid");
    lottery["tender"]["procurementMethodDetails"] = json!("lottery");
    assert_eq!(of(settings, &[lottery.clone()]), json!({}));
    assert_eq!(
        of("price_comparison_procurement_methods = auction\n[R028]", &[same("a", "b", "valid")]),
        json!({})
    );
    assert_eq!(of("price_comparison_procurement_methods = lottery\n[R028]", &[lottery]), both);
}

#[test]
fn a_late_winner_is_told_by_the_text_of_the_dates() {
    let late = |date: &str| with("/bids/details/0/date", json!(date));
    assert!(!flagged("[R030]", late("2020-01-20T00:00:00Z"), "R030"));
    assert!(flagged("[R030]", late("2020-01-20T00:00:01Z"), "R030"));
    assert!(flagged("[R030]", late("2020-01-20T07:00:00+08:00"), "R030"), "the peer compares the text");
    assert!(
        !flagged("[R030]", with("/bids/details/1/date", json!("2021-01-01T00:00:00Z")), "R030"),
        "a loser"
    );
}

#[test]
fn disqualified_bids_are_seen_in_three_ways() {
    let only = [("a", 100.0, "valid"), ("b", 90.0, "disqualified"), ("c", 120.0, "disqualified")];
    let found = of("[R035]\n[R036]", &[process("p", &only)]);
    assert_eq!(found, json!({"OCID": {"p": {"R035": 2.0, "R036": 1.0}}, "Tenderer": {"a": {"R035": 0.0}}}));
    assert_eq!(of("[R035]\nthreshold = 3", &[process("p", &only)]), json!({}));
    let equal = [("a", 100.0, "valid"), ("b", 100.0, "disqualified"), ("c", 120.0, "valid")];
    assert_eq!(of("[R035]\n[R036]", &[process("p", &equal)]), json!({}), "not lower, and not alone");
    let lines = [process("p", &only), process("q", &[("a", 1.0, "valid"), ("b", 2.0, "valid")])];
    assert_eq!(
        of("[R038]\nthreshold = 0.4", &lines),
        json!({
            "Buyer": {"B": {"R038": 0.4}}, "ProcuringEntity": {"E": {"R038": 0.4}}, "Tenderer": {"b": {"R038": 0.5}},
        }),
        "c submitted one bid only"
    );
}

#[test]
fn a_supplier_of_everything_has_many_kinds_of_codes() {
    let supplied = |n: usize, codes: [&str; 3]| {
        let mut release = three(&format!("p{n}"));
        release["awards"][0]["items"] = codes.map(|code| json!({"classification": {"id": code}})).into();
        release
    };
    let settings = "[R048]\nthreshold = 3\nminimum_contracting_processes = 2";
    let lines = [supplied(0, ["4501", "4502", "99"]), supplied(1, ["é1", "é2", "99"])];
    assert_eq!(of(settings, &lines[..1]), json!({}), "one process is not enough");
    assert_eq!(of(settings, &lines), json!({"Tenderer": {"a": {"R048": 4.0}}}), "45, 99, é1 and é2");
}

#[test]
fn an_ocid_twice_adds_flags_and_overwrites_values() {
    let twice = [
        process("p", &[("a", 100.0, "valid"), ("b", 150.0, "valid")]),
        process("p", &[("a", 100.0, "valid"), ("c", 120.0, "valid"), ("d", 100.0, "disqualified")]),
    ];
    let found = of("[R028]\n[R058]\nthreshold = 0.1", &twice);
    assert_eq!(found["OCID"], json!({"p": {"R028": 1.0, "R058": 0.2}}));
}

#[test]
fn what_is_missing_is_filled_in_only_where_it_is_asked_for() {
    let settings = "[defaults]\nbid_status = valid\naward_status = active\ncurrency = CNY\n[redactions]\namount = 0\n\
                    organization_id = none\n[codelists.bid_status]\nout = disqualified\n[modifications]\n\
                    prefix_tenderer_or_supplier_id = CN-\nmove_auctions = yes\n\
                    [corrections]\naward_status_by_contract_status = true\n[R028]\n[R036]";
    let prepared =
        |release: Value| results(settings, &[release], How { prepare: true, threads: 1, map: false });
    let bid = |id: Value, amount: f64| json!({"tenderers": {"id": id}, "value": {"amount": amount}});
    let auction = |bids: Value| json!({"ocid": "p", "auctions": [{"stages": [{"bids": bids}]}], "awards": [{"id": 1}], "contracts": [{"awardID": "1"}]});
    let two = auction(json!([bid(json!(7), 5.0), bid(json!("CN-8"), 5.0)]));
    assert_eq!(
        prepared(two.clone()),
        json!({"OCID": {"p": {"R028": 1.0}}, "Tenderer": {"CN-7": {"R028": 1.0}, "CN-8": {"R028": 1.0}}})
    );
    assert_eq!(of(settings, &[two]), json!({}), "as it is, there are no bids");
    assert_eq!(prepared(auction(json!([bid(json!(7), 0.0), bid(json!(8), 0.0)]))), json!({}), "redacted");
    assert_eq!(prepared(auction(json!([bid(json!("none"), 5.0), bid(json!(8), 5.0)]))), json!({}));
    let mut out = bid(json!(9), 4.0);
    out["status"] = json!("out");
    let lowest = auction(json!([bid(json!(7), 5.0), out]));
    assert_eq!(prepared(lowest.clone()), json!({"OCID": {"p": {"R036": 1.0}}}));
    let mut cancelled = lowest;
    cancelled["contracts"] = json!([{"awardID": 1, "status": "cancelled"}]);
    assert_eq!(prepared(cancelled), json!({}), "an award whose contracts are all cancelled is none");
}

#[test]
fn broken_lines_cost_themselves_alone_and_are_told() {
    let settings = Settings::read("[R018]").unwrap();
    let good = with("/tender/numberOfTenderers", json!(1)).to_string();
    let text = [good.as_bytes(), b"\n{\"ocid\": \n\n  \r\n[1]\n\xff{}\n3", b"\n\n"].concat();
    let found = run(text.as_slice(), &settings, How::default()).unwrap();
    assert_eq!(found.ocid.len(), 1);
    let lines: Vec<u64> = found.notes.unreadable.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 6]);
}

#[test]
fn who_stands_behind_a_process_is_told_on_request() {
    let lines = [process("p", &[("a", 100.0, "valid"), ("b", 100.0, "disqualified")])];
    let settings = "[R024]\nthreshold = 0.5\n[R028]\n[R035]\n[R038]\n[R058]\nthreshold = 9";
    let found = results(settings, &lines, How { map: true, threads: 2, prepare: false });
    assert_eq!(
        found["Maps"],
        json!({
            "ocid_buyer_r038": {"p": "B"}, "ocid_procuringentity_r038": {"p": "E"}, "ocid_tenderer": {"p": ["a", "b"]},
            "ocid_tenderer_r024": {}, "ocid_tenderer_r028": {"p": ["a", "b"]}, "ocid_tenderer_r030": {},
            "ocid_tenderer_r035": {"p": ["a"]}, "ocid_tenderer_r058": {},
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However many threads share the file, and whichever currency comes first: one answer.
    #[test]
    fn threads_do_not_change_the_answer(
        bids in proptest::collection::vec((0..12_u8, 0..6_usize, 1..9_u8, any::<bool>()), 1..40),
        threads in 2..6_usize,
    ) {
        let padding = "x".repeat(20_000);
        let lines: Vec<Value> = bids
            .iter()
            .map(|(ocid, tenderer, amount, euro)| {
                let names = ["a", "b", "c", "d", "e", "f"];
                let losing = (names[(tenderer + 1) % 6], f64::from(amount + 1), "valid");
                let mut release = process(&format!("p{ocid}"), &[(names[*tenderer], f64::from(*amount), "valid"), losing]);
                if *euro {
                    for n in 0..2 {
                        release["bids"]["details"][n]["value"]["currency"] = json!("EUR");
                    }
                }
                release["tender"]["description"] = json!(padding);
                release
            })
            .collect();
        let settings = "[R003]\n[R024]\nthreshold=1\n[R025]\nthreshold=0.5\n[R028]\n[R036]\n[R048]\nthreshold=1\nminimum_contracting_processes=1\n[R058]";
        let how = |threads| How { threads, map: true, prepare: false };
        prop_assert_eq!(results(settings, &lines, how(1)), results(settings, &lines, how(threads)));
    }
}
