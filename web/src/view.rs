//! 页面共用的形状。 Links, fields, clocks, tags: the regular shapes that the templates expect.

use crate::fail::Fail;
use crate::session::Visit;
use crate::{Inner, Web};
use fadu_app::App;
use fadu_app::private::mask;
use fadu_app::registry::KINDS;
use fadu_app::store::RefusalRow;
use fadu_figures::{FigureFault, Figures};
use fadu_hotline::Knowledge;
use fadu_kernel::{ActKind, Basis, Calendar, Clock, Due, Ground, Role};
use fadu_law::Power;
use fadu_law::check::Cited;
use fadu_onething::Theme;
use fadu_proof::Proof;
use fadu_service::{FeeItem, Item};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

pub fn link(text: impl Into<String>, href: &str) -> Value {
    context! { text => text.into(), href => href }
}

pub fn fact(label: &str, text: impl Into<String>) -> Value {
    context! { label => label, text => text.into(), href => () }
}

pub fn fact_link(label: &str, text: impl Into<String>, href: &str) -> Value {
    context! { label => label, text => text.into(), href => href }
}

pub fn tag(kind: &str, text: impl Into<String>) -> Value {
    context! { kind => kind, text => text.into() }
}

/// Percent-encodes a path segment or query value.
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The page of the article that a basis names.
pub fn basis_href(basis: &Basis) -> String {
    let statute = encode(&basis.statute);
    if basis.article == 0 {
        format!("/statutes/{statute}")
    } else {
        format!("/statutes/{statute}/{}", basis.article)
    }
}

pub fn basis_links(bases: &[Basis]) -> Vec<Value> {
    bases.iter().map(|basis| link(basis.to_string(), &basis_href(basis))).collect()
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub checked: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    pub id: String,
    pub label: String,
    pub kind: String,
    pub required: bool,
    pub hint: Option<String>,
    pub value: String,
    pub error: Option<String>,
    pub options: Vec<Choice>,
}

impl From<Field> for Value {
    fn from(field: Field) -> Value {
        Value::from(minijinja::value::Serde(field))
    }
}

impl Field {
    pub fn text(id: &str, label: &str, required: bool) -> Field {
        Field { id: id.into(), label: label.into(), kind: "text".into(), required, ..Field::default() }
    }

    pub fn kind(mut self, kind: &str) -> Field {
        self.kind = kind.into();
        self
    }

    /// What was typed; of several ticks, one line each.
    pub fn value(mut self, value: &str) -> Field {
        self.value = value.into();
        self.options
            .iter_mut()
            .for_each(|option| option.checked = value.split('\n').any(|line| option.value == line));
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = Some(hint.into());
        self
    }

    pub fn options(mut self, options: impl IntoIterator<Item = (String, String)>) -> Field {
        self.options = options
            .into_iter()
            .map(|(value, label)| Choice { value, label, checked: false })
            .collect();
        self
    }
}

/// 调阅 is the inspectors' own business: whom they look into is shown to nobody else.
pub fn told_of_consulting(visit: &Visit) -> bool {
    visit.account.as_ref().is_some_and(|account| account.role == Role::Inspector)
}

pub fn told(visit: &Visit, fact: &str) -> bool {
    fact != "Consulted" || told_of_consulting(visit)
}

/// `办件：受理`, for an act of any kind of matter.
pub fn act_zh(kind: &str, act: &str) -> String {
    let Some(known) = fadu_app::registry::kind(kind) else { return format!("{kind}：{act}") };
    let name = (known.acts)()
        .iter()
        .find(|known| known.name == act)
        .map_or(act, |known| known.zh);
    format!("{}：{name}", known.zh)
}

/// Who tried what they may not do is named to whoever oversees the whole county, to their own body and to themselves.
fn may_name(visit: &Visit, row: &RefusalRow) -> bool {
    visit.account.as_ref().is_some_and(|reader| {
        matches!(reader.role, Role::Inspector | Role::Government)
            || reader.org == row.org
            || reader.person == row.actor
    })
}

