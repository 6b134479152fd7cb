//! 参照县的规模。 What brings the simulated county to the size of the one whose yearly report is the reference: departments in
//! the hall, items that any window takes, clerks, themes. All of it is generated and says 模拟 in its name; the items that
//! were completed from statutes and the themes that ship stay what they are.

use crate::chance::Chance;
use crate::county::{departments_of, enter_catalogue};
use crate::hall::{enter_clerk, is_claimed};
use crate::themes::completed;
use fadu_app::{App, Problem};
use fadu_hall::Clerk;
use fadu_hall::hall::Place;
use fadu_kernel::Basis;
use fadu_onething::definition::{
    Baseline, Choice, Evidence, Field as FormField, List, Material as Paper, Member, Mode, Origin, Promise,
    Question, Source,
};
use fadu_onething::{Definition as ThemeText, check};
use fadu_service::definition::{Condition, LimitWith, Material, ResultKind, Step, Support};
use fadu_service::{Definition, Item, Listing};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// 整合33个部门进驻
const DEPARTMENTS: usize = 33;
/// 1617项事项无差别受理
const UNDIFFERENTIATED: usize = 1617;
/// 县镇两级108名综合窗口人员
const CLERKS: usize = 108;
const IN_THE_COUNTY: usize = 60;
/// Items that each department has claimed and not opened.
const CLAIMED: usize = 6;
/// 52项“一件事”
pub const THEMES: usize = 52;
/// The catalogue's theme of the generated items: nobody applies for one alone.
pub const GENERATED: &str = "模拟事项";
const STREAM: u64 = 0x33_1617;

/// Opens generated items until as many as the reference has are taken at any window, spread over as many departments.
/// What is there already counts. Answers how many it opened.
pub async fn fill_catalogue(app: &App) -> Result<usize, Problem> {
    let catalogue = app.catalogue();
    let mut departments = departments_of(catalogue.all::<Item>().map(|(_, item)| item.department.as_str()));
    departments.extend((departments.len()..DEPARTMENTS).map(|n| format!("模拟部门{:02}", n + 1)));
    let any_window =
        |item: &Item| item.is_open() && item.current().is_some_and(|(_, text)| text.undifferentiated);
    let there = catalogue.all::<Item>().filter(|(_, item)| any_window(item)).count();
    let is_open = |listing: &Listing| catalogue.one::<Item>(listing.id()).is_some_and(Item::is_open);
    let wanted: Vec<(Listing, Definition)> = (0..)
        .map(|n| generated(n, &departments[n % departments.len()]))
        .filter(|(listing, _)| !is_open(listing))
        .take(UNDIFFERENTIATED.saturating_sub(there))
        .collect();
    // One after the other: each moves the catalogue under which the next is decided.
    for (listing, definition) in &wanted {
        app.play_publication(listing.id(), listing, definition).await?;
    }
    enter_claimed(app, &departments).await?;
    Ok(wanted.len())
}

/// Until every department has claimed as many items that it has not opened: of them some should be in the hall and are not.
async fn enter_claimed(app: &App, departments: &[String]) -> Result<(), Problem> {
    let catalogue = app.catalogue();
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, item) in catalogue.all::<Item>().filter(|(_, item)| is_claimed(item)) {
        *there.entry(&item.department).or_default() += 1;
    }
    let listings = departments.iter().enumerate().flat_map(|(d, department)| {
        let there = there.get(department.as_str()).copied().unwrap_or_default();
        (there..CLAIMED).map(move |n| Listing {
            department: department.clone(),
            name: format!("模拟待开放事项{:02}{:02}", d + 1, n + 1),
            code: format!("0109{:08}", 200_000 + d * 100 + n),
            task_type: 10,
            findings: Vec::new(),
        })
    });
    enter_catalogue(app, &listings.collect::<Vec<_>>(), &[]).await.map(drop)
}

