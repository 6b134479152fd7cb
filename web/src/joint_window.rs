//! 窗口办一件事。 What a citizen does on a phone, a clerk does for whoever comes, writes or is visited at home: situation,
//! one form and one set of materials, the receipt; and what was missing is taken in here when it comes.

use crate::counter::{checklist_row, clerk, ticked};
use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::matters::href_of;
use crate::session::{Visit, random};
use crate::submission::{Incoming, Sent, Upload, filled, identity_fields};
use crate::themes::{
    Next, agent_fields, answered, find_theme, hidden, member_rows, next_question, not_asked, own_fields,
    papers, private_of, situation_answers, wrong_in,
};
use crate::view::{Field, basis_links};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use fadu_app::catalogue::Snapshot;
use fadu_app::{Call, Problem};
use fadu_kernel::{Basis, Invalid, Matter, MatterId};
use fadu_ledger::note::hex;
use fadu_onething::acts::Paper;
use fadu_onething::definition::{Channel, Material, serves};
use fadu_onething::situation::{NoResult, Situation};
use fadu_onething::{Definition, Joint, JointAct, Theme};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/new-case/themes/{theme}", get(form).post(receive))
        .route("/desk/joints/{joint}/supplement", get(supplement_form).post(supplement))
}

/// The ways on which an application reaches the window, with the word of the form.
const WAYS: [(Channel, &str); 3] =
    [(Channel::Window, "window"), (Channel::Post, "post"), (Channel::HomeVisit, "home_visit")];
const WAY: &str = "channel";
/// 先收件: what is left empty is told once with the missing papers (行政许可法 32); without it, it was forgotten.
const INCOMPLETE: &str = "incomplete";

/// The ways that this theme offers beside the net.
pub(crate) fn ways(theme: &Definition) -> impl Iterator<Item = (Channel, &'static str)> + '_ {
    WAYS.into_iter().filter(move |(way, _)| theme.channels.contains(way))
}

fn way_field(theme: &Definition) -> Field {
    let options: Vec<(String, String)> =
        ways(theme).map(|(way, word)| (word.to_owned(), way.zh().to_owned())).collect();
    let first = options.first().map(|(word, _)| word.clone()).unwrap_or_default();
    Field::text(WAY, "怎么来的", true).kind("choice").options(options).value(&first)
}

fn chosen_way(theme: &Definition, answers: &HashMap<String, String>) -> Result<Channel, Invalid> {
    let word = answers.get(WAY).map_or("", String::as_str);
    let found = ways(theme).find(|(_, own)| *own == word);
    found.map(|(way, _)| way).ok_or_else(|| Invalid::new(WAY, "请选择怎么来的"))
}

/// The theme in force that can be applied for beside the net.
fn open_here(visit: &Visit, theme: &Theme) -> Option<Definition> {
    let (_, definition) = theme.on(visit.web.app.moment().today)?;
    ways(definition).next().is_some().then(|| definition.clone())
}

fn found(visit: &Visit, catalogue: &Snapshot, id: &str) -> Result<(MatterId, Option<Definition>), Fail> {
    let (id, theme) = find_theme(visit, catalogue, id)?;
    Ok((id, open_here(visit, theme)))
}

fn here(id: MatterId) -> String {
    format!("/desk/new-case/themes/{id}")
}

async fn form(visit: Visit, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Page {
    clerk(&visit)?;
    let (id, theme) = found(&visit, &visit.web.app.catalogue(), &id)?;
    let Some(theme) = theme else { return Ok(Redirect::to(&format!("/themes/{id}")).into_response()) };
    let told = situation_answers(&query);
    Ok(match theme.situation(&told) {
        Ok(situation) => {
            let idem = hex(&random::<12>());
            form_page(&visit, id, &theme, &situation, &HashMap::new(), &[], &idem)
        }
        Err(why) => question_page(&visit, id, &theme, &told, &why, query.contains_key("next")),
    })
}

fn question_page(
    visit: &Visit,
    id: MatterId,
    theme: &Definition,
    told: &BTreeMap<String, String>,
    why: &NoResult,
    sent: bool,
) -> Response {
    let Next { field, way, errors } = next_question(theme, told, why, sent);
    let refused = !errors.is_empty();
    let page = visit.page("desk/theme_situation.html", &format!("窗口收件：{}", theme.name), context! {
        action => here(id), restart_href => (!way.is_empty()).then(|| here(id)), guide_href => format!("/themes/{id}"),
        hidden => hidden(&way), answered => answered(theme, &way), field => field, errors => errors,
    });
    if refused { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}

/// A telephone is asked for, and whoever has none is served all the same.
fn identity() -> Vec<Field> {
    let fields = identity_fields().into_iter();
    fields
        .map(|field| if field.id == "applicant_phone" { Field { required: false, ..field } } else { field })
        .collect()
}

fn incomplete_field() -> Field {
    Field::text(INCOMPLETE, "表没有填全", false)
        .kind("checks")
        .options([("yes".to_owned(), "先收件，没有填的列入一次告知".to_owned())])
}

/// 收件清单: each paper of these, whether it came, and why another is not asked for.
fn rows<'a>(
    asked: impl Iterator<Item = &'a Material>,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
) -> Vec<Value> {
    asked
        .map(|paper| {
            let need = if paper.required { "必要" } else { "视情形" };
            let spared = paper.shared.as_ref().map(|held_by| format!("向{held_by}取得，不得再要"));
            checklist_row(&paper.id, &paper.name, need, spared, &ticked(answers), wrong)
        })
        .collect()
}

fn errors(wrong: &[Invalid]) -> Vec<Value> {
    wrong
        .iter()
        .map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() })
        .collect()
}

