use super::*;
use fadu_trading::project::file::TenderFile;
use fadu_trading::project::{
    Candidate, Contract, Reading, Registration, RejectGround, RetenderGround, Stage, UnreadableFault,
};
use fadu_trading::regime::{Funding, MustTender, Regime};
use jiff::civil::{Date, date};
use std::path::PathBuf;
use std::process::Command;

fn export() -> Export {
    Export {
        prefix: "ocds-abc123".into(),
        publisher: "模拟县公共资源交易中心".into(),
        base_url: "https://example.org/".into(),
        bid_extension: "https://example.org/extension.json".into(),
    }
}

fn id(n: u32) -> MatterId {
    MatterId::opened_at(at(date(2025, 3, 1), 0), n)
}

fn at(day: Date, hour: i8) -> i64 {
    instant_ms(day.at(hour, 0, 0, 0))
}

fn registered() -> Fact {
    let registration = Registration {
        title: "通村桥维修".into(),
        sector: "交通".into(),
        estimate_fen: 500_000_050,
        supervisor: OrgId::new("交通局"),
        funding: Funding::default(),
        ..Registration::default()
    };
    Fact::Registered {
        number: "20250301A".into(),
        registration: Box::new(registration),
        regime: Regime::Tendering,
        must: MustTender::Must,
        sector: "交通".into(),
        kind: Kind::Works,
        tenderer: OrgId::new("公路中心"),
    }
}

fn file(deadline: Date) -> Fact {
    let file = TenderFile {
        deadline: deadline.at(9, 0, 0, 0),
        opening: deadline.at(9, 0, 0, 0),
        ..TenderFile::default()
    };
    Fact::FilePrepared { file: Box::new(file), flags: vec![] }
}

fn announced(deadline: Date, round: u16) -> Fact {
    Fact::Announced {
        deadline: deadline.at(9, 0, 0, 0),
        digest: String::new(),
        media: vec![],
        open: true,
        separated: false,
        duties_signed: true,
        kind: Kind::Works,
        sector: "交通".into(),
        round,
        noted: false,
    }
}

fn read(n: u32, price_fen: i64) -> Fact {
    let reading =
        Reading {
            bidder: format!("第{n}公司"), code: format!("91420222MA0000000{n}"), ..Reading::default()
        };
    Fact::BidRead { bid: id(n), reading: Box::new(reading), price_fen, noted: false }
}

fn admitted(n: u32) -> Fact {
    Fact::BidAdmitted {
        bid: id(n),
        digest: "d".into(),
        received_ms: at(date(2025, 4, 24), 10) + i64::from(n),
    }
}

