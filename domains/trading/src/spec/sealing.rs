//! 规格：谁能开启密封的投标，什么时候。

use super::Ends::{Passes, Refused};
use super::Row;
use super::world::*;
use crate::bid::{self, Bid};
use crate::draw::sha256;
use crate::library;
use crate::project::{Act, KeyHolder, OpeningKeys, Project, SharePurpose, TenderFile};
use fadu_kernel::{Actor, OrgId};

fn prepared(w: &mut World, keys: Option<OpeningKeys>) -> Answer {
    w.confirmed(registration());
    w.prepare(TenderFile { keys, ..file() })
}

fn held_by(threshold: u8, orgs: &[&str]) -> Option<OpeningKeys> {
    let holder = |(n, org): (usize, &&str)| KeyHolder {
        org: OrgId::new(org),
        key: sha256(&format!("key {n} of {org}")),
    };
    Some(OpeningKeys { threshold, holders: orgs.iter().enumerate().map(holder).collect() })
}

fn contribute(w: &mut World, when: &str, by: &Actor, holder: u8, purpose: SharePurpose) -> Answer {
    w.project(when, by, Act::Contribute { holder, purpose, digest: digest() })
}

fn reveal_late(w: &mut World, when: &str) -> Answer {
    w.bid(3, when, &sealed(3), bid::Act::Reveal { project: P, nonce: nonce(3) })
}

/// Three bids are in the opening; a fourth was handed in and not revealed.
fn with_one_left(w: &mut World) {
    w.announced(registration(), file());
    for n in 0..4 {
        w.deposit(n, "03-20T09:00:00").unwrap();
    }
    for n in 0..3 {
        w.admit(n).unwrap();
    }
    w.looked_through();
    w.then("03-25T09:30:00", &tenderer(), Act::BeginOpening);
}

pub fn rows() -> Vec<Row> {
    [named(), shared()].concat()
}

fn named() -> Vec<Row> {
    vec![
        ("no holder of keys named (TND-32)", Refused("TND-32"), |w| prepared(w, None)),
        ("two of three bodies open (TND-32)", Passes, |w| prepared(w, Some(keys()))),
        ("each of three opens alone (TND-32)", Refused("TND-32"), |w| {
            prepared(w, Some(OpeningKeys { threshold: 1, ..keys() }))
        }),
        ("four of three (TND-32)", Refused("TND-32"), |w| {
            prepared(w, Some(OpeningKeys { threshold: 4, ..keys() }))
        }),
        ("one body with two of three keys opens alone (TND-32)", Refused("TND-32"), |w| {
            prepared(w, held_by(2, &["教育局", "教育局", "住建局"]))
        }),
        ("one body with two keys where three open (TND-32)", Passes, |w| {
            prepared(w, held_by(3, &["教育局", "教育局", "住建局"]))
        }),
        (
            "the tenderer and a body of its choice open without anybody else (TND-32)",
            Refused("TND-32"),
            |w| prepared(w, held_by(2, &["教育局", "教育装备站", "住建局"])),
        ),
        ("nobody independent of the tenderer among the holders (TND-32)", Refused("TND-32"), |w| {
            prepared(w, held_by(3, &["教育局", "教育装备站", "教研室"]))
        }),
        ("the tenderer, the supervisor and the keeper of the experts' library (TND-32)", Passes, |w| {
            let library::Act::Publish { name, digest, n_listed, source, .. } = publish_library() else {
                return Ok(String::new());
            };
            let keeper = OrgId::new("省评标专家库管理处");
            w.library(&manager(), library::Act::Publish { name, keeper, digest, n_listed, source })?;
            prepared(w, held_by(2, &["教育局", "住建局", "省评标专家库管理处"]))
        }),
        ("ten holders (TND-32)", Refused("TND-32"), |w| {
            prepared(w, held_by(3, &["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"]))
        }),
        ("one key under two names (TND-32)", Refused("TND-32"), |w| {
            let mut keys = keys();
            keys.holders[1].key = keys.holders[0].key.clone();
            prepared(w, Some(keys))
        }),
        ("a key that is none (TND-32)", Refused("TND-32"), |w| {
            let mut keys = keys();
            keys.holders[1].key = "钥匙".into();
            prepared(w, Some(keys))
        }),
    ]
}

