//! 12345的度量。 A year of calls, each with its request and what departments do about it, durably on the embedded store.

use super::{R, Row, peak_mb};
use fadu_app::App;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_service::Definition;
use fadu_sim::{HOTLINE_ORDERS, Plan};
use fadu_store::Sqlite;
use std::path::Path;
use std::time::Instant;

/// Calls of the reference county's year: the limit is set for no fewer.
const CALLS: u32 = 85_000;

pub(super) async fn hotline(folder: &Path, calls: u32, row: &mut Row<'_>) -> anyhow::Result<()> {
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 1, 1)));
    let store = Sqlite::open(&folder.join("hotline.db"))?;
    let app = App::open(R, store, Keys::new([9; 32]), Box::new(clock.clone())).await?;
    let definitions = Definition::read_all(fadu_service::ITEMS)?;
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions).await?;
    anyhow::ensure!(fadu_sim::enter_hotline(&app, 2025).await?, "no department to dispatch to");
    let scale_per_mille = u32::try_from(u64::from(calls) * 1000 / HOTLINE_ORDERS)?;
    let plan = Plan { year: 2025, seed: 1, scale_per_mille, done_until: None };
    let started = Instant::now();
    let tally = fadu_sim::run_hotline_year(&app, &clock, plan).await?;
    let took = started.elapsed().as_secs_f64();
    row(
        &format!("12345: {} requests, {} acts", tally.orders, tally.acts + tally.swept),
        format!("{took:.1} s"),
        (calls >= CALLS).then_some(took < 30.0),
    );
    row("refused in that year", format!("{:?}", tally.refused), Some(tally.refused.is_empty()));
    row("peak memory", format!("{} MB", peak_mb()), None);
    app.checkpoint().await?;
    let sound = app.verify_ledger(None).await?.is_ok();
    row("ledger after the year of 12345", if sound { "verifies" } else { "BROKEN" }.to_owned(), Some(sound));
    Ok(())
}