/// A first round to which two came, and a second that was paid and accepted.
fn story() -> Vec<(i64, Fact)> {
    let (first, second) = (date(2025, 3, 25), date(2025, 4, 25));
    let candidate = |n: u32, price_fen: i64| Candidate {
        rank: Some(n as usize),
        bid: id(n),
        bidder: format!("第{n}公司"),
        price_fen,
        total: None,
    };
    let candidates = vec![candidate(1, 480_000_000), candidate(2, 490_000_001)];
    let contract = Contract { price_fen: 480_000_000, ..Contract::default() };
    let days = [
        (date(2025, 3, 1), vec![registered(), file(first)]),
        (date(2025, 3, 3), vec![announced(first, 1)]),
        (
            date(2025, 3, 25),
            vec![Fact::Retendered {
                ground: RetenderGround::TooFewBidders,
                reason: String::new(),
                round: 2,
                fell: None,
            }],
        ),
        (date(2025, 4, 1), vec![file(second), announced(date(2025, 4, 24), 2)]),
        (
            date(2025, 4, 5),
            vec![Fact::Postponed {
                from: first.at(9, 0, 0, 0),
                deadline: second.at(9, 0, 0, 0),
                reason: "答疑".into(),
            }],
        ),
        (
            date(2025, 4, 25),
            vec![
                admitted(1),
                admitted(2),
                admitted(3),
                admitted(4),
                Fact::OpeningBegun { n_bids: 4, in_time: true },
                read(1, 480_000_000),
                read(2, 490_000_001),
                read(3, 499_000_000),
                Fact::UnreadableNoted {
                    bid: id(4),
                    fault: UnreadableFault::Bidder,
                    ground: "密文不完整".into(),
                    treated_as: None,
                },
                Fact::OpeningClosed { record: String::new(), n_bids: 4, void: vec![], noted: false },
            ],
        ),
        (
            date(2025, 4, 27),
            vec![
                Fact::BidRejected {
                    bid: id(3),
                    ground: RejectGround::NotSigned,
                    reason: String::new(),
                    evidence: String::new(),
                    n_votes: 5,
                },
                Fact::EvaluationReported {
                    candidates,
                    ranked: true,
                    digest: String::new(),
                    n_signed: 5,
                    n_dissents: 0,
                    silent: vec![],
                },
                Fact::CandidatesPublished {
                    from: date(2025, 4, 27),
                    until: date(2025, 4, 30),
                    in_time: Some(true),
                    noted: false,
                },
            ],
        ),
        (
            date(2025, 5, 1),
            vec![
                Fact::Objected { n: 1, stage: Stage::Result, digest: "d".into(), due: None },
                Fact::Awarded {
                    bid: id(1),
                    bidder: "第1公司".into(),
                    code: "91420222MA00000001".into(),
                    price_fen: 480_000_000,
                    estimate_fen: 500_000_050,
                    rank: Some(1),
                    separated: false,
                    ground: None,
                    reason: String::new(),
                    in_time: Some(true),
                },
            ],
        ),
        (
            date(2025, 5, 20),
            vec![Fact::ContractSigned {
                contract: Box::new(contract),
                estimate_fen: 500_000_050,
                saving_fen: 20_000_050,
                sector: "交通".into(),
                in_time: Some(true),
                noted: false,
            }],
        ),
        (
            date(2025, 6, 1),
            vec![Fact::Paid { amount_fen: 100_000_000, total_fen: 100_000_000, voucher: String::new() }],
        ),
        (
            date(2025, 6, 9),
            vec![Fact::ContractChanged {
                amount_fen: 1,
                total_fen: 1,
                reason: "增加护栏".into(),
                digest: String::new(),
            }],
        ),
        (
            date(2025, 6, 20),
            vec![Fact::Paid { amount_fen: 380_000_001, total_fen: 480_000_001, voucher: String::new() }],
        ),
        (date(2025, 6, 21), vec![Fact::WorkAccepted { passed: true, digest: String::new() }]),
    ];
    days.into_iter()
        .flat_map(|(day, facts)| facts.into_iter().map(move |fact| (at(day, 15), fact)))
        .collect()
}

fn releases(facts: &[(i64, Fact)]) -> Vec<Value> {
    export().releases(&Package { id: id(0), facts })
}

