//! 监督终端。 Its own store and keys beside the county's: what it receives is whole or it is noted, neither side writes in the
//! other's store, and campaigns over past projects are worked to their conclusions.

use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::registry::{self, Runs};
use fadu_app::supervision::feed::{Feed, Line};
use fadu_app::supervision::lookback::{Lists, examine};
use fadu_app::supervision::receive::Received;
use fadu_app::{App, Call, Problem};
use fadu_figures::Figures;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Basis, Matter, MatterId, OrgId, PersonId, Role};
use fadu_store::{Sqlite, Store};
use fadu_supervision::alert::{self, Raised};
use fadu_supervision::lookback::{Past, ocds, tables};
use fadu_supervision::parts::{Disposition, Finding, Law, Outcome, Phase, Ruling, Subject};
use fadu_supervision::{Alert, Campaign, DutyList, Review, Venue, venue};
use fadu_trading::inspection::{self, Inspection, Item, Target};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

struct Both {
    _folder: tempfile::TempDir,
    clock: Movable,
    county: Arc<App>,
    terminal: Arc<App>,
    venue: MatterId,
}

async fn both() -> Both {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 1, 6)) + 9 * 3_600_000);
    let open = |name: &str| -> Arc<dyn Store> { Sqlite::open(&folder.path().join(name)).unwrap() };
    let region = fadu_sim::REGION;
    let county = App::open(region, open("county.db"), Keys::new([1; 32]), Box::new(clock.clone())).await;
    let county = county.unwrap();
    let apart = Runs::apart();
    let terminal =
        App::open_for(apart, region, open("terminal.db"), Keys::new([2; 32]), Box::new(clock.clone()))
            .await
            .unwrap();
    fadu_sim::enter_supervisors(&terminal, "fadu-demo").await.unwrap();
    let key = county.signer().verify_key().to_string();
    let venue = fadu_sim::enter_venue(&terminal, &key).await.unwrap();
    Both { _folder: folder, clock, county, terminal, venue }
}

impl Both {
    /// Trading lives through these days.
    async fn trade(&self, from: jiff::civil::Date, n_days: i64) {
        for n in 0..n_days {
            fadu_sim::trading_day(&self.county, &self.clock, 2025, offset(from, n))
                .await
                .unwrap();
        }
    }

    fn next(&self) -> i64 {
        self.venue().next
    }

    fn venue(&self) -> Venue {
        self.terminal.catalogue().one::<Venue>(self.venue).unwrap().clone()
    }

    async fn feed(&self) -> Feed {
        self.county.feed(self.next()).await.unwrap().unwrap()
    }

    async fn alerts(&self) -> Vec<(MatterId, Alert)> {
        let rows = self.terminal.store.all_of_kind(self.terminal.region, "alert").await.unwrap();
        rows.iter()
            .filter(|row| !row.closed)
            .map(|row| (row.id, serde_json::from_str(&row.state).unwrap()))
            .collect()
    }
}