/// The nth item: how it is handled is drawn, so that what the catalogue declares is not one round number.
pub(crate) fn generated(n: usize, department: &str) -> (Listing, Definition) {
    const KINDS: [(u8, &str); 3] = [(10, "备案"), (20, "公共服务"), (7, "确认")];
    let mut chance = Chance::new(STREAM, n as u64);
    let (task_type, kind) = KINDS[n % KINDS.len()];
    let name = format!("模拟{kind}事项{n:04}");
    let listing = Listing {
        department: department.to_owned(),
        name: name.clone(),
        code: format!("{task_type:03}9{:08}", 100_000 + n),
        task_type,
        findings: Vec::new(),
    };
    let instant = chance.per_mille(900);
    let step = |name: &str, post: &str| Step { name: name.to_owned(), post: post.to_owned(), basis: None };
    let definition = Definition {
        id: listing.code.clone(),
        matches: vec![name.clone()],
        task_type,
        department: department.to_owned(),
        theme: GENERATED.to_owned(),
        audience: vec![if chance.per_mille(500) { "firm" } else { "person" }.to_owned()],
        bases: vec![Support {
            basis: Basis::article("优化营商环境条例", 36),
            supports: "setting".to_owned(),
            held: false,
            level: None,
            since: None,
        }],
        statutory: LimitWith { unit: "none".to_owned(), ..LimitWith::default() },
        promised: LimitWith {
            days: if instant { 1 } else { chance.between(3, 15) as u16 },
            unit: "workday".to_owned(),
            basis: None,
            simulated: true,
        },
        verification: "formal".to_owned(),
        hearing: "none".to_owned(),
        project_type: if instant { "instant" } else { "commitment" }.to_owned(),
        quantity: "没有数量限制（模拟）".to_owned(),
        conditions: vec![Condition {
            id: "c1".to_owned(),
            text: "符合法定条件（模拟）".to_owned(),
            basis: None,
            simulated: true,
        }],
        steps: vec![step("受理", "officer"), step("决定", "agency_head")],
        visits: if chance.per_mille(935) { 1 } else { 2 },
        online: chance.per_mille(998),
        nearby: chance.per_mille(120),
        in_hall: true,
        undifferentiated: true,
        result: ResultKind { name: format!("{name}结果"), ..ResultKind::default() },
        simulated: [
            "bases",
            "conditions",
            "materials",
            "steps",
            "fields",
            "visits",
            "online",
            "nearby",
            "quantity",
        ]
        .map(str::to_owned)
        .to_vec(),
        name,
        ..Definition::default()
    };
    let mut definition = completed(definition);
    // What the government holds itself: the list of proofs may spare it.
    definition.materials.push(Material {
        id: "identity".to_owned(),
        name: "身份证明".to_owned(),
        condition: "c1".to_owned(),
        origin: "government".to_owned(),
        form: "electronic".to_owned(),
        required: true,
        shared: true,
        simulated: true,
        ..Material::default()
    });
    (listing, definition)
}

/// Clerks of the county's hall and of the townships until there are as many as in the reference.
pub async fn fill_clerks(app: &App) -> Result<(), Problem> {
    const TOWNSHIPS: [&str; 8] =
        ["模拟一镇", "模拟二镇", "模拟三乡", "模拟四镇", "模拟五镇", "模拟六乡", "模拟七镇", "模拟八乡"];
    let there = app.catalogue().all::<Clerk>().count();
    for n in there..CLERKS {
        let place = match n.checked_sub(IN_THE_COUNTY) {
            None => (Place::County, ""),
            Some(n) => (Place::Township, TOWNSHIPS[n % TOWNSHIPS.len()]),
        };
        enter_clerk(app, &format!("sim-clerk-{n}"), place).await?;
    }
    Ok(())
}

/// The shipped themes and generated ones beside them, until there are that many. A generated theme joins members of the
/// shipped ones with what those ask for; a source supplied nothing of the joining. Errors: none, a test checks them all.
pub fn themes(shipped: Vec<ThemeText>, total: usize, today: Date) -> Vec<ThemeText> {
    let mut pool: Vec<(&ThemeText, &Member)> = Vec::new();
    for (theme, member) in shipped
        .iter()
        .flat_map(|theme| theme.members.iter().map(move |member| (theme, member)))
    {
        if pool.iter().all(|(_, there)| there.item != member.item) {
            pool.push((theme, member));
        }
    }
    let more: Vec<ThemeText> = (shipped.len()..total)
        .map(|n| joined(n + 1, &pool, today))
        .filter(|theme| check(theme).is_empty())
        .collect();
    [shipped, more].concat()
}

