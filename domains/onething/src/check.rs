//! 主题检查。 What is wrong with a theme, place by place. Pure: a file can be checked before anybody loads it.
//!
//! A theme with a finding cannot be published (ONE-02).

use crate::definition::{Definition, Mode, Question, Source};
use crate::graph::Graph;
use crate::rules;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// 发现的问题。 Where it is in the file, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: Kind,
    /// The path of the key, such as `members[2].needs`.
    pub at: String,
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.at, self.message)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 必填项为空
    Empty,
    /// 编号重复
    DuplicateId,
    /// 引用了不在主题里的事项
    UnknownItem,
    /// 依赖成环
    Cycle,
    /// 字段没有来源事项
    FieldWithoutSource,
    /// 材料没有来源事项
    MaterialWithoutSource,
    /// 承诺长于法定
    PromiseBeyondLaw,
    /// 全程承诺短于各事项的承诺
    PromiseBelowParts,
    /// 情形没有结果
    PathWithoutResult,
    /// 情形问题接不上、绕圈或者到不了
    Question,
    /// 没有一种情形用得到的事项
    UnusedItem,
    /// 联合办理的条件不具备
    Joint,
    /// 没有定明依法中止是否停联办期限
    StopRule,
    /// 参数没有来源
    Unsourced,
    /// 办理渠道
    Channel,
    /// 与目录不一致: found by whoever has the catalogue at hand
    Catalogue,
}

/// 联合办理的法定期限: forty-five working days (行政许可法 42).
pub const JOINT_DAYS: u16 = 45;

pub fn check(theme: &Definition) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    filled(theme, &mut findings);
    unique(theme, &mut findings);
    members(theme, &mut findings);
    form_and_materials(theme, &mut findings);
    limits(theme, &mut findings);
    situations(theme, &mut findings);
    handling(theme, &mut findings);
    findings.0
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, kind: Kind, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { kind, at: at.into(), message: message.into() });
    }
}

fn filled(theme: &Definition, findings: &mut Findings) {
    let texts = [("code", &theme.code), ("name", &theme.name), ("lead", &theme.lead)];
    for (at, text) in texts {
        if text.trim().is_empty() {
            findings.add(Kind::Empty, at, "没有填写");
        }
    }
    if theme.members.is_empty() {
        findings.add(Kind::Empty, "members", "没有成员事项");
    }
    for (at, member) in theme.members.iter().enumerate() {
        if [&member.item, &member.name, &member.department]
            .iter()
            .any(|text| text.trim().is_empty())
        {
            findings.add(Kind::Empty, format!("members[{at}]"), "事项编码、名称、部门要填全");
        }
    }
    let sources = [
        ("origin.source", Some(theme.origin.source.as_str())),
        ("stop.source", theme.stop.as_ref().map(|stop| stop.source.as_str())),
        ("promised.source", theme.promised.as_ref().map(|promise| promise.source.as_str())),
        ("baseline.source", theme.baseline.as_ref().map(|baseline| baseline.source.as_str())),
    ];
    for (at, _) in sources
        .iter()
        .filter(|(_, text)| text.is_some_and(|text| text.trim().is_empty()))
    {
        findings.add(Kind::Unsourced, *at, "没有写明来源文件");
    }
    if theme.sources.iter().all(|source| source.trim().is_empty()) {
        findings.add(Kind::Unsourced, "sources", "没有写明成员事项从哪里来");
    }
}

fn unique(theme: &Definition, findings: &mut Findings) {
    fn once<'a>(what: &str, ids: impl Iterator<Item = &'a str>, findings: &mut Findings) {
        let mut seen = BTreeSet::new();
        for (at, id) in ids.enumerate() {
            if !seen.insert(id) {
                findings.add(Kind::DuplicateId, format!("{what}[{at}]"), format!("“{id}”前面已经出现过"));
            }
        }
    }
    once("members", theme.members.iter().map(|member| member.item.as_str()), findings);
    once("form", theme.form.iter().map(|field| field.id.as_str()), findings);
    once("materials", theme.materials.iter().map(|material| material.id.as_str()), findings);
    once("questions", theme.questions.iter().map(|question| question.id.as_str()), findings);
    for (at, question) in theme.questions.iter().enumerate() {
        let options = question.options.iter().map(|option| option.id.as_str());
        once(&format!("questions[{at}].options"), options, findings);
    }
}

fn members(theme: &Definition, findings: &mut Findings) {
    for (at, member) in theme.members.iter().enumerate() {
        for need in member.needs.iter().filter(|need| theme.member(&need.item).is_none()) {
            let message = format!("“{}”依赖的“{}”不是本主题的成员", member.name, need.item);
            findings.add(Kind::UnknownItem, format!("members[{at}].needs"), message);
        }
    }
    let edges = edges(theme);
    if let Some(cycle) = Graph::new(&edges).cycle() {
        let named = |item: &&str| theme.member(item).map_or("", |member| member.name.as_str()).to_owned();
        let names = cycle.iter().map(named).collect::<Vec<_>>().join(" → ");
        findings.add(Kind::Cycle, "members.needs", format!("互相等待，谁也不能先办：{names}"));
    }
}

/// The dependency graph, as [`Graph`] reads it.
pub fn edges(theme: &Definition) -> Vec<(&str, Vec<&str>)> {
    theme
        .members
        .iter()
        .map(|member| (member.item.as_str(), member.needs.iter().map(|need| need.item.as_str()).collect()))
        .collect()
}

