//! 一件事，办事指南和申请。 What belongs together, in which order, asked once: the list of themes, a guide of each, and
//! an application in three steps: situation, one form with one set of materials, the receipt.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::submission::{Incoming, Sent, Upload, applicant, filled, identity_fields, keep_files};
use crate::view::{Field, encode, fact, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use fadu_app::{Call, Problem};
use fadu_kernel::{Invalid, Matter, MatterId};
use fadu_ledger::note::hex;
use fadu_onething::acts::Paper;
use fadu_onething::definition::{Channel, List, Mode, NeedKind, Question, Source, serves};
use fadu_onething::situation::{NoResult, Situation};
use fadu_onething::{Definition, Joint, JointAct, Theme};
use fadu_service::Item;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/themes", get(themes))
        .route("/themes/{id}", get(guide))
        .route("/themes/{id}/apply", get(apply_page).post(apply))
}

/// Before the name of a question in an address and in a form.
const ANSWER: &str = "q_";
const LONGEST: usize = 500;

async fn themes(visit: Visit) -> Response {
    let web = &visit.web;
    let (catalogue, today) = (web.app.catalogue(), web.app.moment().today);
    let mut live: Vec<(MatterId, &Theme)> =
        catalogue.all::<Theme>().filter(|(_, theme)| theme.is_live()).collect();
    live.sort_by_key(|(_, theme)| theme.versions.last().map(|version| version.definition.name.clone()));
    let row = |id: MatterId, theme: &Theme| {
        let open = theme.on(today).map(|(_, definition)| definition);
        let shown = open.or_else(|| theme.versions.last().map(|version| &version.definition))?;
        let from = theme
            .versions
            .last()
            .map(|version| version.from.to_string())
            .unwrap_or_default();
        Some(context! {
            name => shown.name.clone(), href => format!("/themes/{id}"), lead => shown.lead.clone(),
            items => format!("{}个事项", shown.members.len()), departments => format!("{}个部门", departments(shown).len()),
            limit => shown.promised.as_ref().map(|promise| format!("全程承诺{}个工作日", promise.days)),
            status => open.is_none().then(|| tag("off", format!("{from}起施行"))),
        })
    };
    let group = |list: List| {
        let of_list = |(_, theme): &&(MatterId, &Theme)| {
            theme.versions.last().map(|version| version.definition.origin.list) == Some(list)
        };
        let rows: Vec<Value> =
            live.iter().filter(of_list).filter_map(|(id, theme)| row(*id, theme)).collect();
        context! { title => list.zh(), rows => rows }
    };
    let groups: Vec<Value> = [List::National, List::Provincial, List::Local].map(group).to_vec();
    visit.page("portal/themes.html", "高效办成一件事", context! {
        groups => groups, total => live.len(), as_of => today.to_string(), help_phone => web.site.help_phone.clone(),
    })
}

