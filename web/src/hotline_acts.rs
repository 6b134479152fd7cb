//! 工单行为的表单。 Which acts fit an order as it stands, what each asks for, and from what was typed to the act.

use crate::hotline::{choices, word};
use crate::view::Field;
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::register::Route;
use fadu_hotline::order::act::{Arbiter, Evidence};
use fadu_hotline::words::{
    Capacity, Contact, Emergency, Exclusion, HandlingResult, Kind, Nature, ReturnGround, Settlement,
};
use fadu_hotline::{Desk, Order, OrderAct};
use fadu_kernel::{Actor, Basis, Invalid, MatterId, OrgId, PersonId, Role};
use fadu_law::text::Citation;
use std::collections::HashMap;

/// Would the act be looked at by `decide` with any chance? It has the last word.
pub fn fits(order: &Order, actor: &Actor, name: &str) -> bool {
    let status = order.status();
    let with_hotline = matches!(status, "taken" | "released");
    let dispatched = matches!(status, "dispatched" | "signed");
    let unit = order.unit() == Some(&actor.org);
    match name {
        "OpenCaller" => !order.sealed.is_empty(),
        "TransferEmergency" => status == "taken",
        "Supplement" => !order.is_closed(),
        "Answer" | "Exclude" | "Dispatch" | "PassUp" => with_hotline && !order.is_lead(),
        "ReleaseLead" => status == "taken" && order.is_lead(),
        "HandOver" => status == "handing_over",
        "Sign" => status == "dispatched",
        "Return" => unit && dispatched && order.review.arbitration.is_none() && order.n_replies == 0,
        "SettleReturn" => status == "returned",
        "Recall" => dispatched,
        "Arbitrate" => status == "arbitration",
        "Assist" => {
            dispatched
                && order
                    .dispatch
                    .as_ref()
                    .is_some_and(|dispatch| dispatch.assisting.contains(&actor.org))
        }
        "Meet" => order.is_running(),
        "Extend" => {
            unit && dispatched
                && order.extended.is_none()
                && order.extension.is_none()
                && order.redo.is_none()
        }
        "SettleExtension" => order.extension.is_some() && order.waits_for_unit(),
        "ReportUp" => order.is_major() && order.reported_up.is_none() && !order.is_closed(),
        "Reply" => unit && dispatched,
        "CallBack" => matches!(status, "replied" | "called_back"),
        "Redo" | "Close" => status == "called_back",
        "JudgeUnlawful" => {
            order.unlawful.is_none()
                && (!order.is_closed() || order.closed.is_some())
                && order.archived.is_none()
        }
        "ConfirmPanel" | "DeclinePanel" => order.waits_for_member(&actor.person),
        "Merge" => !order.is_closed() && order.reply.is_none() && order.n_children == 0 && !order.is_lead(),
        "Unmerge" => status == "merged",
        "IssueSupervision" => {
            order.pressure.drafted.is_some() && order.pressure.issued.is_none() && order.waits_for_unit()
        }
        "NameUnit" => {
            order.pressure.issued.is_some() && order.pressure.named.is_none() && order.waits_for_unit()
        }
        "Publish" => {
            order.entry.as_ref().is_some_and(|entry| entry.public && !entry.lead)
                && order.published.is_none()
                && order.archived.is_none()
        }
        "Unpublish" => order.published.is_some() && order.archived.is_none(),
        "Archive" => order.is_closed() && order.archived.is_none(),
        _ => false,
    }
}

/// The act that stands open on the page: what the next hand is waited for.
pub fn primary(order: &Order, name: &str) -> bool {
    matches!(
        (order.status(), name),
        ("taken" | "released", "Dispatch")
            | ("dispatched", "Sign")
            | ("signed", "Reply")
            | ("returned", "SettleReturn")
            | ("arbitration", "Arbitrate")
            | ("replied", "CallBack")
            | ("called_back", "Close")
            | ("handing_over", "HandOver")
            | (_, "ConfirmPanel")
    )
}

