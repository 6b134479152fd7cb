//! 时钟倒退。 A machine whose clock stands before the ledger's last entry must not serve.

use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::{Item, ItemAct};
use fadu_store::Sqlite;
use std::collections::BTreeMap;

#[tokio::test]
async fn a_clock_that_stepped_back_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    let noon = start_of(jiff::civil::date(2025, 3, 3)) + 12 * 3_600_000;
    clock.set(noon);
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(Region(420222), store, Keys::new([1; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    assert_eq!(app.clock_behind().await.unwrap(), None, "an empty ledger has no last entry");
    let manager =
        Actor { person: PersonId::new("m"), role: Role::CatalogueManager, org: OrgId::new("bureau") };
    let enter = ItemAct::Enter {
        code: "C1".into(),
        name: "模拟事项".into(),
        department: "dept".into(),
        task_type: 1,
        findings: vec![],
    };
    app.act::<Item>(Call {
        actor: &manager,
        matter: Some(MatterId(1)),
        act: enter,
        private: BTreeMap::new(),
        key: None,
    })
    .await
    .unwrap();
    for (seconds, expected) in [(0, None), (-60, None), (-61, Some(61)), (-86_400, Some(86_400)), (5, None)] {
        clock.set(noon + seconds * 1000);
        assert_eq!(app.clock_behind().await.unwrap(), expected, "{seconds} s");
    }
}
