//! 再次申请、延续。 What earlier matters of the same applicant say about an application: the questions that a case cannot answer
//! from its own state and the catalogue.

use crate::{App, Problem};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, Role, Sealed};
use fadu_proof::Licence;
use fadu_service::bar::may_apply_again;
use fadu_service::{Case, CaseAct, Item};
use fadu_store::MatterRow;
use jiff::civil::Date;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

/// Of one item: a county has a handful.
const BARRED: u32 = 1000;
const OF_ONE_PERSON: u32 = 500;

impl App {
    /// Whoever is barred from this item is found by the blind index of their number (LIC-37). Asks the store only where the
    /// item concerns safety, in whichever version. An item of a joint case was applied for with its whole: who was found out
    /// after that day did not apply again.
    pub(crate) async fn may_apply(
        &self,
        act: &(dyn Any + Send + Sync),
        private: &BTreeMap<String, String>,
    ) -> Result<(), Problem> {
        let today = self.moment().today;
        let (item, applied_on) = match act.downcast_ref::<CaseAct>() {
            Some(CaseAct::Receive { item, .. }) => (*item, today),
            Some(CaseAct::ReceivePart { item, parent, .. }) => (*item, parent.applied_on.unwrap_or(today)),
            _ => return Ok(()),
        };
        let Some(code) = self.barring(item) else { return Ok(()) };
        let barred = self.store.by_facet(self.region, "barred", &code, BARRED).await?;
        let Some(number) = private.get("applicant_number").filter(|_| !barred.is_empty()) else {
            return Ok(());
        };
        let who = self.keys.blind(number);
        let own = self.store.by_facet(self.region, "who", &who, OF_ONE_PERSON).await?;
        let own: BTreeSet<MatterId> = own.iter().map(|row| row.id).collect();
        for row in barred.iter().filter(|row| own.contains(&row.id)) {
            if let Some((_, until)) = self.barred(row).await?.filter(|(since, _)| *since <= applied_on) {
                may_apply_again(&row.number, until, applied_on).map_err(Problem::Refused)?;
            }
        }
        Ok(())
    }

    /// The code of an item that bars those who were false about it.
    fn barring(&self, item: MatterId) -> Option<String> {
        let catalogue = self.catalogue();
        let item = catalogue.one::<Item>(item)?;
        let bars = item.versions.iter().any(|version| version.definition.bars_again());
        bars.then(|| item.code.clone())
    }

    /// The permit that a case says it renews is the applicant's own, for this item, and ends on that day. One that this
    /// county holds no licence of was given on paper: its officer has seen it.
    pub(crate) async fn may_renew(
        &self,
        actor: &Actor,
        case: MatterId,
        act: &(dyn Any + Send + Sync),
    ) -> Result<(), Problem> {
        let Some(CaseAct::Renew { number, until }) = act.downcast_ref::<CaseAct>() else { return Ok(()) };
        let wrong = |field: &str, why: String| Err(Problem::Invalid(vec![Invalid::new(field, why)]));
        let rows = self.store.by_facet(self.region, "number", number.trim(), 4).await?;
        let Some(row) = rows.into_iter().find(|row| row.kind == Licence::KIND) else {
            return match actor.role {
                Role::Officer => Ok(()),
                _ => wrong("number", format!("本县没有编号为{number}的电子证照，请由承办部门核对证件")),
            };
        };
        let (_, licence) = self.stored::<Licence>(row.id).await?;
        let (_, renewing) = self.stored::<Case>(case).await?;
        let held = self.holder_number(row.id, &licence.sealed).await?;
        let own = held.is_some() && held == self.holder_number(case, &renewing.sealed).await?;
        if !own || licence.grant.item_code != renewing.item_code {
            return wrong("number", format!("{number}不是申请人在本事项上取得的许可"));
        }
        match licence.grant.until {
            Some(last) if last == *until && licence.revoked.is_none() => Ok(()),
            Some(_) if licence.revoked.is_some() => wrong("number", format!("{number}已经失效")),
            Some(last) => wrong("until", format!("{number}的有效期到{last}为止")),
            None => wrong("until", format!("{number}没有有效期，不用延续")),
        }
    }

    async fn holder_number(&self, of: MatterId, sealed: &Sealed) -> Result<Option<String>, Problem> {
        Ok(self.unseal(of, sealed).await?.remove("applicant_number"))
    }

    /// The day on which somebody was found to have been false, and the last on which they may not apply again.
    async fn barred(&self, row: &MatterRow) -> Result<Option<(Date, Date)>, Problem> {
        Ok(match row.kind.as_str() {
            Case::KIND => self.state_of::<Case>(row.id).await?.and_then(|case| {
                let declined = case.declined.as_ref().map(|declined| declined.on);
                let found = declined.or(case.decided.as_ref().map(|decided| decided.on));
                found.zip(case.barred_until)
            }),
            Licence::KIND => self.state_of::<Licence>(row.id).await?.and_then(|licence| {
                let found = licence.revoked.as_ref().map(|revoked| revoked.by.on);
                found.zip(licence.barred_until())
            }),
            _ => None,
        })
    }
}