pub fn danger(name: &str) -> bool {
    matches!(name, "Return" | "Exclude" | "Recall" | "JudgeUnlawful" | "NameUnit")
}

fn long(id: &str, label: &str) -> Field {
    Field::text(id, label, true).kind("long_text")
}

fn pick(id: &str, label: &str, options: Vec<(String, String)>) -> Field {
    Field::text(id, label, true).kind("choice").options(options)
}

fn basis_field() -> Field {
    // Empty is no unreadable form: whether a ground is needed is the law's question.
    Field::text("basis", "法定依据", false).hint("例如 行政许可法#24")
}

fn yes_or_no(id: &str, label: &str) -> Field {
    let options = [("yes", "是"), ("no", "否")].map(|(value, label)| (value.to_owned(), label.to_owned()));
    Field::text(id, label, false).kind("choice").options(options)
}

fn units(desk: Option<&Desk>) -> Vec<(String, String)> {
    let names = desk.into_iter().flat_map(|desk| desk.units.keys());
    names.map(|unit| (unit.to_string(), unit.to_string())).collect()
}

/// 没有指明单位, as a form has it beside the units.
pub(crate) const NONE_NAMED: &str = "none";

/// 被举报单位: one of the register, or that the report names none (信访工作条例 30).
pub(crate) fn accused(desk: Option<&Desk>) -> Field {
    let none = (NONE_NAMED.to_owned(), "没有指明单位".to_owned());
    let options = std::iter::once(none).chain(units(desk)).collect();
    pick("against", "被举报单位", options)
}

/// What the catalogue of the day says for this order.
fn route<'a>(order: &Order, desk: Option<&'a Desk>) -> Option<&'a Route> {
    let address = order.entry.as_ref().map_or("", |entry| &entry.place.address);
    desk?.route(order.category(), address)
}

/// 协办单位 as the catalogue has them; whom a report is about assists nobody (信访工作条例 30).
pub(crate) fn assisting(route: &Route, accused: Option<&OrgId>) -> Vec<OrgId> {
    let others = route.assisting.iter().filter(|unit| Some(*unit) != accused);
    others.cloned().collect()
}

