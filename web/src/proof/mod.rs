//! 免证办的页面。 What is not asked for and why, the commitment, one's own licences and their public check; at the desk what
//! became of each paper of a case, and the inbox of checks between departments.

mod desk;
mod licences;
mod promise;

pub(crate) use desk::{link_of, shade};
pub(crate) use licences::standing;

use crate::fail::Fail;
use crate::session::Visit;
use crate::{Web, view};
use axum::Router;
use fadu_kernel::{MatterId, Sealed};
use fadu_proof::{Exemption, Line};
use fadu_service::Definition;
use minijinja::{Value, context};

pub fn routes() -> Router<Web> {
    licences::routes().merge(promise::routes()).merge(desk::routes())
}

/// 不再要求提交、不再要求填写, as guide, form and window list it: the papers that are needed and the fields.
pub(crate) fn not_asked(definition: &Definition) -> Vec<Value> {
    let papers = definition.materials.iter().filter(|material| material.required);
    let papers =
        papers.filter_map(|material| Some((material.name.as_str(), "提交", material.not_asked_because()?)));
    let fields = definition.fields.iter().filter(|field| field.is_spared());
    let fields =
        fields.filter_map(|field| Some((field.label.as_str(), "填写", field.spared.as_ref()?.because())));
    let row = |(name, verb, because): (&str, &str, String)| {
        context! { name => name, text => format!("不再要求{verb}，因为{because}。") }
    };
    papers.chain(fields).map(row).collect()
}

/// What became of what this case is spared; `None` where nothing is, or where the county leaves the business out.
pub(crate) async fn exemption(visit: &Visit, case: MatterId) -> Result<Option<Exemption>, Fail> {
    let found = visit.web.app.state_of::<Exemption>(Exemption::id(case)).await;
    found.map_err(|fault| Fail::fault(visit, fault))
}

/// A line as the applicant reads it.
pub(crate) fn told(line: &Line) -> Option<Value> {
    let verb = if line.wanted.is_field { "填写" } else { "提交" };
    let because = line.because()?;
    Some(context! { name => line.wanted.name.clone(), text => format!("不再要求{verb}，因为{because}。") })
}

/// 申请人, in clear or masked: name and number and what a source told.
async fn persons(visit: &Visit, id: MatterId, sealed: &Sealed, reads: bool) -> Result<Vec<Value>, Fail> {
    let app = &visit.web.app;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let mut rows = Vec::new();
    for row in app.store.private_of(app.region, id).await.map_err(fault)? {
        let label = match row.field.as_str() {
            "applicant_name" => "申请人",
            "applicant_number" => "证件号码",
            other => match other.strip_prefix("given_") {
                Some(field) => field,
                None => continue,
            },
        };
        let Some(key) = app.store.person_key(app.region, &row.subject).await.map_err(fault)? else {
            continue;
        };
        let Ok((value, digest)) = app.keys.open_value(&key, &row.field, &row.sealed) else { continue };
        if sealed.get(&row.field).is_some_and(|known| *known == digest) {
            let shown = if reads { value } else { fadu_app::private::mask(&value) };
            rows.push(view::fact(label, shown));
        }
    }
    Ok(rows)
}