fn departments(theme: &Definition) -> Vec<&str> {
    let mut names: Vec<&str> = theme.members.iter().map(|member| member.department.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

pub(crate) fn find_theme<'a>(
    visit: &Visit,
    catalogue: &'a fadu_app::catalogue::Snapshot,
    id: &str,
) -> Result<(MatterId, &'a Theme), Fail> {
    let found = id.parse().ok().and_then(|id: MatterId| Some((id, catalogue.one::<Theme>(id)?)));
    found
        .filter(|(_, theme)| !theme.versions.is_empty())
        .ok_or_else(|| Fail::NotFound(visit.clone()))
}

/// Which items of the theme these sources are, by name.
fn named(theme: &Definition, sources: &[Source], items: &[String]) -> Vec<String> {
    let mine = |item: &String| sources.iter().any(|source| source.item == *item);
    let members = theme
        .members
        .iter()
        .filter(|member| items.contains(&member.item) && mine(&member.item));
    members.map(|member| member.name.clone()).collect()
}

fn all_items(theme: &Definition) -> Vec<String> {
    theme.members.iter().map(|member| member.item.clone()).collect()
}

/// The items that take part, each with its body, its limit and what it waits for.
pub(crate) fn member_rows(visit: &Visit, theme: &Definition, items: &[String]) -> Vec<Value> {
    let catalogue = visit.web.app.catalogue();
    let taking_part = theme.members.iter().filter(|member| items.contains(&member.item));
    taking_part
        .map(|member| {
            let id = Item::id(&member.item);
            let needs = member.needs.iter().filter(|need| items.contains(&need.item));
            let waits: Vec<String> = needs
                .filter_map(|need| {
                    let other = &theme.member(&need.item)?.name;
                    Some(match need.kind {
                        NeedKind::Granted => format!("“{other}”获准以后（{}）", need.why),
                        NeedKind::Settled => format!("“{other}”有结果以后"),
                    })
                })
                .collect();
            let limit = match (member.promised_days, member.statutory_days) {
                (Some(n), _) => format!("承诺{n}个工作日"),
                (None, Some(n)) => format!("{n}个工作日"),
                (None, None) => "所存法规未见规定".to_owned(),
            };
            context! {
                name => member.name.clone(), href => catalogue.one::<Item>(id).map(|_| format!("/items/{id}")), department => member.department.clone(),
                kind => if member.permit { "行政许可" } else { "其他事项" }, limit => limit,
                waits => if waits.is_empty() { "可以同时开始".to_owned() } else { waits.join("；") },
            }
        })
        .collect()
}

/// One form or one set of materials: what is asked, for which items, and what is spared because somebody holds it.
fn asked_rows<'a>(
    theme: &Definition,
    items: &[String],
    asked: impl Iterator<Item = (&'a str, &'a [Source], bool, Option<&'a str>)>,
) -> Vec<Value> {
    asked
        .filter(|(_, sources, ..)| serves(sources, items))
        .map(|(name, sources, required, held_by)| {
            let need = match (held_by, required) {
                (Some(_), _) => "不用您提交",
                (None, true) => "必要",
                (None, false) => "视情形",
            };
            context! {
                name => name, need => need, items => named(theme, sources, items).join("、"),
                spared => held_by.map(|held_by| format!("向{held_by}取得")),
            }
        })
        .collect()
}

fn form_rows(theme: &Definition, items: &[String]) -> Vec<Value> {
    let fields = theme.form.iter();
    asked_rows(
        theme,
        items,
        fields.map(|f| (f.label.as_str(), f.sources.as_slice(), f.required, f.shared.as_deref())),
    )
}

fn material_rows(theme: &Definition, items: &[String]) -> Vec<Value> {
    let papers = theme.materials.iter();
    asked_rows(
        theme,
        items,
        papers.map(|m| (m.name.as_str(), m.sources.as_slice(), m.required, m.shared.as_deref())),
    )
}

async fn guide(visit: Visit, Path(id): Path<String>) -> Page {
    let web = &visit.web;
    let (catalogue, today) = (web.app.catalogue(), web.app.moment().today);
    let (id, theme) = find_theme(&visit, &catalogue, &id)?;
    let number = theme.on(today).map_or(theme.versions.len(), |(number, _)| number as usize);
    let Some(version) = theme.versions.get(number - 1) else { return Err(Fail::NotFound(visit)) };
    let shown = &version.definition;
    let open = theme.on(today).is_some();
    let closed = match theme {
        Theme { ended: Some((on, reason)), .. } => Some(format!("{on}下线：{reason}")),
        Theme { suspended: Some((on, reason)), .. } => Some(format!("{on}暂停：{reason}")),
        _ if !open => Some(format!("{}起施行。", version.from)),
        _ => None,
    };
    let items = all_items(shown);
    let channels: Vec<&str> = shown.channels.iter().map(|way| way.zh()).collect();
    let limit = match shown.mode {
        Mode::Joint => "两个以上部门的许可合用一个四十五个工作日的法定期限，只有县政府能批准延长一次。",
        Mode::Separate => "每个事项各有自己的期限，同时办理。",
    };
    let before = theme.baseline.as_ref().map(|frozen| {
        let baseline = &frozen.baseline;
        context! {
            days => format!("{}个工作日", baseline.days), trips => format!("{}次", baseline.trips), materials => format!("{}份", baseline.materials),
            source => baseline.source.clone(), as_of => baseline.as_of.to_string(),
        }
    });
    let asked = shown
        .materials
        .iter()
        .filter(|paper| paper.required && paper.shared.is_none())
        .count();
    let questions: Vec<Value> = shown
        .questions
        .iter()
        .map(|question| {
            let options: Vec<String> = question.options.iter().map(|option| option.text.clone()).collect();
            context! { text => question.text.clone(), options => options }
        })
        .collect();
    let online = shown.channels.contains(&Channel::Online);
    Ok(visit.page("portal/theme.html", &shown.name, context! {
        crumbs => vec![link("一件事", "/themes")],
        theme => context! {
            name => shown.name.clone(), lead => shown.lead.clone(), origin => shown.origin.list.zh(), mode => shown.mode.zh(),
            version => format!("第{number}版"), from => version.from.to_string(), limit => limit,
        },
        closed => closed, apply_href => (open && online).then(|| format!("/themes/{id}/apply")),
        facts => vec![
            fact("牵头部门", shown.lead.clone()), fact("涉及", format!("{}个部门、{}个事项", departments(shown).len(), shown.members.len())),
            fact("全程承诺", shown.promised.as_ref().map_or_else(|| "没有另外承诺".to_owned(), |promise| format!("{}个工作日", promise.days))),
            fact("办理渠道", channels.join("、")), fact("咨询和监督电话", web.site.help_phone.clone()), fact("来源", shown.origin.source.clone()),
        ],
        members => member_rows(&visit, shown, &items), questions => questions, form => form_rows(shown, &items), materials => material_rows(shown, &items),
        before => before, now => context! {
            days => shown.promised.as_ref().map(|promise| format!("{}个工作日", promise.days)), materials => format!("{asked}份"),
            trips => if online { "网上申请、邮寄送达的不用跑" } else { "到窗口申请一次" },
        },
        simulated => shown.simulated.iter().map(|key| simulated_zh(key).to_owned()).collect::<Vec<_>>(),
    }))
}

fn simulated_zh(key: &str) -> &str {
    match key {
        "lead" => "牵头部门",
        "promised" => "全程承诺",
        "channels" => "办理渠道",
        "evidence" => "四个一的证明",
        "baseline" => "改革前的基线",
        "questions" => "情形问题",
        "form" => "表单",
        "materials" => "材料",
        "members.needs" => "事项的先后",
        "members" => "成员事项",
        "stop" => "依法中止是否停联办期限",
        "mode" => "办理方式",
        "origin" => "清单来源",
        other => other,
    }
}

/// The theme while it is in force and can be applied for online; else its guide says why not.
fn open_online(theme: &Theme, day: jiff::civil::Date) -> Option<&Definition> {
    let (_, definition) = theme.on(day)?;
    definition.channels.contains(&Channel::Online).then_some(definition)
}

pub(crate) fn situation_answers(answers: &HashMap<String, String>) -> BTreeMap<String, String> {
    answers
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(ANSWER)?.to_owned(), value.clone())))
        .collect()
}