pub fn fields(name: &str, order: &Order, desk: Option<&Desk>, knowledge: &[(String, String)]) -> Vec<Field> {
    let file = || Field::text("evidence", "凭证", false).kind("file").hint("PDF 或者照片。");
    match name {
        "TransferEmergency" => vec![
            pick("to", "转到", choices(Emergency::ALL, Emergency::zh)),
            Field::text("note", "说明", false),
        ],
        "Supplement" => vec![long("text", "补充的内容")],
        "Answer" => vec![
            pick("knowledge", "用哪一条答复", knowledge.to_vec()),
            yes_or_no("satisfied", "来电人满意吗"),
        ],
        "Exclude" => vec![
            pick("ground", "属于", choices(Exclusion::ALL, Exclusion::zh)),
            Field::text("told", "怎么告诉来电人的", false)
                .kind("long_text")
                .hint("要写明应当走什么渠道。"),
        ],
        "HandOver" => {
            vec![Field::text("office", "信访部门", true), Field::text("receipt", "登记回执", false)]
        }
        "PassUp" => vec![
            Field::text("prefecture", "市级编号", false).hint("市级平台收下以后给的编号，两个编号都保留。"),
            long("reason", "理由"),
        ],
        "OpenCaller" => vec![Field::text("reason", "查看的事由", true).hint("查看记入台账，当日有效。")],
        "Dispatch" => {
            let route = route(order, desk);
            let suggested = route.map(|route| route.unit.to_string()).unwrap_or_default();
            let beside = route.map(|route| assisting(route, order.accused())).unwrap_or_default();
            let beside: Vec<&str> = beside.iter().map(OrgId::as_str).collect();
            let hint = match suggested.as_str() {
                "" => "派单目录里没有这一类，由热线工作机构确定并写明理由。".to_owned(),
                unit => format!("派单目录写的是{unit}。"),
            };
            let list = desk.map_or_else(|| Categories::shipped().clone(), Desk::categories);
            let items = list.items().filter(|(_, item)| !item.emergency);
            let categories = items.map(|(_, item)| (item.code.clone(), item.name.clone())).collect();
            let category = Field { required: false, ..pick("category", "类别改为", categories) };
            let report = order.entry.as_ref().filter(|entry| entry.kind == Kind::Report);
            let known = order.accused().map_or("", OrgId::as_str);
            let accused = report.map(|entry| {
                let said = if entry.none_named { NONE_NAMED } else { known };
                accused(desk)
                    .hint("举报不能派给它，也不能由它协办；改动登记的要写明理由。")
                    .value(said)
            });
            let rest = [
                pick("unit", "承办单位", units(desk)).hint(hint).value(&suggested),
                Field::text("assisting", "协办单位", false)
                    .hint("多个用顿号隔开。派单目录写的已经填上。")
                    .value(&beside.join("、")),
                Field::text("officer", "企业服务专员", false).hint("企业诉求必填：专员的账号。"),
                category,
                Field::text("reason", "理由", false).hint("不照派单目录派的必填。"),
            ];
            accused.into_iter().chain(rest).collect()
        }
        "Return" => vec![
            pick("ground", "退单理由", choices(ReturnGround::ALL, ReturnGround::zh)),
            basis_field(),
            long("explanation", "说明"),
        ],
        "SettleReturn" => {
            vec![pick("settlement", "处理", choices(Settlement::ALL, Settlement::zh)), long("reason", "理由")]
        }
        "Arbitrate" => {
            let panel = Capacity::ALL.iter().map(|capacity| {
                Field::text(
                    &format!("panel_{}", crate::hotline::word_of(capacity)),
                    &format!("{}裁定人", capacity.zh()),
                    false,
                )
                .hint("账号。")
            });
            let rest = [pick("unit", "由谁承办", units(desk)), long("reason", "理由")];
            rest.into_iter().chain(panel).collect()
        }
        "Assist" => vec![long("text", "协办意见"), file()],
        "Meet" => vec![
            Field::text("units", "参加的单位", true).hint("用顿号隔开，至少两个。"),
            long("conclusion", "会议结论"),
            Field { required: true, ..file() },
        ],
        "Extend" => {
            vec![Field::text("n", "延长几日", true).kind("number"), long("reason", "理由"), basis_field()]
        }
        "SettleExtension" => vec![
            Field { required: true, ..yes_or_no("granted", "批准延期吗") },
            Field::text("reason", "不批准的理由", false).kind("long_text"),
            Field::text("told_on", "哪一天告诉来电人的", false)
                .kind("date")
                .hint("电话和市级平台来的必填；其他渠道批准以后系统告诉来电人。"),
        ],
        "ReportUp" => vec![Field::text("to", "报告的对象", true), Field::text("document", "报告文号", true)],
        "Reply" => vec![
            pick("result", "办理结果", choices(HandlingResult::ALL, HandlingResult::zh)),
            long("text", "答复内容"),
            file(),
        ],
        "CallBack" => vec![
            pick("contact", "联系上了吗", choices(Contact::ALL, Contact::zh)),
            yes_or_no("solved", "解决了吗"),
            yes_or_no("satisfied", "满意吗"),
            Field::text("note", "说明", false),
        ],
        "Close" => vec![Field::text("reason", "没有解决的原因", false)],
        "JudgeUnlawful" => vec![
            Field::text("panel", "合议人", true).hint("三人以上的账号，用顿号隔开。"),
            basis_field(),
            long("reason", "理由"),
        ],
        "Merge" => vec![Field::text("into", "并入哪一件", true).hint("主单的编号。")],
        "IssueSupervision" | "NameUnit" => vec![
            pick("nature", "性质", choices(Nature::ALL, Nature::zh)),
            Field::text("document", "文号", true),
            long("text", "内容"),
        ],
        "Publish" => vec![
            Field::text("title", "标题", true),
            long("text", "公开的内容").hint("隐去个人信息；原话留在台账里。"),
        ],
        "Redo" | "Recall" | "Unmerge" | "Unpublish" | "DeclinePanel" => vec![long("reason", "理由")],
        _ => Vec::new(),
    }
}