/// 拒绝执行, as lists show it: the act by its name, the rule with its sentence and articles; the name of an officer masked for
/// whoever may not see it.
pub fn refusal_row(visit: &Visit, row: &RefusalRow, named: &dyn Fn(&str) -> String) -> Value {
    let rule = fadu_app::rules::find(&row.rule);
    let applicant = [Role::Citizen, Role::FirmAgent].iter().any(|role| role.name() == row.role);
    let actor = match applicant {
        true => "申请人".to_owned(),
        false if may_name(visit, row) => named(&row.actor),
        false => mask(&named(&row.actor)),
    };
    context! {
        when => fadu_app::now::clock_text(row.ms), actor => actor, act => act_zh(&row.kind, &row.act), rule => row.rule.clone(),
        sentence => rule.map_or("", |rule| rule.sentence), because => row.because.clone(), basis => rule.map(|rule| basis_links(rule.basis)).unwrap_or_default(),
    }
}

/// One act as a form: its fields, its basis, its button.
pub fn act_form(kind: &ActKind, action_url: &str, fields: Vec<Field>, primary: bool, danger: bool) -> Value {
    let basis = match kind.ground {
        Ground::Law(bases) => basis_links(bases),
        Ground::Measure(name) => vec![context! { text => name, href => () }],
    };
    context! {
        name => kind.name, label => kind.zh, basis => basis, action_url => action_url, method => "post",
        idem => fadu_ledger::note::hex(&crate::session::random::<12>()), fields => fields, primary => primary, danger => danger,
    }
}