pub(crate) fn hidden(situation: &BTreeMap<String, String>) -> Vec<Value> {
    situation
        .iter()
        .map(|(question, option)| context! { name => format!("{ANSWER}{question}"), value => option })
        .collect()
}

async fn apply_page(
    visit: Visit,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, theme) = find_theme(&visit, &catalogue, &id)?;
    let Some(theme) = open_online(theme, visit.web.app.moment().today) else {
        return Ok(Redirect::to(&format!("/themes/{id}")).into_response());
    };
    let told = situation_answers(&query);
    let idem = hex(&random::<12>());
    Ok(match theme.situation(&told) {
        Ok(situation) => form_page(&visit, id, theme, &situation, &HashMap::new(), &[], &idem),
        Err(why) => question_page(&visit, id, theme, &told, &why, query.contains_key("next")),
    })
}

/// 情形问题: the one that is next, the answers that led to it, and what was wrong with the last.
pub(crate) struct Next {
    pub field: Field,
    pub way: BTreeMap<String, String>,
    pub errors: Vec<Value>,
}

pub(crate) fn next_question(
    theme: &Definition,
    told: &BTreeMap<String, String>,
    why: &NoResult,
    sent: bool,
) -> Next {
    let (NoResult::Unanswered { question: text }
    | NoResult::NoSuchOption { question: text, .. }
    | NoResult::DeadEnd { question: text }) = why;
    let question = theme.questions.iter().find(|question| question.text == *text);
    let empty = Question::default();
    let question = question.unwrap_or(&empty);
    // Somebody who has just opened the page has left nothing out yet.
    let error = (sent || !matches!(why, NoResult::Unanswered { .. })).then(|| "请选一项".to_owned());
    let name = format!("{ANSWER}{}", question.id);
    let options = question.options.iter().map(|option| (option.id.clone(), option.text.clone()));
    let mut field = Field::text(&name, &question.text, true).kind("choice").options(options);
    field.error = error.clone();
    let errors = error.iter().map(|text| context! { id => name.clone(), text => text }).collect();
    Next { field, way: on_the_way(theme, told, &question.id), errors }
}

/// Question and answer in words, in the order in which they were asked.
pub(crate) fn answered(theme: &Definition, answers: &BTreeMap<String, String>) -> Vec<Value> {
    let questions = theme.questions.iter();
    questions
        .filter_map(|question| {
            let chosen = answers.get(&question.id)?;
            let option = question.options.iter().find(|option| option.id == *chosen)?;
            Some(fact(&question.text, option.text.clone()))
        })
        .collect()
}