fn joined(n: usize, pool: &[(&ThemeText, &Member)], today: Date) -> ThemeText {
    let mut chance = Chance::new(STREAM, n as u64);
    let audience = pool[chance.below(pool.len() as u64) as usize].0.audience;
    let mut open: Vec<_> = pool.iter().filter(|(theme, _)| theme.audience == audience).collect();
    let wanted = chance.between(2, 4) as usize;
    let mut chosen: Vec<(&ThemeText, &Member)> = Vec::new();
    let mut bodies = BTreeSet::new();
    while chosen.len() < wanted && !open.is_empty() {
        let (theme, member) = *open.swap_remove(chance.below(open.len() as u64) as usize);
        // One thing crosses departments: of each at most one item.
        if bodies.insert(&member.department) {
            chosen.push((theme, member));
        }
    }
    let in_order = chance.per_mille(300);
    let members: Vec<Member> = chosen
        .iter()
        .enumerate()
        .map(|(at, (_, member))| {
            let after = chosen.get(at.wrapping_sub(1)).filter(|_| in_order);
            let needs = after.map(|(_, before)| fadu_onething::definition::Need {
                item: before.item.clone(),
                why: "前一项的结果是这一项的依据（模拟）".to_owned(),
                simulated: true,
                ..Default::default()
            });
            Member { needs: needs.into_iter().collect(), ..(*member).clone() }
        })
        .collect();
    let days = members
        .iter()
        .map(|member| member.promised_days.or(member.statutory_days).unwrap_or(5));
    let (longest, sum) = (days.clone().max().unwrap_or(5), days.sum::<u16>());
    let (form, materials) = (form(&chosen), materials(&chosen));
    let items: Vec<String> = members.iter().map(|member| member.item.clone()).collect();
    let option = |id: &str, text: &str, items: &[String]| Choice {
        id: id.to_owned(),
        text: text.to_owned(),
        next: None,
        items: items.to_vec(),
    };
    let shown = |what: &str| format!("演示：{what}（模拟）");
    let keys =
        ["name", "origin", "members", "promised", "evidence", "baseline", "questions", "form", "materials"];
    ThemeText {
        code: format!("generated-{n:02}"),
        name: format!("{}等{}项联办（模拟{n:02}）", members[0].name, members.len()),
        audience,
        origin: Origin {
            list: if chance.per_mille(500) { List::National } else { List::Provincial },
            source: "演示清单（模拟）".to_owned(),
        },
        sources: vec!["成员事项取自示例主题，组合是模拟的".to_owned()],
        lead: members[0].department.clone(),
        mode: Mode::Separate,
        promised: Some(Promise { days: if in_order { sum } else { longest }, source: shown("承诺期限") }),
        channels: chosen[0].0.channels.clone(),
        evidence: Evidence {
            one_notice: shown("一次性告知书样本"),
            one_form: shown("表单"),
            one_set: shown("材料清单"),
            one_window: shown("综合窗口"),
        },
        baseline: Some(Baseline {
            days: sum * 2 + chance.between(2, 10) as u16,
            trips: members.len() as u16 + 1,
            materials: materials.len() as u16 + members.len() as u16,
            source: shown("基线"),
            as_of: today,
            simulated: true,
        }),
        questions: vec![Question {
            id: "scope".to_owned(),
            text: "要一起办哪些？".to_owned(),
            options: vec![option("all", "全部", &items), option("first", "先办第一项", &items[..1])],
        }],
        members,
        form,
        materials,
        simulated: keys.map(str::to_owned).to_vec(),
        ..ThemeText::default()
    }
}

/// What the sources of one member say in its own theme, under the label that people read.
fn form(chosen: &[(&ThemeText, &Member)]) -> Vec<FormField> {
    let mut fields: Vec<FormField> = Vec::new();
    for (theme, member) in chosen {
        for field in &theme.form {
            let Some(source) = of(&field.sources, &field.id, member) else { continue };
            match fields.iter_mut().find(|there| there.label == field.label) {
                Some(there) => {
                    there.required |= field.required;
                    there.sources.push(source);
                }
                None => fields.push(FormField {
                    id: format!("f{}", fields.len() + 1),
                    sources: vec![source],
                    ..field.clone()
                }),
            }
        }
    }
    fields
}

fn materials(chosen: &[(&ThemeText, &Member)]) -> Vec<Paper> {
    let mut papers: Vec<Paper> = Vec::new();
    for (theme, member) in chosen {
        for paper in &theme.materials {
            let Some(source) = of(&paper.sources, &paper.id, member) else { continue };
            match papers.iter_mut().find(|there| there.name == paper.name) {
                Some(there) => {
                    there.required |= paper.required;
                    there.sources.push(source);
                }
                None => papers.push(Paper {
                    id: format!("m{}", papers.len() + 1),
                    sources: vec![source],
                    ..paper.clone()
                }),
            }
        }
    }
    papers
}

fn of(sources: &[Source], id: &str, member: &Member) -> Option<Source> {
    let named = fadu_onething::definition::name_with(sources, id, &member.item)?;
    Some(Source { item: member.item.clone(), id: Some(named.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn generated_themes_hold_before_the_check_and_say_that_they_are() {
        let shipped = crate::shipped_themes();
        let all = themes(shipped.clone(), THEMES, date(2025, 1, 1));
        assert_eq!(all.len(), THEMES, "none has a finding");
        let codes: BTreeSet<&str> = all.iter().map(|theme| theme.code.as_str()).collect();
        assert_eq!(codes.len(), THEMES);
        let names: BTreeSet<&str> = all.iter().map(|theme| theme.name.as_str()).collect();
        assert_eq!(names.len(), THEMES);
        for theme in &all[shipped.len()..] {
            assert!(theme.name.contains("模拟") && theme.members.len() >= 2, "{}", theme.name);
        }
        assert_eq!(all, themes(shipped, THEMES, date(2025, 1, 1)), "the same on every machine");
    }
}
