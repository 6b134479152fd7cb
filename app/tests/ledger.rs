//! 一致性证明。 What was signed once is the beginning of what is signed later, and the proof from the tiles says so.

use fadu_app::now::Movable;
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_ledger::{Hash, verify_consistency};
use fadu_service::{Item, ItemAct};
use fadu_store::Sqlite;
use std::collections::BTreeMap;

/// On both sides of a full tile of 256.
const SIZES: [i64; 6] = [1, 7, 255, 256, 257, 300];

#[tokio::test]
async fn every_checkpoint_is_the_beginning_of_each_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(fadu_app::now::start_of(jiff::civil::date(2025, 3, 3)));
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(Region(429_995), store, Keys::new([6; 32]), Box::new(clock))
        .await
        .unwrap();
    let manager =
        Actor { person: PersonId::new("m"), role: Role::CatalogueManager, org: OrgId::new("bureau") };
    let mut roots: Vec<(i64, Hash)> = Vec::new();
    for n in 1..=300 {
        let act = ItemAct::Enter {
            code: format!("C{n}"),
            name: "模拟事项".into(),
            department: "dept".into(),
            task_type: 1,
            findings: vec![],
        };
        let call =
            Call { actor: &manager, matter: Some(MatterId(n)), act, private: BTreeMap::new(), key: None };
        app.act::<Item>(call).await.unwrap();
        if SIZES.contains(&n) {
            let signed = app.checkpoint().await.unwrap().unwrap().checkpoint;
            assert_eq!(signed.size, n as u64, "one entry an act");
            roots.push((n, signed.root));
        }
    }
    for (i, (old, before)) in roots.iter().enumerate() {
        for (new, after) in &roots[i..] {
            let proof = app.consistency(*old, *new).await.unwrap();
            let holds = |before: &Hash, after: &Hash, proof: &[Hash]| {
                verify_consistency(*old as u64, *new as u64, before, after, proof)
            };
            assert!(holds(before, after, &proof), "{old} to {new}");
            assert!(!holds(&[9; 32], after, &proof), "{old} to {new}: another beginning");
            assert!(!holds(before, &[9; 32], &proof), "{old} to {new}: another end");
            if let Some((_, shorter)) = proof.split_last() {
                assert!(!holds(before, after, shorter), "{old} to {new}: a proof cut short");
            }
        }
    }
}