/// 第一步：情形。 One question a page, so that it fits on a telephone and nothing is asked that does not matter.
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
    let page = visit.page("portal/theme_situation.html", &format!("申请：{}", theme.name), context! {
        crumbs => vec![link("一件事", "/themes"), link(theme.name.clone(), &format!("/themes/{id}"))],
        action => format!("/themes/{id}/apply"), restart_href => (!way.is_empty()).then(|| format!("/themes/{id}/apply")),
        hidden => hidden(&way), answered => answered(theme, &way), field => field, errors => errors,
        first => way.is_empty(),
    });
    if refused { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}

/// The answers that led to this question; a changed mind leaves no others behind.
fn on_the_way(theme: &Definition, told: &BTreeMap<String, String>, until: &str) -> BTreeMap<String, String> {
    let mut way = BTreeMap::new();
    let mut question = theme.questions.first();
    while let Some(asked) = question.filter(|asked| asked.id != until && !way.contains_key(&asked.id)) {
        let Some(option) = told
            .get(&asked.id)
            .and_then(|chosen| asked.options.iter().find(|option| option.id == *chosen))
        else {
            break;
        };
        way.insert(asked.id.clone(), option.id.clone());
        question = option
            .next
            .as_ref()
            .and_then(|next| theme.questions.iter().find(|other| other.id == *next));
    }
    way
}

pub(crate) fn agent_fields() -> Vec<Field> {
    vec![
        Field::text("agent_name", "代办人姓名", false),
        Field::text("agent_number", "代办人公民身份号码", false),
        Field::text("agent_phone", "代办人电话", false).kind("phone"),
    ]
}

pub(crate) fn own_fields(theme: &Definition, items: &[String]) -> Vec<Field> {
    let fields = theme
        .form
        .iter()
        .filter(|field| field.shared.is_none() && serves(&field.sources, items));
    fields
        .map(|field| {
            let users = named(theme, &field.sources, items);
            let asked = Field::text(&field.id, &field.label, field.required);
            if users.len() > 1 {
                asked.hint(format!("{}个事项都要用，只填这一次。", users.len()))
            } else {
                asked
            }
        })
        .collect()
}

pub(crate) fn file_fields(theme: &Definition, items: &[String]) -> Vec<Field> {
    let papers = theme
        .materials
        .iter()
        .filter(|paper| paper.shared.is_none() && serves(&paper.sources, items));
    papers
        .map(|paper| {
            let users = named(theme, &paper.sources, items);
            let hint = match (paper.required, users.len()) {
                (true, 0 | 1) => "没有带齐也可以先提交，工作人员会一次告诉您缺什么。".to_owned(),
                (true, n) => format!("{n}个事项都要用，只交这一份。没有带齐也可以先提交。"),
                (false, _) => "符合这种情形才需要。".to_owned(),
            };
            Field::text(&format!("file_{}", paper.id), &paper.name, false)
                .kind("file")
                .hint(hint)
        })
        .collect()
}

/// 不问您要的: what somebody holds already, of what these items need.
pub(crate) fn not_asked(theme: &Definition, items: &[String]) -> Vec<Value> {
    let fields = theme.form.iter().map(|field| (&field.label, &field.sources, &field.shared));
    let papers = theme.materials.iter().map(|paper| (&paper.name, &paper.sources, &paper.shared));
    fields
        .chain(papers)
        .filter(|(_, sources, _)| serves(sources, items))
        .filter_map(|(what, _, held_by)| {
            Some(context! { what => what, because => format!("{}已经有，由办理机关去取", held_by.as_ref()?) })
        })
        .collect()
}