fn form_and_materials(theme: &Definition, findings: &mut Findings) {
    let mut sources = |at: String, kind: Kind, what: &str, sources: &[Source], shared: Option<&String>| {
        if sources.is_empty() {
            findings.add(kind, at.clone(), format!("{what}没有写明是哪个事项要的"));
        }
        for source in sources.iter().filter(|source| theme.member(&source.item).is_none()) {
            findings.add(
                Kind::UnknownItem,
                at.clone(),
                format!("{what}的来源“{}”不是本主题的成员", source.item),
            );
        }
        if shared.is_some_and(|from| from.trim().is_empty()) {
            findings.add(Kind::Unsourced, at, format!("{what}写明共享而没有写从哪里取得"));
        }
    };
    for (at, field) in theme.form.iter().enumerate() {
        let (at, what) = (format!("form[{at}]"), format!("字段“{}”", field.label));
        sources(at, Kind::FieldWithoutSource, &what, &field.sources, field.shared.as_ref());
    }
    for (at, material) in theme.materials.iter().enumerate() {
        let (at, what) = (format!("materials[{at}]"), format!("材料“{}”", material.name));
        sources(at, Kind::MaterialWithoutSource, &what, &material.sources, material.shared.as_ref());
    }
}

fn limits(theme: &Definition, findings: &mut Findings) {
    for (at, member) in theme.members.iter().enumerate() {
        if let (Some(law), Some(promised)) = (member.statutory_days, member.promised_days)
            && promised > law
        {
            let message = format!("“{}”承诺{promised}个工作日，法定{law}个工作日", member.name);
            findings.add(Kind::PromiseBeyondLaw, format!("members[{at}].promised_days"), message);
        }
    }
    let Some(promised) = theme.promised.as_ref().map(|promise| u32::from(promise.days)) else { return };
    let statutory = |item: &str| theme.member(item)?.statutory_days.map(u32::from);
    if let Some(law) = lawful_days(theme, statutory).filter(|law| promised > *law) {
        let message = format!("全程承诺{promised}个工作日，依法最长{law}个工作日");
        findings.add(Kind::PromiseBeyondLaw, "promised.days", message);
    }
    // Nobody can keep the whole by keeping each part; where a part promises nothing, nothing can be said.
    let of_parts = |item: &str| theme.member(item)?.promised_days.map(u32::from);
    if let Some(parts) = Graph::new(&edges(theme)).longest(of_parts).filter(|parts| promised < *parts) {
        let message = format!("全程承诺{promised}个工作日，各事项的承诺依先后相加是{parts}个工作日");
        findings.add(Kind::PromiseBelowParts, "promised.days", message);
    }
}

/// The longest the whole may lawfully take: forty-five days where it is handled jointly, else its slowest chain.
/// Absent where a member has no statutory limit, so that the law says nothing of the whole. `statutory` gives that of an item.
pub fn lawful_days(theme: &Definition, statutory: impl Fn(&str) -> Option<u32>) -> Option<u32> {
    match theme.mode {
        Mode::Joint => Some(u32::from(JOINT_DAYS)),
        Mode::Separate => {
            let edges = edges(theme);
            Graph::new(&edges).longest(statutory)
        }
    }
}

fn situations(theme: &Definition, findings: &mut Findings) {
    for path in theme.dead_ends() {
        findings.add(Kind::PathWithoutResult, "questions", format!("走到这里没有结果：{path}"));
    }
    for question in theme.unreached() {
        findings.add(Kind::Question, "questions", format!("没有一种回答会走到“{}”", question.text));
    }
    let ways: Vec<(&str, Vec<&str>)> = theme
        .questions
        .iter()
        .map(|question| (question.id.as_str(), leads_to(question)))
        .collect();
    if let Some(round) = Graph::new(&ways).cycle() {
        findings.add(Kind::Question, "questions", format!("问题绕圈：{}", round.join(" → ")));
    }
    for (at, question) in theme.questions.iter().enumerate() {
        let at = format!("questions[{at}].options");
        if question.options.is_empty() {
            findings.add(Kind::PathWithoutResult, at.clone(), format!("“{}”没有选项", question.text));
        }
        for option in &question.options {
            if option.next.is_some() && !option.items.is_empty() {
                findings.add(Kind::Question, at.clone(), format!("“{}”既有下一问又有结果", option.text));
            }
            for item in option.items.iter().filter(|item| theme.member(item).is_none()) {
                findings.add(
                    Kind::UnknownItem,
                    at.clone(),
                    format!("“{}”的结果“{item}”不是成员", option.text),
                );
            }
        }
    }
    if !theme.questions.is_empty() {
        let used: BTreeSet<&str> = theme
            .questions
            .iter()
            .flat_map(|question| &question.options)
            .flat_map(|option| option.items.iter().map(String::as_str))
            .collect();
        for member in theme.members.iter().filter(|member| !used.contains(member.item.as_str())) {
            findings.add(Kind::UnusedItem, "questions", format!("没有一种情形要办“{}”", member.name));
        }
    }
}

fn leads_to(question: &Question) -> Vec<&str> {
    question.options.iter().filter_map(|option| option.next.as_deref()).collect()
}

fn handling(theme: &Definition, findings: &mut Findings) {
    if theme.mode == Mode::Joint {
        let permits = theme.members.iter().filter(|member| member.permit);
        let departments: BTreeSet<&str> = permits.map(|member| member.department.as_str()).collect();
        if departments.len() < 2 {
            let message =
                format!("{}，许可只涉及{}个部门", rules::GOVERNMENT_ARRANGES.sentence, departments.len());
            findings.add(Kind::Joint, "mode", message);
        }
        if theme.stop.is_none() {
            findings.add(Kind::StopRule, "stop", rules::STOP_RULE_SOURCED.sentence);
        }
    }
    match theme.channels[..] {
        [] => findings.add(Kind::Channel, "channels", "没有办理渠道"),
        [only] => {
            findings.add(Kind::Channel, "channels", format!("只有{}一个渠道，申请人没有选择", only.zh()));
        }
        _ => {}
    }
}