fn shared() -> Vec<Row> {
    use SharePurpose::{Content, Label};
    vec![
        ("shares of the label a second before the deadline (TND-32)", Refused("TND-32"), |w| {
            w.announced(registration(), file());
            contribute(w, "03-25T09:29:59", &tenderer(), 1, Label)
        }),
        ("shares of the label at the deadline (TND-32)", Passes, |w| {
            w.announced(registration(), file());
            contribute(w, "03-25T09:30:00", &tenderer(), 1, Label)
        }),
        ("shares of the content before the opening (TND-32)", Refused("TND-32"), |w| {
            w.with_bids(registration(), 3);
            contribute(w, "03-25T09:30:00", &tenderer(), 1, Content)
        }),
        ("shares of the content in the opening (TND-32, TRD-04)", Passes, |w| {
            with_one_left(w);
            contribute(w, "03-25T09:31:00", &centre(), 3, Content)
        }),
        ("shares for another body's key (TRD-04)", Refused("TRD-04"), |w| {
            with_one_left(w);
            contribute(w, "03-25T09:31:00", &centre(), 2, Content)
        }),
        ("shares for a key that there is not (TRD-04)", Refused("TRD-04"), |w| {
            with_one_left(w);
            contribute(w, "03-25T09:31:00", &centre(), 4, Content)
        }),
        ("shares after the opening was closed (TRD-03)", Refused("TRD-03"), |w| {
            w.opened(registration());
            contribute(w, "03-25T11:00:00", &tenderer(), 1, Content)
        }),
        ("a bid revealed while the opening goes on (TRD-03)", Passes, |w| {
            with_one_left(w);
            reveal_late(w, "03-25T09:40:00")
        }),
        ("a bid revealed after the opening was closed (TRD-03)", Refused("TRD-03"), |w| {
            with_one_left(w);
            for n in 0..3 {
                w.read(n, reading(n))?;
            }
            w.close_opening()?;
            reveal_late(w, "03-25T11:00:00")
        }),
    ]
}

#[test]
fn of_two_versions_the_last_before_the_deadline_counts() {
    let mut w = World::default();
    w.announced(registration(), file());
    w.deposit(0, "03-20T09:00:00").unwrap();
    let version = |digest: &str| bid::Act::Replace { project: P, nonce: nonce(0), digest: digest.repeat(32) };
    w.bid(0, "03-24T09:00:00", &sealed(0), version("22")).unwrap();
    let late = w.bid(0, "03-25T09:30:01", &sealed(0), version("33")).unwrap_err();
    assert_eq!(late.rule.id, "TND-28", "one second late");
    w.admit(0).unwrap();
    let (bid, project): (Bid, Project) = (w.state(BIDS[0]), w.state(P));
    assert_eq!((bid.replaced, project.tender.bids.len()), (vec![digest()], 1));
    assert_eq!(project.tender.bids[0].digest, "22".repeat(32));
}

#[test]
fn a_holder_who_hands_in_again_replaces_what_it_gave() {
    let mut w = World::default();
    with_one_left(&mut w);
    for digest in ["11", "22"] {
        let act = Act::Contribute { holder: 1, purpose: SharePurpose::Content, digest: digest.repeat(32) };
        w.then("03-25T09:31:00", &tenderer(), act);
    }
    contribute(&mut w, "03-25T09:32:00", &centre(), 3, SharePurpose::Content).unwrap();
    let given = w.state::<Project>(P).tender.shares;
    let given: Vec<(u8, String)> = given
        .into_iter()
        .filter(|one| one.purpose == SharePurpose::Content)
        .map(|one| (one.holder, one.digest))
        .collect();
    assert_eq!(given, [(1, "22".repeat(32)), (3, digest())]);
}