/// `18,204`
pub fn thousands(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

pub fn site_context(web: &Inner) -> Value {
    let (moment, tip) = (web.app.moment(), web.app.tip());
    context! {
        name => web.site.bureau.clone(), region_name => web.site.region_name.clone(), simulated => web.site.simulated,
        now => fadu_app::now::clock_text(moment.ms), year => moment.today.year().to_string(),
        runs => web.app.runs.all().map(|business| business.word).collect::<Vec<_>>(),
        left_out => web.app.runs.left_out().map(|business| business.word).collect::<Vec<_>>(),
        ledger_size => thousands(tip.entries), checkpoint_short => if tip.root_short.is_empty() { "尚未签署".to_owned() } else { tip.root_short },
    }
}

pub fn pages(
    page: i64,
    pages: i64,
    total: i64,
    unit: &str,
    prev: Option<String>,
    next: Option<String>,
) -> Value {
    context! { page => page, pages => pages, total => total, unit => unit, prev_href => prev, next_href => next }
}

/// What a clock shows on a day: how much is left, in which colour.
pub fn clock_badge(clock: Option<&Clock>, today: Date, calendar: &Calendar) -> Value {
    let Some(clock) = clock else { return Value::from(()) };
    match clock.due(calendar) {
        Due::Stopped { left } => {
            context! { state => "stopped", text => format!("期限已停，还剩{left}{}", clock.limit.unit.counted().zh()), due => () }
        }
        Due::Provisional { beyond, counted } => {
            context! { state => "provisional", text => format!("暂定：日历到{beyond}止，其中已计{counted}个工作日"), due => () }
        }
        Due::Fixed(due) if today > due => {
            let late = calendar.between(due, today).unwrap_or(0);
            context! { state => "red", text => format!("超期{late}个工作日"), due => due.to_string() }
        }
        Due::Fixed(due) => {
            let left = calendar.between(today, due).unwrap_or(0);
            let amber = clock.amber(calendar).is_some_and(|amber| today >= amber);
            context! { state => if amber { "amber" } else { "normal" }, text => format!("剩{left}个工作日"), due => due.to_string() }
        }
    }
}

/// The due day of a list row, without the clock itself.
pub fn due_badge(due: Option<&str>, amber: Option<&str>, today: Date, calendar: &Calendar) -> Value {
    let Some(date) = due.and_then(|due| due.parse::<Date>().ok()) else { return Value::from(()) };
    let (state, text) = match calendar.between(today, date) {
        _ if today > date => ("red", format!("超期{}个工作日", calendar.between(date, today).unwrap_or(0))),
        Ok(left)
            if amber
                .and_then(|amber| amber.parse::<Date>().ok())
                .is_some_and(|amber| today >= amber) =>
        {
            ("amber", format!("剩{left}个工作日"))
        }
        Ok(left) => ("normal", format!("剩{left}个工作日")),
        Err(_) => ("provisional", "暂定".to_owned()),
    };
    context! { state => state, text => text, due => date.to_string() }
}

/// The first word of everything that [`citations`] names, and how many of it are counted.
pub const CITING: [(&str, &str); 8] = [
    ("规则", "条"),
    ("风险提示", "条"),
    ("行为", "种"),
    ("权责", "项"),
    ("事项", "项"),
    ("主题", "个"),
    ("证明", "项"),
    ("知识", "条"),
];

/// Where a version in force stands that the public does not read yet.
pub(crate) const UNPUBLISHED_POWERS: &str = "/desk/powers/";

/// 引用。 Everything that rests on an article, for checks and for impact: rules, red flags and the grounds of acts of what
/// the county runs; powers in force; items, themes, proofs and answers as they are published.
pub fn citations(app: &fadu_app::App) -> Vec<Cited> {
    let mut cited = Vec::new();
    for rule in fadu_app::rules::declared_for(&app.runs) {
        cited.extend(rule.basis.iter().map(|basis| Cited {
            what: format!("规则 {}", rule.id),
            href: String::new(),
            basis: basis.clone(),
        }));
    }
    if app.runs.kind("project") {
        cited.extend(fadu_redflags::rules::all().flat_map(|rule| {
            rule.basis.iter().map(|basis| Cited {
                what: format!("风险提示 {}", rule.zh),
                href: String::new(),
                basis: basis.clone(),
            })
        }));
    }
    for kind in KINDS.iter().filter(|kind| app.runs.kind(kind.name)) {
        for act in (kind.acts)() {
            let Ground::Law(bases) = act.ground else { continue };
            cited.extend(bases.iter().map(|basis| Cited {
                what: format!("行为 {}·{}", kind.zh, act.zh),
                href: String::new(),
                basis: basis.clone(),
            }));
        }
    }
    let catalogue = app.catalogue();
    let mut items: Vec<_> = catalogue
        .all::<Item>()
        .filter_map(|(id, item)| Some((id, item.current()?.1)))
        .collect();
    items.sort_by_key(|(id, _)| *id);
    for (id, definition) in items {
        let bases = definition.bases.iter().map(|support| &support.basis);
        let rows = definition.conditions.iter().filter_map(|row| row.basis.as_ref());
        let papers = definition.materials.iter().filter_map(|row| row.basis.as_ref());
        let (extension, delivery) = (definition.extension.as_ref(), definition.delivery.as_ref());
        let limits = [Some(&definition.statutory), Some(&definition.promised), extension, delivery];
        let limits = limits.into_iter().flatten().filter_map(|limit| limit.basis.as_ref());
        let notice = definition.notice.iter().map(|notice| &notice.basis);
        let special = definition.special.iter().filter_map(|special| special.basis.as_ref());
        let codes = definition.fee.codes.iter();
        let charges = codes
            .filter_map(|code| catalogue.one::<FeeItem>(FeeItem::id(code))?.current())
            .map(|entry| &entry.basis);
        let fee = definition.fee.basis.iter().chain(charges);
        let all = bases
            .chain(rows)
            .chain(papers)
            .chain(limits)
            .chain(notice)
            .chain(special)
            .chain(fee);
        cited.extend(once_each(&format!("事项 {}", definition.name), &format!("/items/{id}"), all));
    }
    let mut themes: Vec<_> = catalogue
        .all::<Theme>()
        .filter(|(_, theme)| theme.ended.is_none())
        .filter_map(|(id, theme)| Some((id, &theme.versions.last()?.definition)))
        .collect();
    themes.sort_by_key(|(id, _)| *id);
    for (id, definition) in themes {
        let members = definition.members.iter();
        let all = members.flat_map(|member| {
            let needs = member.needs.iter().filter_map(|need| need.basis.as_ref());
            member.basis.iter().chain(needs)
        });
        cited.extend(once_each(&format!("主题 {}", definition.name), &format!("/themes/{id}"), all));
    }
    let mut proofs: Vec<_> = catalogue.all::<Proof>().filter(|(_, proof)| proof.listed.is_some()).collect();
    proofs.sort_by_key(|(id, _)| *id);
    for (id, proof) in proofs {
        let what = format!("证明 {}（{}）", proof.entry.name, proof.entry.item_name);
        cited.extend(once_each(&what, &format!("/desk/matters/proofs/{id}"), proof.entry.bases.iter()));
    }
    let mut powers: Vec<_> = catalogue
        .all::<Power>()
        .filter_map(|(id, power)| Some((id, power.current()?)))
        .collect();
    powers.sort_by(|(_, a), (_, b)| a.entry.code.cmp(&b.entry.code));
    for (id, version) in powers {
        let entry = &version.entry;
        let cites = |basis: &Basis| Cited {
            what: format!("权责 {}", entry.name),
            href: match version.published {
                Some(_) => format!("/powers/{}", entry.code),
                None => format!("{UNPUBLISHED_POWERS}{id}"),
            },
            basis: basis.clone(),
        };
        cited.extend(entry.bases.iter().map(cites));
    }
    let mut answers: Vec<_> = catalogue
        .all::<Knowledge>()
        .filter(|(_, entry)| entry.withdrawn.is_none())
        .filter_map(|(id, entry)| Some((id, &entry.versions.last()?.text)))
        .collect();
    answers.sort_by_key(|(id, _)| *id);
    for (id, text) in answers {
        cited.extend(text.bases.iter().map(|basis| Cited {
            what: format!("知识 {}", text.question),
            href: format!("/desk/hotline/knowledge#{id}"),
            basis: basis.clone(),
        }));
    }
    cited
}

/// What names one place in several of its parts rests on it once.
fn once_each<'a>(what: &str, href: &str, bases: impl Iterator<Item = &'a Basis>) -> Vec<Cited> {
    let bases: BTreeSet<&Basis> = bases.collect();
    bases
        .into_iter()
        .map(|basis| Cited { what: what.to_owned(), href: href.to_owned(), basis: basis.clone() })
        .collect()
}

