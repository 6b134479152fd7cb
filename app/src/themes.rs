//! 主题与目录。 What a theme says of its items, held against the catalogue: a file is checked by itself, only the county knows
//! its items. A case of an item that is closed, another's or something else could never be opened.

use crate::catalogue::Snapshot;
use fadu_kernel::{Help, Refusal, Unit};
use fadu_onething::check::{Finding, Kind, lawful_days};
use fadu_onething::definition::Member;
use fadu_onething::theme::rule_of;
use fadu_onething::{Definition, Theme, ThemeAct};
use fadu_service::{Definition as Guide, Item};

/// What keeps this act from opening a theme: a version is published, or taken up again, only beside the catalogue it fits.
pub(crate) fn barred(theme: &Theme, act: &ThemeAct, catalogue: &Snapshot) -> Option<Refusal> {
    let opened = match act {
        ThemeAct::Publish { .. } => theme.draft.as_ref(),
        ThemeAct::Resume { .. } => theme.versions.last().map(|version| &version.definition),
        ThemeAct::Draft { .. }
        | ThemeAct::FreezeBaseline
        | ThemeAct::Approve { .. }
        | ThemeAct::Revise { .. }
        | ThemeAct::Suspend { .. }
        | ThemeAct::End { .. }
        | ThemeAct::Lapse => None,
    };
    let first = beside_the_catalogue(opened?, catalogue).into_iter().next()?;
    Some(Refusal::new(rule_of(first.kind), Help::CatalogueManager, first.to_string()))
}

/// 与目录对照: every member open, of the department and the kind that the theme says, no promise longer than its law, and what
/// is fetched for the whole spared by each item that uses it.
pub fn beside_the_catalogue(theme: &Definition, catalogue: &Snapshot) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (n, member) in theme.members.iter().enumerate() {
        let mut add = |kind, key: &str, message| {
            findings.push(Finding { kind, at: format!("members[{n}].{key}"), message });
        };
        let Some((item, guide)) = open_item(catalogue, &member.item) else {
            let message = format!("“{}”（{}）不在目录里，或者没有开放办理", member.name, member.item);
            add(Kind::Catalogue, "item", message);
            continue;
        };
        for (key, message) in differences(member, item, guide) {
            add(Kind::Catalogue, key, message);
        }
        if let (Some(law), Some(promised)) = (statutory(guide), member.promised_days)
            && promised > law
        {
            let message = format!("“{}”承诺{promised}个工作日，目录里法定{law}个工作日", member.name);
            add(Kind::PromiseBeyondLaw, "promised_days", message);
        }
    }
    let days = |item: &str| {
        open_item(catalogue, item)
            .and_then(|(_, guide)| statutory(guide))
            .map(u32::from)
    };
    let promised = theme.promised.as_ref().map(|promise| u32::from(promise.days));
    if let (Some(law), Some(promised)) = (lawful_days(theme, days), promised)
        && promised > law
    {
        let message = format!("全程承诺{promised}个工作日，按目录里的法定期限最长{law}个工作日");
        findings.push(Finding { kind: Kind::PromiseBeyondLaw, at: "promised.days".to_owned(), message });
    }
    shared(theme, catalogue, &mut findings);
    findings
}

/// A paper that the theme fetches and an item's own guide asks for would be missing there, and could be told by nobody.
fn shared(theme: &Definition, catalogue: &Snapshot, findings: &mut Vec<Finding>) {
    let member = |code: &str| theme.member(code).map_or(code, |member| member.name.as_str()).to_owned();
    let guide = |code: &str| open_item(catalogue, code).map(|(_, guide)| guide);
    for (n, paper) in theme.materials.iter().enumerate() {
        let Some(held_by) = &paper.shared else { continue };
        for source in &paper.sources {
            let id = source.id.as_ref().unwrap_or(&paper.id);
            let asks = |guide: &Guide| !guide.material(id).is_some_and(|own| own.is_spared());
            if guide(&source.item).is_some_and(asks) {
                let item = member(&source.item);
                let message =
                    format!("“{}”写明向{held_by}取得，“{item}”的办事指南里却没有免交的这一份", paper.name);
                findings.push(Finding {
                    kind: Kind::Catalogue,
                    at: format!("materials[{n}].shared"),
                    message,
                });
            }
        }
    }
    for (n, field) in theme.form.iter().enumerate() {
        let Some(held_by) = &field.shared else { continue };
        for source in &field.sources {
            let id = source.id.as_ref().unwrap_or(&field.id);
            let lacks = |guide: &Guide| guide.fields.iter().all(|own| own.id != *id);
            if guide(&source.item).is_some_and(lacks) {
                let item = member(&source.item);
                let message = format!("“{}”写明向{held_by}取得，“{item}”的表单里却没有这一栏", field.label);
                findings.push(Finding { kind: Kind::Catalogue, at: format!("form[{n}].shared"), message });
            }
        }
    }
}

fn open_item<'a>(catalogue: &'a Snapshot, code: &str) -> Option<(&'a Item, &'a Guide)> {
    let item = catalogue.one::<Item>(Item::id(code)).filter(|item| item.is_open())?;
    Some((item, item.current()?.1))
}

/// 法定期限 in working days; days of the calendar cannot be held against them.
fn statutory(guide: &Guide) -> Option<u16> {
    let limit = guide.statutory.limit()?;
    (limit.unit == Unit::Workday).then_some(limit.n)
}

/// Key of the member, and what the catalogue says instead.
fn differences(member: &Member, item: &Item, guide: &Guide) -> Vec<(&'static str, String)> {
    let name = &member.name;
    let mut found = Vec::new();
    if item.department != member.department {
        let message = format!("“{name}”在目录里属于{}，主题写的是{}", item.department, member.department);
        found.push(("department", message));
    }
    if guide.is_permit() != member.permit {
        let is = if member.permit { "不是" } else { "是" };
        found.push(("permit", format!("“{name}”在目录里{is}行政许可，主题写的相反")));
    }
    if let (Some(law), Some(said)) = (statutory(guide), member.statutory_days)
        && law != said
    {
        let message = format!("“{name}”在目录里法定{law}个工作日，主题写的是{said}个");
        found.push(("statutory_days", message));
    }
    found
}
