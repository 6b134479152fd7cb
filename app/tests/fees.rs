//! 网上缴费。 What the provider takes is written down once, what it does not take is not; no desk says it in its place.

use async_trait::async_trait;
use fadu_app::now::{Movable, start_of};
use fadu_app::payments::{Attempt, Order, Provider, Simulated, Unpaid};
use fadu_app::private::Keys;
use fadu_app::{App, Call, registry};
use fadu_figures::Figures;
use fadu_kernel::{Actor, Fen, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::fee::PayWay;
use fadu_service::fee_item::Entry;
use fadu_service::{Case, CaseAct, Definition, FeeAct, FeeItem, Item, Listing};
use fadu_store::{Sqlite, Store, TaskQuery};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_994);
const DEPARTMENT: &str = "甲局";
const FEE: &str = "MN-0001";

struct Down;

#[async_trait]
impl Provider for Down {
    fn name(&self) -> &str {
        "停机的支付平台"
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn collect(&self, _order: &Order) -> Result<String, Unpaid> {
        Err(Unpaid::Outage("no answer".into()))
    }
}

/// While it takes the money, the window takes it too.
struct Slow {
    app: Arc<App>,
    case: MatterId,
}

#[async_trait]
impl Provider for Slow {
    fn name(&self) -> &str {
        "慢的支付平台"
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn collect(&self, order: &Order) -> Result<String, Unpaid> {
        let pay = CaseAct::PayFee {
            code: FEE.into(),
            way: PayWay::Cash,
            amount_fen: order.amount.0,
            reference: "收-0001".into(),
            simulated: false,
        };
        act(&self.app, &actor("clerk", Role::WindowClerk, "hall"), Some(self.case), pay).await;
        Ok(format!("慢-{}", order.number))
    }
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn act(app: &App, who: &Actor, id: Option<MatterId>, act: CaseAct) -> MatterId {
    let private = match &act {
        CaseAct::Receive { .. } => [
            ("applicant_name", "模拟商行000001号".to_owned()),
            (
                "applicant_number",
                fadu_kernel::codes::complete_credit_code(&format!("91{R}000000001")).unwrap(),
            ),
            ("applicant_phone", "19900000001".to_owned()),
        ]
        .map(|(field, value)| (field.to_owned(), value))
        .into(),
        _ => BTreeMap::new(),
    };
    let call = Call { actor: who, matter: id, act, private, key: None };
    app.act::<Case>(call).await.unwrap().matter
}

/// An accepted case that was charged the first fee of the shipped list.
async fn charged() -> (tempfile::TempDir, Arc<App>, MatterId) {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = App::open(R, store, Keys::new([6; 32]), Box::new(clock)).await.unwrap();
    let manager = actor("manager", Role::CatalogueManager, "bureau");
    for entry in Entry::read_all(fadu_service::FEES).unwrap() {
        let act =
            FeeAct::List { entry: Box::new(entry), document: "模财〔2025〕1号（模拟）".into() };
        let call = Call { actor: &manager, matter: None, act, private: BTreeMap::new(), key: None };
        app.act::<FeeItem>(call).await.unwrap();
    }
    let mut definitions = Definition::read_all(fadu_service::ITEMS).unwrap().into_iter();
    let mut definition = definitions.find(|item| item.online && !item.is_permit()).unwrap();
    definition.department = DEPARTMENT.into();
    definition.fee.charged = true;
    definition.fee.basis = Some(fadu_kernel::Basis::article("模拟证件收费条例（模拟）", 3));
    definition.fee.codes = vec![FEE.into()];
    let listing = Listing {
        code: "C1".into(),
        name: definition.name.clone(),
        department: DEPARTMENT.into(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(listing.id(), &listing, &definition).await.unwrap();
    let (officer, firm) =
        (actor("officer", Role::Officer, DEPARTMENT), actor("firm", Role::FirmAgent, "public"));
    let materials = definition
        .asked()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect();
    let receive = CaseAct::Receive { item: Item::id("C1"), channel: Channel::Online, materials };
    let case = act(&app, &firm, None, receive).await;
    act(&app, &officer, Some(case), CaseAct::Accept).await;
    act(&app, &officer, Some(case), CaseAct::ChargeFee { code: FEE.into(), quantity: 3 }).await;
    (folder, app, case)
}

async fn state(app: &App, case: MatterId) -> Case {
    app.state_of::<Case>(case).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_a_provider_takes_is_written_down_once() {
    let (_folder, app, case) = charged().await;
    assert_eq!(state(&app, case).await.fees[FEE].due(), Fen(2000), "one included, two more at 5.00");

    let nobody = app.pay_online(case, FEE).await.unwrap();
    assert!(matches!(nobody, Attempt::NothingOpen), "nobody takes it: {nobody:?}");
    app.payments.connect(Arc::new(Down));
    let down = app.pay_online(case, FEE).await.unwrap();
    assert!(matches!(down, Attempt::Unpaid(Unpaid::Outage(_))), "{down:?}");
    assert!(state(&app, case).await.fees[FEE].is_open());

    app.payments.connect(Arc::new(Simulated));
    let paid = app.pay_online(case, FEE).await.unwrap();
    assert!(matches!(paid, Attempt::Paid(_)), "{paid:?}");
    let again = app.pay_online(case, FEE).await.unwrap();
    assert!(matches!(again, Attempt::NothingOpen), "{again:?}");
    let entries = app.store.entries_of(R, case).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.fact == "FeePaid").count(), 1);
    let held = state(&app, case).await;
    assert!(
        held.fees[FEE]
            .paid
            .as_ref()
            .is_some_and(|paid| paid.simulated && paid.amount_fen == 2000)
    );

    let figures = Figures::load(&registry::figures()).unwrap();
    assert_eq!(received(&app, &figures).await, 2000);
    let head = actor("head", Role::AgencyHead, DEPARTMENT);
    act(&app, &head, Some(case), CaseAct::RefundFee { code: FEE.into(), reason: "多收".into() }).await;
    assert_eq!(received(&app, &figures).await, 0, "taken and given back");
}

#[tokio::test]
async fn what_a_provider_took_beside_the_window_is_a_task_until_it_goes_back() {
    let (_folder, app, case) = charged().await;
    app.payments.connect(Arc::new(Slow { app: Arc::clone(&app), case }));
    let attempt = app.pay_online(case, FEE).await.unwrap();
    assert!(matches!(attempt, Attempt::Surplus(_)), "{attempt:?}");
    let held = state(&app, case).await;
    let charge = &held.fees[FEE];
    assert!(charge.paid.as_ref().is_some_and(|paid| paid.way == PayWay::Cash), "{charge:?}");
    assert_eq!(charge.surplus().map(|paid| paid.amount_fen), Some(2000));

    let figures = Figures::load(&registry::figures()).unwrap();
    assert_eq!(received(&app, &figures).await, 4000, "it has come");
    let mine = TaskQuery {
        orgs: vec![DEPARTMENT.into()],
        role: Role::AgencyHead.name(),
        kinds: vec![],
        due_by: None,
        after: None,
        limit: 9,
    };
    let tasks = app.store.tasks(R, mine).await.unwrap();
    assert!(tasks.iter().any(|row| row.task == "refund_fee"), "the head is told");
    let head = actor("head", Role::AgencyHead, DEPARTMENT);
    let back = CaseAct::RefundFee { code: FEE.into(), reason: "重复缴费".into() };
    act(&app, &head, Some(case), back).await;
    assert_eq!(received(&app, &figures).await, 2000, "what was owed stays");
    let held = state(&app, case).await;
    assert!(held.fees[FEE].refunded.is_none() && held.fees[FEE].surplus().is_none());
}

async fn received(app: &App, figures: &Figures) -> i64 {
    fadu_figures::tail(&*app.store, R, figures).await.unwrap();
    let on = date(2025, 3, 3);
    fadu_figures::value(&*app.store, R, figures, "svc.fees_received", on, None)
        .await
        .unwrap()
        .part
}