pub fn figure_context(value: &fadu_figures::Value) -> Value {
    context! {
        id => value.name.clone(), name => value.zh.clone(), value => value.value.clone(), unit => value.unit.clone(),
        counted => value.whole.map(|whole| format!("{} / {}", thousands(value.part), thousands(whole))),
        as_of => value.as_of.to_string(), href => format!("/figures/{}?as_of={}", value.name, value.as_of),
    }
}

/// A figure of supervision is counted in its own store.
pub fn is_of_supervision(id: &str) -> bool {
    id.starts_with("sup.")
}

/// In the order named, each from the store that counts it.
pub async fn counted_values(
    app: &App,
    beside: Option<&App>,
    figures: &Figures,
    ids: &[&str],
    as_of: Date,
) -> Result<Vec<fadu_figures::Value>, FigureFault> {
    let Some(beside) = beside else {
        return fadu_figures::values(&*app.store, app.region, figures, ids, as_of).await;
    };
    let (theirs, ours): (Vec<&str>, Vec<&str>) = ids.iter().copied().partition(|id| is_of_supervision(id));
    let mut values = fadu_figures::values(&*app.store, app.region, figures, &ours, as_of).await?;
    values.extend(fadu_figures::values(&*beside.store, beside.region, figures, &theirs, as_of).await?);
    values.sort_by_cached_key(|value| ids.iter().position(|id| *id == value.name));
    Ok(values)
}

/// Values that cannot be read are left out and logged; a page never invents one.
pub async fn figure_values(web: &Web, ids: &[&str], as_of: Date) -> Vec<fadu_figures::Value> {
    let named = ids.iter().copied();
    let (known, unknown): (Vec<&str>, Vec<&str>) = named.partition(|id| web.figures.get(id).is_some());
    for id in unknown {
        tracing::error!(id, "a page names a figure that nobody declared");
    }
    let beside = web.beside().map(|(app, _)| &**app);
    match counted_values(&web.app, beside, &web.figures, &known, as_of).await {
        Ok(values) => values,
        Err(error) => {
            tracing::error!(%error, "the figures could not be read");
            Vec::new()
        }
    }
}

/// 姓名。 Who stands behind the persons of the ledger: officers by the name of their account.
pub struct Names(HashMap<String, String>);

impl Names {
    pub async fn load(visit: &Visit) -> Result<Names, Fail> {
        let accounts = visit.web.app.accounts().await;
        let accounts = accounts.map_err(|problem| Fail::fault(visit, problem))?;
        Ok(Names(accounts.into_iter().map(|account| (account.person, account.name)).collect()))
    }

    pub fn of(&self, person: &str) -> String {
        match (person, self.0.get(person)) {
            ("clock", _) => "系统时钟".to_owned(),
            ("relay", _) => "系统联动".to_owned(),
            (_, Some(name)) => name.clone(),
            (form, None) if form.starts_with("form-") => "申请人".to_owned(),
            (played, None) if played.starts_with("sim-") => "模拟人员".to_owned(),
            (unknown, None) => unknown.to_owned(),
        }
    }
}
