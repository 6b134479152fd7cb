//! 模拟县的一件事。 The shipped themes in use, and an open item behind each of their members. What no source supplied
//! was invented for the demonstration; every definition says which keys those are.

use crate::county::manager;
use fadu_app::import::{Entered, Opening};
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, Basis, OrgId, PersonId, Role};
use fadu_onething::definition::{Audience, Member, name_with};
use fadu_onething::theme::Guide;
use fadu_onething::{Definition as ThemeText, Theme, ThemeAct};
use fadu_service::code_list::Level;
use fadu_service::definition::{Condition, Field, LimitWith, Material, ResultKind, Step, Support};
use fadu_service::{Definition, Item, Listing};
use std::collections::BTreeMap;

/// The catalogue's theme of the items that were completed for a joint case only.
pub const ONE_THING: &str = "高效办成一件事";

/// Is it applied for by itself: neither there for joint cases only nor to fill the catalogue?
pub fn stands_alone(definition: &Definition) -> bool {
    ![ONE_THING, crate::GENERATED].contains(&definition.theme.as_str())
}

/// The ten examples that ship. Errors: none, since a test reads them all.
pub fn shipped_themes() -> Vec<ThemeText> {
    fadu_onething::THEMES
        .iter()
        .filter_map(|(_, text)| fadu_onething::read(text).ok())
        .collect()
}

/// Enters and opens every member that the catalogue does not have open. Answers how it went.
pub async fn enter_members(app: &App, themes: &[ThemeText]) -> Result<Entered, Problem> {
    let catalogue = app.catalogue();
    let mut wanted: BTreeMap<&str, (Listing, Definition)> = BTreeMap::new();
    for (theme, member) in themes
        .iter()
        .flat_map(|theme| theme.members.iter().map(move |member| (theme, member)))
    {
        let entered = catalogue.one::<Item>(Item::id(&member.item));
        if entered.is_some_and(Item::is_open) {
            continue;
        }
        let (_, definition) = wanted.entry(&member.item).or_insert_with(|| {
            let listing = listing(member, entered);
            let definition = begun(theme, member, &listing);
            (listing, definition)
        });
        asks(definition, theme, member);
    }
    let mut answer = Entered::default();
    for (listing, definition) in wanted.into_values() {
        let definition = completed(definition);
        if catalogue.one::<Item>(listing.id()).is_some() {
            // An item that the county's own list has, closed until now.
            app.play_publication(listing.id(), &listing, &definition).await?;
            answer.open += 1;
            continue;
        }
        let one = app
            .enter_catalogue(&manager(), &[listing], &[definition], Opening::Published)
            .await?;
        answer.items += one.items;
        answer.open += one.open;
    }
    Ok(answer)
}

/// As the county's own list has it, else as the theme names it.
fn listing(member: &Member, entered: Option<&Item>) -> Listing {
    let task_type = match (entered, member.permit) {
        (Some(item), _) => item.task_type,
        (None, true) => 1,
        (None, false) => 10,
    };
    Listing {
        department: entered.map_or(&member.department, |item| &item.department).clone(),
        // No catalogue has it: the theme file says so by this mark.
        name: match entered {
            Some(item) => item.name.clone(),
            None if member.item.starts_with("MN-") => format!("{}（模拟）", member.name),
            None => member.name.clone(),
        },
        code: member.item.clone(),
        task_type,
        findings: fadu_kernel::codes::item_code_findings(&member.item),
    }
}

fn days(n: u16, basis: Option<Basis>, simulated: bool) -> LimitWith {
    LimitWith { days: n, unit: "workday".to_owned(), basis, simulated }
}

fn begun(theme: &ThemeText, member: &Member, listing: &Listing) -> Definition {
    let set_by = match (&member.basis, member.permit) {
        (Some(basis), _) => basis.clone(),
        (None, true) => Basis::article("行政许可法", 12),
        (None, false) => Basis::article("优化营商环境条例", 35),
    };
    // 市场主体登记管理条例 19 has an extension of its own.
    let extension = match set_by.statute == "市场主体登记管理条例" {
        true => days(3, Some(set_by.clone()), false),
        false => days(10, Some(Basis::article("行政许可法", 42)), false),
    };
    let keys =
        ["bases", "materials", "conditions", "steps", "fields", "online", "in_hall", "visits", "quantity"];
    let audience = match theme.audience {
        Audience::Person => "person",
        Audience::Firm => "firm",
    };
    let step = |name: &str, post: &str| Step { name: name.to_owned(), post: post.to_owned(), basis: None };
    Definition {
        id: member.item.clone(),
        name: listing.name.clone(),
        matches: vec![listing.name.clone()],
        task_type: listing.task_type,
        department: listing.department.clone(),
        theme: ONE_THING.to_owned(),
        audience: vec![audience.to_owned()],
        bases: vec![set_by_it(set_by)],
        statutory: match member.statutory_days {
            Some(n) => days(n, member.basis.clone(), false),
            None => LimitWith { unit: "none".to_owned(), ..LimitWith::default() },
        },
        promised: days(member.promised_days.or(member.statutory_days).unwrap_or(10), None, true),
        extension: member.permit.then_some(extension),
        delivery: member.permit.then(|| days(10, Some(Basis::article("行政许可法", 44)), false)),
        verification: "formal".to_owned(),
        hearing: "none".to_owned(),
        project_type: "commitment".to_owned(),
        quantity: "没有数量限制（模拟）".to_owned(),
        conditions: vec![Condition {
            id: "c1".to_owned(),
            text: format!("符合“{}”的法定条件", member.name),
            basis: None,
            simulated: true,
        }],
        steps: vec![step("受理", "officer"), step("审查", "reviewer"), step("决定", "agency_head")],
        visits: 1,
        online: true,
        in_hall: true,
        result: ResultKind { name: format!("{}结果", member.name), ..ResultKind::default() },
        simulated: keys.map(str::to_owned).to_vec(),
        ..Definition::default()
    }
}

