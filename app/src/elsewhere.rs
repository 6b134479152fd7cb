//! 先问别的事。 What an act needs of other matters that its own state and the catalogue do not say, asked in one place before it
//! is decided: the door knows no kind.

use crate::{App, Problem, private};
use fadu_kernel::{Actor, MatterId};
use std::any::Any;
use std::collections::BTreeMap;

impl App {
    /// The matters whose versions the decision rests on. Errors: `Invalid` and `Refused`, as the question has it.
    pub(crate) async fn look_elsewhere(
        &self,
        actor: &Actor,
        matter: MatterId,
        act: &(dyn Any + Send + Sync),
        private: &BTreeMap<String, String>,
    ) -> Result<Vec<(MatterId, i64)>, Problem> {
        self.may_apply(act, private).await?;
        self.may_renew(actor, matter, act).await?;
        self.may_call_for_line(act).await?;
        self.may_sample(act).await?;
        self.may_merge(matter, act).await?;
        self.may_dispatch(matter, act).await?;
        self.may_readdress(matter, act).await?;
        self.may_register(actor, act)?;
        self.may_visit(matter, act)?;
        match private::erased_without_document(act) {
            Some(whose) => self.none_archived(whose).await,
            None => Ok(Vec::new()),
        }
    }
}
