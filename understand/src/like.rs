//! 相似诉求。 Which open orders are like a text that is being typed: found in the store's own index under the keys of the
//! domain's MinHash signature (text, place, fortnight), then compared whole. Nothing is held in memory, and what is read
//! does not grow with the number of orders.

use fadu_hotline::Order;
use fadu_hotline::near::{self, Signature};
use fadu_hotline::place::Place;
use fadu_kernel::{Matter, MatterId, Ratio, Region};
use fadu_store::{Fault, MatterRow, Store};
use jiff::civil::Date;
use std::collections::HashMap;

/// Orders looked at under one key of likeness, and compared whole after that.
const UNDER_A_KEY: u32 = 20;
const COMPARED: usize = 16;
/// 相似. Below a third of the pairs two texts only share their words of greeting.
const ALIKE: i64 = 333;

/// 相似的工单, with its likeness in thousandths.
#[derive(Clone, Debug)]
pub struct Like {
    pub row: MatterRow,
    pub text: String,
    pub alike: u16,
}

/// 重复诉求建议。 Open orders like the text, most alike first. Errors: the store cannot be read.
pub async fn orders_like(
    store: &dyn Store,
    region: Region,
    text: &str,
    place: &Place,
    day: Date,
) -> Result<Vec<Like>, Fault> {
    let Some(signature) = Signature::of(text) else { return Ok(Vec::new()) };
    let mut keys = near::probes(text, place, day);
    keys.sort_unstable();
    keys.dedup();
    let mut met: HashMap<MatterId, u32> = HashMap::new();
    for key in keys {
        for row in store.by_facet(region, "near", &key, UNDER_A_KEY).await? {
            if row.kind == Order::KIND && !row.closed {
                *met.entry(row.id).or_default() += 1;
            }
        }
    }
    // Those that met most often first, of these the latest.
    let mut met: Vec<(u32, MatterId)> = met.into_iter().map(|(id, n)| (n, id)).collect();
    met.sort_unstable_by(|a, b| b.cmp(a));
    let mut like = Vec::new();
    for (_, id) in met.into_iter().take(COMPARED) {
        // A list has no states: those few are read whole.
        let Some(row) = store.matter(region, id).await? else { continue };
        let order: Order =
            serde_json::from_str(&row.state).map_err(|error| Fault::Corrupt(error.to_string()))?;
        let Some(entry) = order.entry.filter(|entry| !entry.lead) else { continue };
        let Some(Ratio { part, whole }) = Signature::of(&entry.text).map(|own| own.alike(&signature)) else {
            continue;
        };
        let alike = part * 1000 / whole.max(1);
        if alike >= ALIKE {
            like.push(Like { row, text: entry.text, alike: alike as u16 });
        }
    }
    like.sort_by_key(|found| std::cmp::Reverse((found.alike, found.row.id)));
    Ok(like)
}