/// The level is what the county's index of statutes says, or what the theme's own permit rests on: a law.
fn set_by_it(basis: Basis) -> Support {
    let shelf = fadu_law::Shelf::from_index();
    let level = shelf.known(&basis.statute).and_then(|known| Level::of_zh(&known.level));
    Support { basis, supports: "setting".to_owned(), held: false, level, since: None }
}

/// What one theme passes on to the item. A paper that some other theme leaves out is not required.
fn asks(definition: &mut Definition, theme: &ThemeText, member: &Member) {
    let first = definition.materials.is_empty() && definition.fields.is_empty();
    let papers: Vec<Material> = theme
        .materials
        .iter()
        .filter_map(|paper| {
            let id = name_with(&paper.sources, &paper.id, &member.item)?;
            Some(Material {
                id: id.to_owned(),
                name: paper.name.clone(),
                condition: "c1".to_owned(),
                origin: if paper.shared.is_some() { "government" } else { "applicant" }.to_owned(),
                form: "electronic".to_owned(),
                required: paper.required,
                shared: paper.shared.is_some(),
                simulated: true,
                ..Material::default()
            })
        })
        .collect();
    let there = |list: &[Material], id: &str| list.iter().any(|paper| paper.id == id);
    for paper in definition.materials.iter_mut().filter(|paper| !there(&papers, &paper.id)) {
        paper.required = false;
    }
    for paper in papers {
        if !there(&definition.materials, &paper.id) {
            let required = paper.required && first;
            definition.materials.push(Material { required, ..paper });
        }
    }
    for field in &theme.form {
        let Some(id) = name_with(&field.sources, &field.id, &member.item) else { continue };
        if definition.fields.iter().all(|own| own.id != id) {
            definition.fields.push(Field {
                id: id.to_owned(),
                label: field.label.clone(),
                kind: "text".to_owned(),
                required: false,
                max: None,
                options: Vec::new(),
                spared: None,
            });
        }
    }
}

/// An item for which nobody lists a paper or a field is applied for by the application itself.
pub(crate) fn completed(mut definition: Definition) -> Definition {
    if definition.materials.is_empty() {
        definition.materials.push(Material {
            id: "application".to_owned(),
            name: "申请书".to_owned(),
            condition: "c1".to_owned(),
            origin: "applicant".to_owned(),
            form: "electronic".to_owned(),
            simulated: true,
            ..Material::default()
        });
    }
    if definition.fields.is_empty() {
        definition.fields.push(Field {
            id: "note".to_owned(),
            label: "申请事由".to_owned(),
            kind: "text".to_owned(),
            required: false,
            max: None,
            options: Vec::new(),
            spared: None,
        });
    }
    definition
}

/// Each theme drafted, its baseline frozen, approved by the government, published today. What is there stays.
pub async fn enter_themes(app: &App, themes: Vec<ThemeText>, address: &str) -> Result<usize, Problem> {
    let government = Actor {
        person: PersonId::new("government"),
        role: Role::Government,
        org: OrgId::new("县人民政府（模拟）"),
    };
    let (keeper, from) = (manager(), app.moment().today);
    let mut entered = 0;
    for definition in themes {
        entered += 1;
        let id = definition.id();
        let begun = app.catalogue().one::<Theme>(id).cloned().unwrap_or_default();
        if !begun.versions.is_empty() {
            continue;
        }
        let guide = Guide { address: format!("{address}/themes/{id}"), digest: definition.digest() };
        let document = "演示：县政府关于联合办理的决定（模拟）".to_owned();
        // After a crash in between, what was done is not done twice.
        let steps = [
            (begun.draft.is_none(), &keeper, ThemeAct::Draft { definition: Box::new(definition) }),
            (begun.baseline.is_none(), &keeper, ThemeAct::FreezeBaseline),
            (begun.approved.is_none(), &government, ThemeAct::Approve { document }),
            (true, &keeper, ThemeAct::Publish { guide, from }),
        ];
        for (_, actor, act) in steps.into_iter().filter(|(to_do, ..)| *to_do) {
            let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
            app.act::<Theme>(call).await?;
        }
    }
    Ok(entered)
}
