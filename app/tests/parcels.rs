//! 物流。 What a carrier tells is written down once; signed for is delivered, and what comes back is the window's again.

use fadu_app::couriers::{Couriers, Simulated};
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition, Item, Listing};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_993);
const DEPARTMENT: &str = "甲局";

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

struct County {
    app: Arc<App>,
    clock: Movable,
    _folder: tempfile::TempDir,
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let clock = Movable::default();
        clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
        let app = App::open(R, store, Keys::new([7; 32]), Box::new(clock.clone())).await.unwrap();
        let mut definitions = Definition::read_all(fadu_service::ITEMS).unwrap().into_iter();
        let mut definition = definitions.find(|item| item.verification == "document").unwrap();
        definition.department = DEPARTMENT.into();
        let listing = Listing {
            code: "C1".into(),
            name: definition.name.clone(),
            department: DEPARTMENT.into(),
            task_type: definition.task_type,
            findings: vec![],
        };
        app.play_publication(listing.id(), &listing, &definition).await.unwrap();
        County { app, clock, _folder: folder }
    }

    async fn act(&self, who: &Actor, id: Option<MatterId>, act: CaseAct) -> MatterId {
        let mut private = BTreeMap::new();
        if id.is_none() {
            let number = fadu_kernel::codes::complete_credit_code(&format!("91{R}000000001")).unwrap();
            private.insert("applicant_name".to_owned(), "模拟商行000001号".to_owned());
            private.insert("applicant_number".to_owned(), number);
            private.insert("applicant_phone".to_owned(), "19900000001".to_owned());
        }
        let call = Call { actor: who, matter: id, act, private, key: None };
        self.app.act::<Case>(call).await.unwrap().matter
    }

    /// A decided case, handed to the simulated carrier under this number on 3 March.
    async fn posted(&self, number: &str) -> MatterId {
        let clerk = actor("clerk", Role::WindowClerk, "hall");
        let officer = actor("officer", Role::Officer, DEPARTMENT);
        let head = actor("head", Role::AgencyHead, DEPARTMENT);
        let catalogue = self.app.catalogue();
        let (_, definition) = catalogue.one::<Item>(Item::id("C1")).unwrap().current().unwrap();
        let materials = definition
            .asked()
            .map(|material| (material.id.clone(), Paper::default()))
            .collect();
        let receive = CaseAct::Receive { item: Item::id("C1"), channel: Channel::Window, materials };
        let case = self.act(&clerk, None, receive).await;
        self.act(&officer, Some(case), CaseAct::Accept).await;
        let decide = CaseAct::Decide {
            granted: true,
            reason: String::new(),
            false_material: false,
            evidence: Vec::new(),
        };
        self.act(&head, Some(case), decide).await;
        let consign = CaseAct::Consign { carrier: "模拟速递".into(), number: number.into() };
        self.act(&clerk, Some(case), consign).await;
        case
    }

    async fn follow(&self, day: i8) -> (u64, u64) {
        self.clock.set(start_of(date(2025, 3, day)) + 9 * 3_600_000);
        let report = self.app.follow_parcels().await.unwrap();
        assert_eq!(report.failed, 0);
        (report.seen, report.acted)
    }

    async fn case(&self, id: MatterId) -> Case {
        self.app.state_of::<Case>(id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_parcel_is_followed_to_its_end() {
    let county = County::new().await;
    let (signed, returned) = (county.posted("M0001").await, county.posted("M0007").await);
    assert_eq!(county.follow(4).await, (0, 0), "nobody is connected");
    county.app.couriers.connect(Arc::new(Simulated));
    assert_eq!(county.follow(4).await, (2, 2), "both are on their way");
    assert_eq!(county.follow(4).await, (2, 0), "what is known is not written down again");

    // Asked on the sixth only: signed for on the fifth.
    assert_eq!(county.follow(6).await, (2, 2));
    let held = county.case(signed).await;
    assert_eq!((held.status(), held.delivered.map(|mark| mark.on)), ("closed", Some(date(2025, 3, 5))));
    let held = county.case(returned).await;
    assert!(held.status() == "decided" && held.on_its_way().is_none(), "it is the window's again");
    assert_eq!(county.follow(7).await, (0, 0), "nobody waits for either any more");
}

#[test]
fn a_county_names_the_carriers_that_it_asks() {
    let couriers = Couriers::default();
    assert!(couriers.names().is_empty());
    couriers.connect(Arc::new(Simulated));
    couriers.connect(Arc::new(Simulated));
    assert_eq!(couriers.names(), ["模拟速递"]);
}