fn form_page(
    visit: &Visit,
    id: MatterId,
    theme: &Definition,
    situation: &Situation,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
    idem: &str,
) -> Response {
    let items = &situation.items;
    let mut given = answers.clone();
    given.entry(WAY.to_owned()).or_insert_with(|| way_field(theme).value);
    let section = |legend: &str, hint: Option<&str>, fields: Vec<Field>| context! { legend => legend, hint => hint, fields => filled(fields, &given, wrong) };
    let mut own = own_fields(theme, items);
    if own.iter().any(|field| field.required) {
        own.push(incomplete_field());
    }
    let mut sections =
        vec![section("来件", None, vec![way_field(theme)]), section("申请人", None, identity())];
    if !own.is_empty() {
        sections.push(section("一张表", Some("几个事项要用的合在一起，只填一次。"), own));
    }
    sections.push(section("替别人办", Some("本人来的不用填。"), agent_fields()));
    let asked = theme.materials.iter().filter(|paper| serves(&paper.sources, items));
    let page = visit.page("desk/theme_case.html", &format!("窗口收件：{}", theme.name), context! {
        errors => errors(wrong),
        theme => context! {
            name => theme.name.clone(), lead => theme.lead.clone(), href => format!("/themes/{id}"), restart_href => here(id),
            limit => theme.promised.as_ref().map(|promise| format!("全程承诺{}个工作日", promise.days)),
        },
        answered => answered(theme, &situation.answers), members => member_rows(visit, theme, items), spared => not_asked(theme, items),
        form => context! { action => here(id), idem => idem }, hidden => hidden(&situation.answers), sections => sections,
        materials => rows(asked, answers, wrong), basis => basis_links(&[Basis::article("行政许可法", 29), Basis::article("行政许可法", 32)]),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// Scanned papers, and those that were only seen.
async fn came(
    visit: &Visit,
    answers: &HashMap<String, String>,
    files: Vec<Upload>,
) -> Result<(BTreeMap<String, Paper>, BTreeMap<String, String>), Fail> {
    let (mut materials, keys) = papers(visit, files).await?;
    for seen in ticked(answers) {
        materials.entry(seen.to_owned()).or_default();
    }
    Ok((materials, keys))
}

/// The form's own mark: sent twice, it is one act.
fn mark(answers: &HashMap<String, String>) -> String {
    let idem = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    idem.unwrap_or_else(|| hex(&random::<12>()))
}

async fn receive(visit: Visit, Path(id): Path<String>, posted: Incoming) -> Page {
    let actor = clerk(&visit)?;
    let Sent { answers, files, mut wrong, cut_off } = posted.read(&visit).await?;
    let (id, theme) = found(&visit, &visit.web.app.catalogue(), &id)?;
    let Some(theme) = theme else { return Ok(Redirect::to(&format!("/themes/{id}")).into_response()) };
    let told = situation_answers(&answers);
    let situation = match theme.situation(&told) {
        Ok(situation) => situation,
        Err(why) => return Ok(question_page(&visit, id, &theme, &told, &why, true)),
    };
    let idem = mark(&answers);
    let as_it_is = answers.contains_key(INCOMPLETE);
    let mut own = own_fields(&theme, &situation.items);
    own.iter_mut().for_each(|field| field.required &= !as_it_is);
    let mut private = private_of(&own, &answers);
    let way = chosen_way(&theme, &answers);
    let act = |channel, materials| JointAct::Receive {
        theme: id,
        channel,
        answers: situation.answers.clone(),
        materials,
    };
    // A form that did not arrive whole is not blamed for what is missing in it.
    if !cut_off {
        wrong.extend(way.clone().err());
        let to_check = act(way.clone().unwrap_or(Channel::Window), BTreeMap::new());
        wrong.extend(Joint::check(&to_check, &private).err().unwrap_or_default());
        for invalid in wrong_in(&own, &answers) {
            if wrong.iter().all(|other| other.field != invalid.field) {
                wrong.push(invalid);
            }
        }
    }
    let again = |wrong: &[Invalid]| form_page(&visit, id, &theme, &situation, &answers, wrong, &idem);
    let Some(way) = way.ok().filter(|_| wrong.is_empty()) else { return Ok(again(&wrong)) };
    let (materials, keys) = came(&visit, &answers, files).await?;
    private.extend(keys);
    let call =
        Call { actor: &actor, matter: None, act: act(way, materials), private, key: Some(idem.clone()) };
    match visit.web.app.act::<Joint>(call).await {
        Ok(done) => {
            let code = visit.web.app.keys.track_code(done.matter);
            Ok(Redirect::to(&format!("/joint/{}/{code}/submitted", done.matter)).into_response())
        }
        Err(Problem::Invalid(wrong)) => Ok(again(&wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "窗口收件", &here(id))),
    }
}

/// A joint case that still lacks something, and the version of the theme it was received under.
struct Lacking {
    id: MatterId,
    joint: Joint,
    theme: Definition,
    /// Its page at the desk.
    back: String,
}

impl Lacking {
    async fn find(visit: &Visit, id: &str) -> Result<Lacking, Fail> {
        let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
        let app = &visit.web.app;
        let row = app
            .store
            .matter(app.region, id)
            .await
            .map_err(|fault| Fail::fault(visit, fault))?;
        let back = row.as_ref().map(href_of).unwrap_or_default();
        let joint: Joint = visit.stored(id).await?;
        let catalogue = app.catalogue();
        let theme = catalogue
            .one::<Theme>(joint.theme)
            .and_then(|theme| theme.version(joint.theme_version))
            .cloned()
            .ok_or_else(|| Fail::NotFound(visit.clone()))?;
        Ok(Lacking { id, joint, theme, back })
    }

    fn lacks(&self, id: &str) -> bool {
        self.joint.missing.iter().any(|lacking| lacking.id == id)
    }

    fn fields(&self) -> Vec<Field> {
        let items: Vec<String> =
            self.joint.children.iter().map(|child| child.plan.item_code.clone()).collect();
        let mut fields = own_fields(&self.theme, &items);
        fields.retain(|field| self.lacks(&field.id));
        // What comes later is told by what is still missing.
        fields.iter_mut().for_each(|field| field.required = false);
        fields
    }

    fn is_over(&self) -> bool {
        self.joint.missing.is_empty() || self.joint.settled.is_some() || self.joint.withdrawn.is_some()
    }

    fn page(
        &self,
        visit: &Visit,
        answers: &HashMap<String, String>,
        wrong: &[Invalid],
        idem: &str,
    ) -> Response {
        let mut given = answers.clone();
        given.entry(WAY.to_owned()).or_insert_with(|| way_field(&self.theme).value);
        let section = |legend: &str, fields: Vec<Field>| context! { legend => legend, hint => (), fields => filled(fields, &given, wrong) };
        let mut sections = vec![section("来件", vec![way_field(&self.theme)])];
        let fields = self.fields();
        if !fields.is_empty() {
            sections.push(section("没有填的", fields));
        }
        let asked = self.theme.materials.iter().filter(|paper| self.lacks(&paper.id));
        let page = visit.page("desk/joint_supplement.html", &format!("收补正材料：{}", self.joint.number), context! {
            errors => errors(wrong), back => self.back.clone(),
            joint => context! { name => self.joint.theme_name.clone(), number => self.joint.number.clone(), lead => self.joint.org.to_string() },
            form => context! { action => format!("/desk/joints/{}/supplement", self.id), idem => idem }, sections => sections,
            materials => rows(asked, answers, wrong), basis => basis_links(&[Basis::article("行政许可法", 32)]),
        });
        if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
    }
}

async fn supplement_form(visit: Visit, Path(id): Path<String>) -> Page {
    clerk(&visit)?;
    let lacking = Lacking::find(&visit, &id).await?;
    if lacking.is_over() {
        return Ok(Redirect::to(&lacking.back).into_response());
    }
    Ok(lacking.page(&visit, &HashMap::new(), &[], &hex(&random::<12>())))
}

async fn supplement(visit: Visit, Path(id): Path<String>, posted: Incoming) -> Page {
    let actor = clerk(&visit)?;
    let Sent { answers, files, mut wrong, cut_off } = posted.read(&visit).await?;
    let lacking = Lacking::find(&visit, &id).await?;
    if lacking.is_over() {
        return Ok(Redirect::to(&lacking.back).into_response());
    }
    let idem = mark(&answers);
    let own = lacking.fields();
    // Who applies was told at receipt and is not told again.
    let mut private: BTreeMap<String, String> = own
        .iter()
        .filter_map(|field| Some((field.id.clone(), answers.get(&field.id)?.clone())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let way = chosen_way(&lacking.theme, &answers);
    if !cut_off {
        wrong.extend(way.clone().err());
        wrong.extend(wrong_in(&own, &answers));
        let nothing = private.is_empty() && files.is_empty() && ticked(&answers).is_empty();
        if nothing && wrong.is_empty() {
            let first = lacking
                .joint
                .missing
                .first()
                .map(|lacking| lacking.id.as_str())
                .unwrap_or_default();
            let at = if own.iter().any(|field| field.id == first) {
                first.to_owned()
            } else {
                format!("file_{first}")
            };
            wrong.push(Invalid::new(at, "请勾选收到的材料，或者填写补充的内容"));
        }
    }
    let Some(way) = way.ok().filter(|_| wrong.is_empty()) else {
        return Ok(lacking.page(&visit, &answers, &wrong, &idem));
    };
    let (materials, keys) = came(&visit, &answers, files).await?;
    private.extend(keys);
    let act = JointAct::Supplement { channel: way, materials };
    let call = Call { actor: &actor, matter: Some(lacking.id), act, private, key: Some(idem.clone()) };
    match visit.web.app.act::<Joint>(call).await {
        Ok(_) => Ok(Redirect::to(&lacking.back).into_response()),
        Err(Problem::Invalid(wrong)) => Ok(lacking.page(&visit, &answers, &wrong, &idem)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "收补正材料", &lacking.back)),
    }
}