/// 第二步：一张表、一套材料, with what is not asked and why.
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
    let fill = |fields| filled(fields, answers, wrong);
    let section = |legend: &str, hint: Option<&str>, fields: Vec<Field>| context! { legend => legend, hint => hint, fields => fields };
    let mut sections = vec![section("您是谁", None, fill(identity_fields()))];
    // A browser sends no file twice by itself.
    let of_files = match wrong {
        [] => "PDF 或者照片，合计不超过10 MB。",
        _ => "PDF 或者照片，合计不超过10 MB。改好以后，要交的文件请重新选择。",
    };
    for (legend, hint, fields) in [
        ("一张表", "几个事项要用的合在一起，只填一次。", own_fields(theme, items)),
        ("一套材料", of_files, file_fields(theme, items)),
        ("替别人办", "自己办的不用填。", agent_fields()),
    ] {
        if !fields.is_empty() {
            sections.push(section(legend, Some(hint), fill(fields)));
        }
    }
    let page = visit.page("portal/theme_apply.html", &format!("申请：{}", theme.name), context! {
        crumbs => vec![link("一件事", "/themes"), link(theme.name.clone(), &format!("/themes/{id}"))],
        form => context! { action => format!("/themes/{id}/apply"), idem => idem }, hidden => hidden(&situation.answers),
        answered => answered(theme, &situation.answers), restart_href => format!("/themes/{id}/apply"), members => member_rows(visit, theme, items), spared => not_asked(theme, items),
        sections => sections, errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        limit => theme.promised.as_ref().map(|promise| format!("全程承诺{}个工作日。", promise.days)),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

async fn apply(visit: Visit, Path(id): Path<String>, form: Incoming) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, theme) = find_theme(&visit, &catalogue, &id)?;
    let Some(theme) = open_online(theme, visit.web.app.moment().today) else {
        return Ok(Redirect::to(&format!("/themes/{id}")).into_response());
    };
    let Sent { answers, files, mut wrong, cut_off } = form.read(&visit).await?;
    let told = situation_answers(&answers);
    let idem = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let idem = idem.unwrap_or_else(|| hex(&random::<12>()));
    // Back to this step: the situation is told again by the address.
    let query: Vec<String> = told
        .iter()
        .map(|(question, option)| format!("{ANSWER}{}={}", encode(question), encode(option)))
        .collect();
    let actor = applicant(&visit, &answers, &idem, format!("/themes/{id}/apply?{}", query.join("&")))?;
    let situation = match theme.situation(&told) {
        Ok(situation) => situation,
        Err(why) => return Ok(question_page(&visit, id, theme, &told, &why, true)),
    };
    let fields = own_fields(theme, &situation.items);
    let mut private = private_of(&fields, &answers);
    let act = |materials| JointAct::Receive {
        theme: id,
        channel: Channel::Online,
        answers: situation.answers.clone(),
        materials,
    };
    // A form that did not arrive whole is not blamed for what is missing in it.
    if !cut_off {
        wrong.extend(wrong_in(&fields, &answers));
        for invalid in Joint::check(&act(BTreeMap::new()), &private).err().unwrap_or_default() {
            if wrong.iter().all(|other| other.field != invalid.field) {
                wrong.push(invalid);
            }
        }
    }
    let again = |wrong: &[Invalid]| form_page(&visit, id, theme, &situation, &answers, wrong, &idem);
    if !wrong.is_empty() {
        return Ok(again(&wrong));
    }
    let (materials, keys) = papers(&visit, files).await?;
    private.extend(keys);
    let call = Call { actor: &actor, matter: None, act: act(materials), private, key: Some(idem.clone()) };
    match visit.web.app.act::<Joint>(call).await {
        Ok(done) => {
            let code = visit.web.app.keys.track_code(done.matter);
            Ok(Redirect::to(&format!("/joint/{}/{code}/submitted", done.matter)).into_response())
        }
        Err(Problem::Invalid(wrong)) => Ok(again(&wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "提交申请", &format!("/themes/{id}"))),
    }
}

/// The papers of a joint case, and what opens them.
pub(crate) async fn papers(
    visit: &Visit,
    files: Vec<Upload>,
) -> Result<(BTreeMap<String, Paper>, BTreeMap<String, String>), Fail> {
    let kept = keep_files(visit, files).await?;
    let papers = kept.materials.into_iter();
    let papers = papers.map(|(id, paper)| {
        (id, Paper { digest: paper.digest, file_name: paper.file_name, signed: paper.signed })
    });
    Ok((papers.collect(), kept.keys))
}

pub(crate) fn wrong_in(fields: &[Field], answers: &HashMap<String, String>) -> Vec<Invalid> {
    let error = |field: &Field| {
        let value = answers.get(&field.id).map_or("", String::as_str);
        let message = match value.chars().count() {
            0 if field.required => format!("请填写{}", field.label),
            n if n > LONGEST => format!("{}不能超过{LONGEST}字", field.label),
            _ => return None,
        };
        Some(Invalid::new(field.id.clone(), message))
    };
    fields.iter().filter_map(error).collect()
}

/// Who applies, who acts for them, and what this situation asks; nothing else that came with the form.
pub(crate) fn private_of(fields: &[Field], answers: &HashMap<String, String>) -> BTreeMap<String, String> {
    let own = fields.iter().map(|field| field.id.as_str());
    own.chain(fadu_onething::CORE)
        .filter_map(|field| {
            let value = answers.get(field).filter(|value| !value.is_empty())?;
            Some((field.to_owned(), value.clone()))
        })
        .collect()
}
