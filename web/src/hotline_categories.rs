//! 派单分类页。 The categories of this county: the shipped list, with what the hotline renamed, added and retired. Groups stand:
//! the dispatch catalogue and the figures rest on them.

use crate::extract::{self, Query};
use crate::fail::Page;
use crate::hotline::categories;
use crate::session::{Visit, random};
use crate::submission::filled;
use crate::view::{Field, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::{Call, Problem};
use fadu_hotline::{Desk, DeskAct};
use fadu_kernel::{Actor, Invalid, Role};
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/hotline/categories", get(list).post(change))
}

type Form = HashMap<String, String>;

fn keeper(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    let own = visit.web.app.hotline().is_some_and(|desk| desk.org == actor.org);
    match actor.role {
        Role::CatalogueManager if own => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

/// `code`: the item whose name and words are in the form.
async fn list(visit: Visit, Query(query): Query<Form>) -> Page {
    keeper(&visit)?;
    let list = categories(&visit.web);
    let mut form = Form::new();
    if let Some((_, item)) = query.get("code").and_then(|code| list.item(code)) {
        for (field, value) in [("code", &item.code), ("name", &item.name), ("about", &item.about)] {
            form.insert(field.to_owned(), value.clone());
        }
    }
    Ok(show(&visit, &form, &[]))
}

fn show(visit: &Visit, form: &Form, wrong: &[Invalid]) -> axum::response::Response {
    let (list, desk) = (categories(&visit.web), visit.web.app.hotline());
    let edits = desk.map(|desk| desk.edits).unwrap_or_default();
    let retired = edits.iter().filter(|(_, edited)| edited.retired);
    let groups: Vec<Value> = list
        .groups
        .iter()
        .map(|group| {
            let items = group.items.iter().map(|item| {
                let status = match (item.emergency, edits.contains_key(&item.code)) {
                    (true, _) => tag("stop", "即时转紧急热线"),
                    (false, true) => tag("on", "本县改过"),
                    (false, false) => tag("plain", "在用"),
                };
                let href = (!item.emergency).then(|| format!("/desk/hotline/categories?code={}#code", item.code));
                context! { code => item.code.clone(), name => item.name.clone(), about => item.about.clone(), status => status, href => href }
            });
            let gone = retired.clone().filter(|(code, _)| code.starts_with(&group.code)).map(|(code, edited)| {
                context! { code => code.clone(), name => edited.name.clone(), about => edited.about.clone(), status => tag("off", "已停用"), href => () }
            });
            context! { code => group.code.clone(), name => group.name.clone(), items => items.chain(gone).collect::<Vec<_>>() }
        })
        .collect();
    let fields = vec![
        Field::text("code", "编码", true).hint("四位，前两位是大类。没有的编码就是新增，停用过的就是恢复。"),
        Field::text("name", "名称", true),
        Field::text("about", "说明", true).hint("用顿号隔开，开放接口里也这样写。"),
        Field::text("reason", "理由", true).hint("改动记入台账。"),
    ];
    let page = visit.page("desk/hotline_categories.html", "派单分类", context! {
        errors => wrong.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => "/desk/hotline/categories", idem => hex(&random::<12>()) }, groups => groups, fields => filled(fields, form, wrong),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// `do` says which button: set, or retire.
async fn change(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let actor = keeper(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let value = |name: &str| form.get(name).map_or("", |value| value.trim()).to_owned();
    let (act, zh) = match value("do").as_str() {
        "retire" => {
            (DeskAct::RetireCategory { code: value("code"), reason: value("reason") }, "停用派单小类")
        }
        _ => {
            let (code, name, about) = (value("code"), value("name"), value("about"));
            (DeskAct::SetCategory { code, name, about, reason: value("reason") }, "设定派单小类")
        }
    };
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(Desk::id()), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Desk>(call).await {
        Ok(_) => Ok(Redirect::to("/desk/hotline/categories").into_response()),
        Err(Problem::Invalid(wrong)) => Ok(show(&visit, &form, &wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, "/desk/hotline/categories")),
    }
}
