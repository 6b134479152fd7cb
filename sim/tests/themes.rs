//! 模拟县的一件事。 The shipped themes are in use, and behind each member stands an item that asks for what they pass on.

use fadu_app::App;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_onething::{Theme, definition::name_with};
use fadu_service::Item;
use fadu_sim::{REGION, enter_members, enter_themes, shipped_themes};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::sync::Arc;

#[tokio::test]
async fn every_shipped_theme_is_in_use_with_its_items() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 1, 1)));
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(REGION, store, Keys::new([4; 32]), Box::new(clock)).await.unwrap();
    let themes = shipped_themes();
    assert_eq!(themes.len(), fadu_onething::THEMES.len());
    enter_members(&app, &themes).await.unwrap();
    enter_themes(&app, themes.clone(), "http://localhost").await.unwrap();
    let entries = app.store.head(REGION).await.unwrap().next_seq;
    enter_members(&app, &themes).await.unwrap();
    enter_themes(&app, themes.clone(), "http://localhost").await.unwrap();
    assert_eq!(app.store.head(REGION).await.unwrap().next_seq, entries, "what is there stays");

    let catalogue = app.catalogue();
    for theme in &themes {
        let published = catalogue.one::<Theme>(theme.id()).unwrap();
        assert!(published.on(date(2025, 1, 1)).is_some(), "{}", theme.name);
        assert_eq!(published.versions[0].guide.digest.len(), 64);
        for member in &theme.members {
            let item = catalogue.one::<Item>(Item::id(&member.item)).unwrap();
            let (_, guide) = item.current().filter(|_| item.is_open()).unwrap();
            let asked: Vec<_> = theme
                .materials
                .iter()
                .filter_map(|paper| name_with(&paper.sources, &paper.id, &member.item))
                .collect();
            for paper in guide.asked() {
                assert!(asked.contains(&paper.id.as_str()), "{}: {}", member.name, paper.name);
            }
            assert!(asked.iter().all(|id| guide.material(id).is_some()), "{}", member.name);
        }
    }
}
