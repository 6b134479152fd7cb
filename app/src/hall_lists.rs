//! 成批登记。 A manager's sheets carried out act by act: a day of the roster, a clerk, the placings of one agreement. What stands
//! there already is left as it is, so that a sheet may be sent again after one of its acts was refused.

use crate::{App, Call, Problem};
use fadu_hall::clerk::Act as ClerkAct;
use fadu_hall::entry::Act as EntryAct;
use fadu_hall::roster::{Act as RosterAct, Shift};
use fadu_hall::sheet::{Joining, Listed};
use fadu_hall::{Clerk, Entry, Roster};
use fadu_kernel::{Actor, Matter, MatterId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many rows were entered, and how many stood there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub entered: usize,
    pub there: usize,
}

impl App {
    /// 排班, a day an act. Errors: the first act that is refused; those before it stand.
    pub async fn post_shifts(
        &self,
        keeper: &Actor,
        hall: &str,
        days: BTreeMap<Date, Vec<Shift>>,
    ) -> Result<Listing, Problem> {
        let (mut listing, id) = (Listing::default(), Roster::id(hall));
        for (day, wanted) in days {
            let catalogue = self.catalogue();
            let posted = catalogue.one::<Roster>(id).and_then(|roster| roster.days.get(&day));
            let (there, shifts): (Vec<Shift>, Vec<Shift>) = wanted
                .into_iter()
                .partition(|shift| posted.is_some_and(|posted| posted.contains(shift)));
            listing.there += there.len();
            listing.entered += shifts.len();
            if !shifts.is_empty() {
                let post = RosterAct::Post { hall: hall.to_owned(), day, shifts };
                self.list::<Roster>(keeper, id, post).await?;
            }
        }
        Ok(listing)
    }

    /// 上岗登记, an act for each of the staff; whoever is in post is left as they are. Errors: as of `post_shifts`.
    pub async fn join_clerks(&self, keeper: &Actor, staff: Vec<Joining>) -> Result<Listing, Problem> {
        let mut listing = Listing::default();
        for Joining { person, place, township, contract } in staff {
            let id = Clerk::id(&person);
            if self.catalogue().one::<Clerk>(id).is_some_and(Clerk::in_post) {
                listing.there += 1;
                continue;
            }
            let join = ClerkAct::Join { person, place, township, contract };
            self.list::<Clerk>(keeper, id, join).await?;
            listing.entered += 1;
        }
        Ok(listing)
    }

    /// 列入事项, an act for each agreement or list. Errors: as of `post_shifts`.
    pub async fn place_items(&self, keeper: &Actor, listed: Vec<Listed>) -> Result<Listing, Problem> {
        let mut listing = Listing::default();
        for ((scope, body), wanted) in listed {
            let id = Entry::id(scope, &body);
            let catalogue = self.catalogue();
            let held = catalogue.one::<Entry>(id);
            let (there, items): (Vec<_>, Vec<_>) = wanted
                .into_iter()
                .partition(|item| held.is_some_and(|held| held.items.get(&item.code) == Some(item)));
            listing.there += there.len();
            listing.entered += items.len();
            if !items.is_empty() {
                self.list::<Entry>(keeper, id, EntryAct::Place { items }).await?;
            }
        }
        Ok(listing)
    }

    async fn list<M: Matter>(&self, keeper: &Actor, id: MatterId, act: M::Act) -> Result<(), Problem> {
        let call = Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
        self.act::<M>(call).await.map(drop)
    }
}