fn person(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

async fn act<M: Matter>(
    app: &App,
    who: &Actor,
    id: Option<MatterId>,
    act: M::Act,
) -> Result<MatterId, Problem> {
    let call = Call { actor: who, matter: id, act, private: BTreeMap::new(), key: None };
    Ok(app.act::<M>(call).await?.matter)
}

fn raised() -> Raised {
    Raised {
        subject: Subject { id: "P1".into(), ..Subject::default() },
        phase: Phase::During,
        finding: Finding {
            rule: "TND-56".into(),
            says: "迟签".into(),
            outcome: Outcome::Found,
            evidence: vec!["合同".into()],
            missing: Vec::new(),
        },
        law: Law { clause: Basis::article("招标投标法", 46), version: None },
        source: "举报".into(),
        supervisor: OrgId::new("县住建局（模拟）"),
    }
}

/// Whether the password opens an account of this store.
async fn entered(app: &App, person: &str, password: &str) -> Option<Account> {
    let turn = app.password_turn().await.unwrap();
    app.sign_in(person, password, turn).await.unwrap()
}

#[tokio::test]
async fn neither_side_writes_in_the_others_store() {
    let both = both().await;
    let (county, terminal) = (&both.county, &both.terminal);
    // The same person, the same post: what counts is the store.
    let officer = person("supervisor", Role::Officer, "县住建局（模拟）");
    let alert = alert::Act::Raise { alert: Box::new(raised()) };
    let plan = inspection::Act::Plan {
        title: "抽查".into(),
        target: Target::Agencies,
        items: vec![Item { code: "A".into(), title: "A".into(), published: "/a".into() }],
        objects_library: "ab".repeat(32),
        inspectors_library: "cd".repeat(32),
        until: date(2025, 12, 31),
    };
    let there = act::<Alert>(county, &officer, None, alert.clone()).await;
    assert!(matches!(there, Err(Problem::NotRun("公共资源交易监督"))), "{there:?}");
    let here = act::<Inspection>(terminal, &officer, None, plan.clone()).await;
    assert!(matches!(here, Err(Problem::NotRun("公共资源交易"))), "{here:?}");
    act::<Alert>(terminal, &officer, None, alert).await.unwrap();
    act::<Inspection>(county, &officer, None, plan).await.unwrap();

    // Accounts of one are nobody in the other, and each signs its own ledger.
    let account = Account {
        person: "tenderer".into(),
        name: "招标人".into(),
        role: Role::Officer,
        org: "县教育局（模拟）".into(),
        password: String::new(),
        demonstration: false,
        closed: false,
    };
    county.put_account(account, "long enough").await.unwrap();
    assert!(entered(county, "tenderer", "long enough").await.is_some());
    assert!(entered(terminal, "tenderer", "long enough").await.is_none());
    assert!(entered(terminal, "supervisor", "fadu-demo").await.is_some());
    assert!(entered(county, "supervisor", "fadu-demo").await.is_none());
    assert_ne!(county.signer().verify_key().to_string(), terminal.signer().verify_key().to_string());
    assert_ne!(county.origin(), terminal.origin());
    assert_eq!(Runs::only(&["supervision".to_owned(), "trading".to_owned()]), Err("supervision".to_owned()));
}

/// Week after week: what is remembered of the venue's ledger is written over each time.
#[tokio::test]
async fn a_venue_is_received_for_as_long_as_it_trades() {
    let both = both().await;
    let mut batches = 0;
    for week in 0..8 {
        both.trade(offset(date(2025, 2, 3), 7 * week), 7).await;
        both.county.checkpoint().await.unwrap();
        let Some(feed) = both.county.feed(both.next()).await.unwrap() else { continue };
        let received = both.terminal.receive(both.venue, &feed).await.unwrap();
        assert!(matches!(received, Received::Whole { .. }), "week {week}: {received:?}");
        batches += 1;
    }
    assert!(batches > 3, "only {batches} weeks had anything to tell");
    assert_eq!(both.next(), both.county.store.head(both.county.region).await.unwrap().next_seq);
}

#[tokio::test]
async fn the_ledger_of_trading_is_received_whole_and_asks_for_a_persons_look() {
    let both = both().await;
    both.trade(date(2025, 2, 3), 45).await;
    let feed = both.feed().await;
    assert_eq!(Feed::read(&feed.write()).unwrap(), feed, "written and read again");
    let withheld = feed.lines.iter().filter(|line| matches!(line, Line::Withheld { .. }));
    let alike = withheld
        .clone()
        .filter(|line| matches!(line, Line::Withheld { kind, .. } if kind == "other"));
    assert!(
        alike.clone().count() >= 3 && alike.count() == withheld.count(),
        "a bid looks like any other entry"
    );
    let received = both.terminal.receive(both.venue, &feed).await.unwrap();
    let Received::Whole { entries, .. } = received else { panic!("{received:?}") };
    assert_eq!((entries, both.venue().n_shown + both.venue().n_withheld), (both.next(), entries as u64));
    let list = both.terminal.catalogue().one::<DutyList>(DutyList::id("1")).unwrap().clone();
    assert_eq!(list.signed.len(), 2, "two projects signed the list that is in force");

    // Nothing new, nothing received; the venue falls silent by the clock and is noted.
    assert_eq!(both.county.feed(both.next()).await.unwrap(), None);
    let on = both.venue().received.unwrap();
    both.clock.set(start_of(offset(on, 2)) + 3_600_000);
    both.terminal.sweep(offset(on, 2)).await.unwrap();
    assert_eq!(both.venue().status(), "silent");

    // On it goes: the next steps of the same project follow without a gap.
    both.trade(date(2025, 3, 20), 30).await;
    let feed = both.feed().await;
    assert!(matches!(both.terminal.receive(both.venue, &feed).await.unwrap(), Received::Whole { .. }));
    assert_eq!(both.venue().status(), "receiving");
    both.terminal.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_left_out_changed_or_renamed_is_a_break() {
    let both = both().await;
    both.trade(date(2025, 2, 3), 30).await;
    let good = both.feed().await;
    let of_project =
        |line: &Line| matches!(line, Line::Shown { text } if text.contains("\"kind\":\"project\""));
    let at = good.lines.iter().position(of_project).unwrap();
    let second = good.lines.iter().skip(at + 1).position(of_project).unwrap() + at + 1;
    let hide = |feed: &mut Feed, at: usize, kind: &str| {
        let leaf = fadu_ledger::note::hex(&feed.lines[at].leaf().unwrap());
        feed.lines[at] = Line::Withheld { kind: kind.into(), leaf };
    };
    let mut cases: Vec<(&str, Feed)> = Vec::new();
    let mut case = |name, change: &dyn Fn(&mut Feed)| {
        let mut feed = good.clone();
        change(&mut feed);
        cases.push((name, feed));
    };
    case("给到第", &|feed| drop(feed.lines.remove(at)));
    case("没有给全文", &|feed| hide(feed, at, "project"));
    case("次办理", &|feed| hide(feed, second, "case"));
    case("根与检查点不一致", &|feed| {
        if let Line::Shown { text } = &mut feed.lines[at] {
            *text = text.replace("模拟", "模仿");
        }
    });
    case("写的是第", &|feed| feed.lines.swap(at, second));
    case("应从第0条开始", &|feed| feed.from = 3);
    case("签名不对", &|feed| feed.note = feed.note.replace("fadu/", "fido/"));
    let head = person("supervision-head", Role::AgencyHead, "县住建局（模拟）");
    for (says, feed) in cases {
        let received = both.terminal.receive(both.venue, &feed).await.unwrap();
        let Received::Broken { because, .. } = received else { panic!("{says}: {received:?}") };
        assert!(because.contains(says), "{says}: {because}");
        assert_eq!(both.next(), 0, "nothing of it was received");
        // Until a person has settled it nothing is received, not even what is right.
        assert_eq!(both.terminal.receive(both.venue, &good).await.unwrap(), Received::Nothing);
        let settle = venue::Act::SettleBreak {
            reason: "交易场所重新提供".into(),
            document: "模核1号".into(),
        };
        act::<Venue>(&both.terminal, &head, Some(both.venue), settle).await.unwrap();
    }
    assert!(matches!(both.terminal.receive(both.venue, &good).await.unwrap(), Received::Whole { .. }));
    assert_eq!(both.venue().breaks.len(), 7, "and every one of them stays on record");
}

/// The last entry of a project leaves no later version that would miss it: hidden under another kind it is found when it
/// is asked for.
#[tokio::test]
async fn an_entry_under_a_false_kind_is_found_by_asking_for_it() {
    let both = both().await;
    both.trade(date(2025, 3, 31), 60).await;
    let mut feed = both.feed().await;
    let last = feed
        .lines
        .iter()
        .rposition(|line| matches!(line, Line::Shown { text } if text.contains("\"kind\":\"project\"")));
    let last = last.unwrap();
    let leaf = fadu_ledger::note::hex(&feed.lines[last].leaf().unwrap());
    feed.lines[last] = Line::Withheld { kind: "other".into(), leaf };
    assert!(matches!(both.terminal.receive(both.venue, &feed).await.unwrap(), Received::Whole { .. }));
    let officer = person("supervisor", Role::Officer, "县住建局（模拟）");
    // A bid, withheld as it should be.
    let bid = feed
        .lines
        .iter()
        .position(|line| matches!(line, Line::Withheld { .. }))
        .unwrap();
    assert!(bid < last);
    let honest = both.county.receipt(bid as i64).await.unwrap().unwrap();
    assert!(both.terminal.audit(&officer, both.venue, &honest).await.unwrap());
    let receipt = both.county.receipt(last as i64).await.unwrap().unwrap();
    assert!(!both.terminal.audit(&officer, both.venue, &receipt).await.unwrap());
    assert_eq!(both.venue().status(), "broken");
    let mut forged = receipt;
    forged.entry = forged.entry.replace("project", "item");
    assert!(matches!(both.terminal.audit(&officer, both.venue, &forged).await, Err(Problem::Invalid(_))));
}

#[tokio::test]
async fn campaigns_of_321_and_22_are_worked_to_their_conclusions() {
    let both = both().await;
    both.clock.set(start_of(date(2025, 12, 1)) + 9 * 3_600_000);
    fadu_sim::look_back(&both.terminal).await.unwrap();
    let catalogue = both.terminal.catalogue();
    let campaigns: Vec<&Campaign> = catalogue.all::<Campaign>().map(|(_, campaign)| campaign).collect();
    let mut listed: Vec<u32> = campaigns.iter().map(|campaign| campaign.plan.n_listed).collect();
    listed.sort_unstable();
    assert_eq!(listed, [22, 321]);
    for campaign in &campaigns {
        assert!(campaign.plan.simulated && campaign.plan.title.contains("模拟"));
        assert_eq!(campaign.concluded.len(), campaign.n() as usize);
        assert!(campaign.closed.is_some() && campaign.n_clean < campaign.n());
    }
    // Run again it enters nothing twice.
    let head = both.terminal.store.head(both.terminal.region).await.unwrap().next_seq;
    fadu_sim::look_back(&both.terminal).await.unwrap();
    assert_eq!(both.terminal.store.head(both.terminal.region).await.unwrap().next_seq, head);

    let figures = Figures::load(&registry::figures()).unwrap();
    let region = both.terminal.region;
    fadu_figures::tail(&*both.terminal.store, region, &figures).await.unwrap();
    let value = async |id: &str| {
        fadu_figures::value(&*both.terminal.store, region, &figures, id, date(2025, 12, 31), None)
            .await
            .unwrap()
    };
    assert_eq!(value("sup.lookback_projects").await.part, 321, "the list of the look-back alone");
    let of_look_back = campaigns.iter().find(|one| !one.plan.special).unwrap();
    let (store, day) = (&*both.terminal.store, date(2025, 12, 31));
    let split = fadu_figures::split(store, region, &figures, "sup.lookback_projects", day, None)
        .await
        .unwrap();
    assert_eq!(split.iter().map(|row| row.part).sum::<i64>(), 321);
    assert!(split.len() > 1 && split.iter().all(|row| row.key.starts_with(&of_look_back.plan.title)));
    assert_eq!(
        value("sup.special_projects").await.part,
        22,
        "the funeral list, without what was found beside it"
    );
    let unlisted: u32 = campaigns.iter().map(|one| one.plan.n_unlisted).sum();
    let all: u32 = campaigns.iter().map(|one| one.n()).sum();
    assert_eq!(value("sup.lookback_unlisted").await.part, i64::from(unlisted));
    let compliance = value("sup.compliance_rate").await;
    let rows = both.terminal.store.all_of_kind(region, Review::KIND).await.unwrap();
    let reviews: Vec<Review> = rows.iter().map(|row| serde_json::from_str(&row.state).unwrap()).collect();
    assert_eq!(reviews.len(), all as usize);
    // Of whom nothing could be computed it is not said that they complied.
    let computable =
        |review: &&Review| review.rows.iter().any(|row| row.finding.outcome != Outcome::NotComputable);
    let measured = reviews.iter().filter(computable).count() as i64;
    let clean = reviews
        .iter()
        .filter(computable)
        .filter(|review| review.n_confirmed() == 0)
        .count();
    assert_eq!((compliance.part, compliance.whole), (clean as i64, Some(measured)));
    assert_eq!(value("sup.lookback_unmeasured").await.part, i64::from(all) - measured);
    // The figure opens to its list.
    let entries = fadu_figures::entries(
        &*both.terminal.store,
        region,
        &figures,
        "sup.compliance_rate",
        date(2025, 12, 31),
        None,
        -1,
        1000,
    )
    .await
    .unwrap();
    assert_eq!(entries.len() as i64, measured);
    assert!(value("sup.handovers").await.part > 0);
    assert_eq!(value("sup.handovers_unreceived").await.part, 0, "each was received against a receipt");
}

#[tokio::test]
async fn an_alert_is_worked_to_its_disposition() {
    let both = both().await;
    let officer = person("supervisor", Role::Officer, "县住建局（模拟）");
    let id = act::<Alert>(&both.terminal, &officer, None, alert::Act::Raise { alert: Box::new(raised()) });
    let id = id.await.unwrap();
    let ruling = |disposition| Ruling {
        disposition,
        reason: "核对合同".into(),
        document: "模决1号".into(),
        hand_over: None,
    };
    let confirm = || alert::Act::Dispose { ruling: ruling(Disposition::Confirmed) };
    let unheard = act::<Alert>(&both.terminal, &officer, Some(id), confirm()).await;
    assert!(matches!(&unheard, Err(Problem::Refused(refusal)) if refusal.rule.id == "SUP-01"), "{unheard:?}");
    let other = person("finance", Role::Officer, "县财政局（模拟）");
    let foreign = act::<Alert>(&both.terminal, &other, Some(id), confirm()).await;
    assert!(matches!(foreign, Err(Problem::NoAuthority(_))), "of another body");
    let explain = alert::Act::RecordExplanation { digest: "ab".repeat(32) };
    act::<Alert>(&both.terminal, &officer, Some(id), explain).await.unwrap();
    act::<Alert>(&both.terminal, &officer, Some(id), confirm()).await.unwrap();
    assert!(both.alerts().await.is_empty(), "nothing is open any more");
}

/// 1,565 real auctions: their years have no threshold here, and what a list leaves out is found by what was paid.
#[test]
fn real_auctions_are_looked_back_on_by_what_is_known_of_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/procurement/tsuchiura_ocds.jsonl");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let (mut projects, unusable) = ocds::read(&text);
    assert_eq!((projects.len(), unusable.len()), (1565, 0));
    assert!(projects.iter().all(|project| project.unreadable.is_empty()));
    projects.iter_mut().for_each(|project| project.code = project.id.clone());
    let mut payments = "凭证号,付款单位,投资项目代码,事由,金额,日期\n".to_owned();
    // A few auctions were never awarded, and nobody was paid for them.
    for project in &projects {
        let (Some(fen), Some(day)) = (project.price_fen, project.awarded) else { continue };
        let (id, amount) = (&project.id, fadu_kernel::Fen(fen));
        payments.push_str(&format!("V-{id},Tsuchiura City,{id},,{amount},{day}\n"));
    }
    let paid = |project: &&Past| project.price_fen.is_some() && project.awarded.is_some();
    let (mut listed, mut dropped) = (Vec::new(), Vec::new());
    for (n, project) in projects.into_iter().enumerate() {
        if n % 10 == 9 { dropped.push(project) } else { listed.push(project) }
    }
    let (n_listed, n_paid) = (listed.len(), listed.iter().filter(paid).count());
    let n_never = dropped.iter().filter(paid).count();
    assert!(n_never > 100 && n_paid > 1000);
    let payments = Some(tables::payments(&payments).unwrap());
    let lists = Lists { payments, projects: listed, ..Lists::default() };
    let (examined, ran) = examine(&lists);
    assert_eq!((ran.listed, ran.unlisted), (n_listed, n_never));
    assert_eq!(ran.by_sector.values().sum::<usize>(), ran.listed);
    let never = examined.iter().filter(|(one, _)| !one.project.listed);
    for (one, findings) in never {
        let tendered = &findings[0];
        assert_eq!(tendered.outcome, Outcome::NotComputable, "{}: never “not found”", one.project.id);
        assert!(tendered.missing.contains(&"类别".to_owned()), "{tendered:?}");
        assert_eq!(one.matched.payments.len(), 1);
    }
    // Yen are no yuan, no list of approvals was brought, and both are said.
    assert_eq!(ran.by_rule["TND-56"], [0, 0, n_listed + n_never]);
    assert_eq!(ran.missing["人民币金额（清单是JPY）"], n_paid);
    assert_eq!(ran.missing["审批清单"], n_listed + n_never);
    assert_eq!(ran.by_rule["TND-01"], [0, ran.listed, ran.unlisted]);
}