/// `行政许可法#24`; nothing typed is no ground, and the rule says what follows from that.
fn read_basis(text: &str) -> Result<Option<Basis>, Vec<Invalid>> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || vec![Invalid::new("basis", format!("“{text}”读不出法规名称和条号，例如 行政许可法#24"))];
    let citation: Citation = text.parse().map_err(|_| wrong())?;
    let article = u16::try_from(citation.article.main).map_err(|_| wrong())?;
    let small = |n: Option<u32>| n.and_then(|n| u16::try_from(n).ok());
    let (paragraph, item) = (small(citation.paragraph), small(citation.item));
    Ok(Some(Basis { statute: citation.statute.into(), article, paragraph, item }))
}

pub(crate) fn names(text: &str) -> Vec<&str> {
    text.split(['、', ',', '，', ' ', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

/// `parent` is the order whose number was typed, where the act names one.
pub fn read(
    name: &str,
    form: &HashMap<String, String>,
    evidence: Vec<Evidence>,
    parent: Option<MatterId>,
) -> Result<OrderAct, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let wrong = |field: &str, message: &str| vec![Invalid::new(field, message)];
    let maybe = |field: &str| Some(text(field)).filter(|value| !value.is_empty());
    let yes = |field: &str| match text(field).as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    fn chosen<T: serde::de::DeserializeOwned>(field: &str, value: &str) -> Result<T, Vec<Invalid>> {
        word(value).ok_or_else(|| vec![Invalid::new(field, "请选择一项")])
    }
    let unit = || {
        maybe("unit")
            .map(|unit| OrgId::new(&unit))
            .ok_or_else(|| wrong("unit", "请选择单位"))
    };
    let orgs = |field: &str| names(&text(field)).into_iter().map(OrgId::new).collect::<Vec<_>>();
    Ok(match name {
        "TransferEmergency" => {
            OrderAct::TransferEmergency { to: chosen("to", &text("to"))?, note: text("note") }
        }
        "Supplement" => OrderAct::Supplement { text: text("text") },
        "Answer" => OrderAct::Answer {
            knowledge: text("knowledge").parse().map_err(|_| wrong("knowledge", "请选择一条"))?,
            also: Vec::new(),
            satisfied: yes("satisfied"),
        },
        "Exclude" => OrderAct::Exclude { ground: chosen("ground", &text("ground"))?, told: text("told") },
        "HandOver" => OrderAct::HandOver { office: text("office"), receipt: text("receipt") },
        "PassUp" => OrderAct::PassUp { prefecture: text("prefecture"), reason: text("reason") },
        "ReleaseLead" => OrderAct::ReleaseLead,
        "OpenCaller" => OrderAct::OpenCaller { reason: text("reason") },
        "Dispatch" => OrderAct::Dispatch {
            unit: unit()?,
            assisting: orgs("assisting"),
            officer: maybe("officer").map(|officer| PersonId::new(&officer)),
            category: maybe("category"),
            against: maybe("against").filter(|unit| unit != NONE_NAMED).map(|unit| OrgId::new(&unit)),
            none_named: text("against") == NONE_NAMED,
            reason: text("reason"),
        },
        "Sign" => OrderAct::Sign,
        "Return" => OrderAct::Return {
            ground: chosen("ground", &text("ground"))?,
            basis: read_basis(&text("basis"))?,
            explanation: text("explanation"),
        },
        "SettleReturn" => OrderAct::SettleReturn {
            settlement: chosen("settlement", &text("settlement"))?,
            reason: text("reason"),
        },
        "Recall" => OrderAct::Recall { reason: text("reason") },
        "Arbitrate" => {
            let arbiter = |capacity: &Capacity| {
                let person = maybe(&format!("panel_{}", crate::hotline::word_of(capacity)))?;
                Some(Arbiter { person: PersonId::new(&person), capacity: *capacity })
            };
            let panel = Capacity::ALL.iter().filter_map(arbiter).collect();
            OrderAct::Arbitrate { unit: unit()?, panel, reason: text("reason") }
        }
        "Assist" => OrderAct::Assist { text: text("text"), evidence },
        "Meet" => OrderAct::Meet {
            units: orgs("units"),
            minutes: evidence.into_iter().next().ok_or_else(|| wrong("evidence", "请附上会议纪要"))?,
            conclusion: text("conclusion"),
        },
        "Extend" => OrderAct::Extend {
            n: text("n").parse().map_err(|_| wrong("n", "请填写整数的日数"))?,
            reason: text("reason"),
            basis: read_basis(&text("basis"))?,
        },
        "SettleExtension" => OrderAct::SettleExtension {
            granted: yes("granted").ok_or_else(|| wrong("granted", "请选择一项"))?,
            reason: text("reason"),
            told_on: match maybe("told_on") {
                None => None,
                Some(day) => {
                    Some(day.parse().map_err(|_| wrong("told_on", "请填写像 2025-03-03 这样的日期"))?)
                }
            },
        },
        "ReportUp" => OrderAct::ReportUp { to: text("to"), document: text("document") },
        "Reply" => {
            OrderAct::Reply { result: chosen("result", &text("result"))?, text: text("text"), evidence }
        }
        "CallBack" => OrderAct::CallBack {
            contact: chosen("contact", &text("contact"))?,
            solved: yes("solved"),
            satisfied: yes("satisfied"),
            note: text("note"),
        },
        "Redo" => OrderAct::Redo { reason: text("reason") },
        "Close" => OrderAct::Close { reason: text("reason") },
        "JudgeUnlawful" => OrderAct::JudgeUnlawful {
            panel: names(&text("panel")).into_iter().map(PersonId::new).collect(),
            basis: read_basis(&text("basis"))?,
            reason: text("reason"),
        },
        "Merge" => OrderAct::Merge {
            into: parent.ok_or_else(|| wrong("into", "没有这个编号的工单"))?,
            alike: None,
        },
        "ConfirmPanel" => OrderAct::ConfirmPanel,
        "DeclinePanel" => OrderAct::DeclinePanel { reason: text("reason") },
        "Unmerge" => OrderAct::Unmerge { reason: text("reason") },
        "IssueSupervision" => OrderAct::IssueSupervision {
            nature: chosen("nature", &text("nature"))?,
            document: text("document"),
            text: text("text"),
        },
        "NameUnit" => OrderAct::NameUnit {
            nature: chosen("nature", &text("nature"))?,
            document: text("document"),
            text: text("text"),
        },
        "Publish" => OrderAct::Publish { title: text("title"), text: text("text") },
        "Unpublish" => OrderAct::Unpublish { reason: text("reason") },
        "Archive" => OrderAct::Archive,
        _ => return Err(wrong("act", "没有这种操作")),
    })
}

/// Who reads an order: the hotline, the units that have it, who is asked to decide about it, and those who supervise. A report is never read where it is
/// about (信访工作条例 30).
pub fn reads(order: &Order, actor: &Actor) -> bool {
    let accused = order.accused() == Some(&actor.org);
    let has_it = actor.org == order.desk
        || order
            .dispatch
            .as_ref()
            .is_some_and(|dispatch| dispatch.unit == actor.org || dispatch.assisting.contains(&actor.org));
    let decides = order.waits_for_member(&actor.person);
    !accused && (has_it || decides || matches!(actor.role, Role::Inspector | Role::Government))
}