#[test]
fn each_public_step_is_a_release_and_each_round_a_process() {
    let releases = releases(&story());
    let steps: Vec<(bool, &str)> = releases
        .iter()
        .map(|release| {
            (release["ocid"].as_str().unwrap().ends_with("-2"), release["tag"][0].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        steps,
        [
            (false, "tender"),
            (false, "tenderUpdate"),
            (true, "tender"),
            (true, "tenderAmendment"),
            (true, "tenderUpdate"),
            (true, "award"),
            (true, "awardUpdate"),
            (true, "contract"),
            (true, "implementation"),
            (true, "contractAmendment"),
            (true, "implementation"),
            (true, "implementationUpdate"),
        ]
    );
    assert_eq!(releases[1]["tender"]["status"], "unsuccessful");
    assert_eq!(releases[2]["relatedProcesses"][0]["identifier"], releases[0]["ocid"]);
    let last = &compiled(&releases)[1];
    assert_eq!(last["tender"]["tenderPeriod"]["endDate"], "2025-04-25T09:00:00+08:00");
    assert_eq!(last["tender"]["value"]["amount"], 5_000_000.5);
    let statuses: Vec<&Value> = last["bids"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bid| &bid["status"])
        .collect();
    assert_eq!(statuses, ["valid", "valid", "disqualified", "disqualified"]);
    assert_eq!(last["awards"][0]["status"], "active");
    assert_eq!(last["contracts"][0]["value"]["amount"], 4_800_000.01);
    assert_eq!(last["contracts"][0]["implementation"]["transactions"].as_array().unwrap().len(), 2);
    assert_eq!(last["tag"], json!(["compiled"]));
}

/// 招标投标法 22: whatever has been written by then, nothing before the opening tells who bids or how many do.
#[test]
fn nothing_before_the_opening_tells_who_bids_or_how_many() {
    let story = story();
    let closed = story
        .iter()
        .position(|(_, fact)| matches!(fact, Fact::OpeningClosed { .. }))
        .unwrap();
    let before: String = releases(&story[..closed]).iter().map(Value::to_string).collect();
    assert!(!before.is_empty());
    for secret in ["公司", "91420222MA", "tenderers", "numberOfTenderers", "bids", "tenderer\""] {
        assert!(!before.contains(secret), "{secret}");
    }
    let without_bids: Vec<(i64, Fact)> = story[..closed]
        .iter()
        .filter(|(_, fact)| !matches!(fact, Fact::BidAdmitted { .. } | Fact::BidRead { .. }))
        .cloned()
        .collect();
    let texts = |facts: &[(i64, Fact)]| {
        let blind = |mut release: Value| {
            release["id"] = Value::Null;
            release.to_string()
        };
        releases(facts).into_iter().map(blind).collect::<Vec<String>>()
    };
    assert_eq!(texts(&story[..closed]), texts(&without_bids), "four bids or none: the same is told");
    let after: String = releases(&story[..=closed]).iter().map(Value::to_string).collect();
    assert!(after.contains("第1公司") && after.contains("numberOfTenderers"));
}

#[test]
fn what_was_never_announced_is_never_told() {
    let story = story();
    assert_eq!(releases(&story[..2]), Vec::<Value>::new());
    let terminated = Fact::Terminated { reason: String::new(), announcement: String::new() };
    let ended = [&story[..3], &[(at(date(2025, 3, 9), 1), terminated)]].concat();
    assert_eq!(releases(&ended)[1]["tender"]["status"], "cancelled");
}

#[test]
fn what_we_tell_can_be_read_back() {
    let compiled = compiled(&releases(&story()));
    let imported = crate::ocds::import(&compiled[1], &crate::ocds::Options::default()).unwrap();
    assert_eq!(imported.unusable, []);
    let tender = imported.tender;
    assert_eq!(tender.estimate_fen, Some(500_000_050));
    assert_eq!(tender.valid().count(), 2);
    assert_eq!(tender.winner().and_then(|winner| winner.price_fen), Some(480_000_000));
    assert_eq!(tender.contract.and_then(|contract| contract.paid_fen), Some(480_000_001));
}

/// The interpreter that has the standard's own programs, installed by `cargo xtask test`, and the data folder.
fn tools() -> Option<(PathBuf, PathBuf)> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/procurement");
    let python = std::env::var_os("FADU_TEST_PYTHON").map(PathBuf::from);
    match python.filter(|python| python.is_file()) {
        Some(python) if shared.join("ocds-1.1.5.zip").is_file() => Some((python, shared)),
        _ => {
            println!("skipped: FADU_TEST_PYTHON or ../shared/data/procurement/ocds-1.1.5.zip is not there");
            None
        }
    }
}

#[test]
fn the_standards_own_programs_find_no_fault_and_merge_as_we_do() {
    let Some((python, shared)) = tools() else { return };
    let folder = tempfile::tempdir().unwrap();
    let releases = releases(&story());
    // The script serves the extension on loopback and puts its address in place of this one.
    let export = Export { bid_extension: "BID_EXTENSION".into(), ..export() };
    let published = at(date(2025, 7, 1), 0);
    let write =
        |name: &str, value: &Value| std::fs::write(folder.path().join(name), value.to_string()).unwrap();
    write("compiled.json", &compiled(&releases).into());
    write("records.json", &records(&export, releases.clone(), published));
    write("releases.json", &package(&export, releases, published));
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ocds_tools.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .arg(shared)
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
}
