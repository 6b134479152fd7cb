//! 工单作为一件事: names, grounds, forms, lists and what time does.

use super::act::Evidence;
use super::{Act, Fact, Intake, Order, decide};
use crate::categories::Categories;
use crate::place::Point;
use crate::rules;
use crate::words::{Channel, Contact};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Invalid, Matter, OrgId, Refusal, Role, Rule, Stamp, Task,
    codes,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The sealed fields of an order.
pub const PRIVATE: [&str; 6] =
    ["caller_name", "caller_phone", "caller_address", "caller_mail", "caller_media", LEAD_TEXT];
/// 线索内容, of a lead alone: sealed at the seat that heard it, and sealed anew in the lead that is proposed of it.
pub const LEAD_TEXT: &str = "lead_text";
/// A longer account is a document and is attached.
pub const LONGEST: usize = 10_000;
/// Files a caller may send along.
pub const MOST_ATTACHMENTS: usize = 5;

const RUN: Ground = Ground::Law(&[
    Basis::article("国务院办公厅关于进一步优化地方政务服务便民热线的指导意见", 0),
    Basis::article("国务院办公厅关于进一步规范和提升12345热线服务的意见", 0),
]);
const PETITION: Ground = Ground::Law(&[Basis::article("信访工作条例", 23)]);
const LEAD: Ground = Ground::Law(&[Basis::article("信访工作条例", 30), Basis::article("监察法", 37)]);
const CALLER: Ground = Ground::Law(&[Basis::article("个人信息保护法", 34)]);
const SUPERVISE: Ground = Ground::Law(&[Basis::article("政府督查工作条例", 7)]);
const UPWARD: Ground = Ground::Law(&[Basis::article("信访工作条例", 25)]);
const RATE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 49)]);
const PUBLIC: Ground = Ground::Law(&[Basis::article("个人信息保护法", 25)]);
const ARCHIVE: Ground = Ground::Law(&[Basis::article("档案法", 14)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

const fn opening(name: &'static str, zh: &'static str) -> ActKind {
    ActKind { name, zh, ground: RUN, opens: true }
}

/// One list for the kinds of act and for the name of each, so that neither can lack what the other has.
macro_rules! acts {
    ($($name:ident = $kind:expr;)*) => {
        pub(super) const ACTS: &[ActKind] = &[$($kind),*];

        pub(super) fn act_name(act: &Act) -> &'static str {
            match act {
                $(Act::$name { .. } => stringify!($name)),*
            }
        }
    };
}

acts! {
    Take = opening("Take", "受理登记");
    TransferEmergency = opening("TransferEmergency", "转紧急热线");
    Raise = opening("Raise", "群体诉求合并立单");
    Supplement = act("Supplement", "补充内容", RUN);
    Answer = act("Answer", "当场答复", RUN);
    Exclude = act("Exclude", "不予受理并告知渠道", RUN);
    HandOver = act("HandOver", "移交信访", PETITION);
    PassUp = act("PassUp", "转市级平台办理", RUN);
    ReleaseLead = act("ReleaseLead", "线索另行封存", LEAD);
    LinkCall = act("LinkCall", "关联来电", RUN);
    KeepRecording = act("KeepRecording", "登记录音", RUN);
    OpenCaller = act("OpenCaller", "查看来电人信息", CALLER);
    Dispatch = act("Dispatch", "派单", RUN);
    Sign = act("Sign", "签收", RUN);
    Return = act("Return", "退单", RUN);
    SettleReturn = act("SettleReturn", "处理退单", RUN);
    Recall = act("Recall", "收回重派", RUN);
    Arbitrate = act("Arbitrate", "派单裁定", RUN);
    Assist = act("Assist", "协办意见", RUN);
    Meet = act("Meet", "联席会议", RUN);
    Extend = act("Extend", "申请延期", RUN);
    SettleExtension = act("SettleExtension", "审批延期", RUN);
    ReportUp = act("ReportUp", "报告党委和政府", UPWARD);
    Reply = act("Reply", "答复", RUN);
    CallBack = act("CallBack", "回访", RUN);
    Redo = act("Redo", "退回重办", RUN);
    Close = act("Close", "办结", RUN);
    JudgeUnlawful = act("JudgeUnlawful", "合议认定恶意或者违法诉求", RUN);
    ConfirmPanel = act("ConfirmPanel", "合议人确认", RUN);
    DeclinePanel = act("DeclinePanel", "合议人不同意", RUN);
    Merge = act("Merge", "并单", RUN);
    Adopt = act("Adopt", "记下并入的工单", RUN);
    Unmerge = act("Unmerge", "撤销并单", RUN);
    Disown = act("Disown", "记下撤出的工单", RUN);
    FollowParent = act("FollowParent", "随主单办结", RUN);
    TellCaller = act("TellCaller", "告知来信人", RUN);
    TurnAmber = act("TurnAmber", "到期提醒", RUN);
    PassDue = act("PassDue", "到期未办结", RUN);
    Urge = act("Urge", "催办", RUN);
    DraftSupervision = act("DraftSupervision", "拟督办单", RUN);
    IssueSupervision = act("IssueSupervision", "签发督办单", SUPERVISE);
    NameUnit = act("NameUnit", "通报", SUPERVISE);
    Evaluate = act("Evaluate", "评价", RATE);
    Publish = act("Publish", "公开诉求", PUBLIC);
    Unpublish = act("Unpublish", "撤下公开", PUBLIC);
    Archive = act("Archive", "归档", ARCHIVE);
}

macro_rules! fact_names {
    ($($name:ident)*) => {
        fn fact_name(fact: &Fact) -> &'static str {
            match fact {
                $(Fact::$name { .. } => stringify!($name)),*
            }
        }
    };
}

fact_names! {
    Taken EmergencyTransferred Supplemented Answered Excluded HandedOver PassedUp LeadReleased CallLinked RecordingKept CallerOpened Dispatched
    Signed
    Returned ReturnSettled Recalled ArbitrationOpened Arbitrated Assisted Met ExtensionAsked ExtensionRefused Extended ReportedUp Replied CalledBack Redone
    DueSettled Closed PanelConvened PanelConfirmed PanelDeclined JudgedUnlawful Merged Adopted Unmerged Disowned ParentClosed CallerTold TurnedAmber PassedDue Urged SupervisionDrafted
    SupervisionIssued UnitNamed Evaluated Published Unpublished Archived
}

impl Matter for Order {
    const KIND: &'static str = "order";
    const ZH: &'static str = "工单";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        act_name(act)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        fact_name(fact)
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        check_private(private, &mut wrong);
        let lead = matches!(act, Act::Take(intake) if intake.lead);
        if private.contains_key(LEAD_TEXT) && !lead {
            wrong.push(Invalid::new(LEAD_TEXT, "只有线索的内容另行封存"));
        }
        check_act(act, &mut wrong);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide::decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        self.fold(fact, stamp);
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let status = self.status();
        let waiting_for = match &self.excluded {
            Some(excluded) => excluded.hand_over_by,
            None => self.due(calendar),
        };
        Docket {
            number: self.number.clone(),
            title: self.title(),
            status: status.to_owned(),
            org: self.holder().clone(),
            due: waiting_for.filter(|_| !self.is_closed()),
            amber: self.amber(calendar).filter(|_| self.waits_for_unit()),
            closed: self.is_closed(),
            facets: self.facets(),
            tasks: self.tasks(status, calendar),
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        let Some(due) = self.due(calendar).filter(|_| self.is_running()) else { return Vec::new() };
        let waits = self.waits_for_unit() && self.unit_due(calendar).is_some();
        let pressure = &self.pressure;
        let came = |on: Option<Date>| on.is_some_and(|on| on <= day);
        let mut acts = Vec::new();
        if waits && pressure.amber.is_none() && came(self.amber(calendar)) {
            acts.push(Act::TurnAmber);
        }
        if pressure.passed_due.is_none() && came(Some(offset(due, 1))) {
            acts.push(Act::PassDue);
        }
        if waits && pressure.urged.is_none() && came(self.urge_day(calendar)) {
            acts.push(Act::Urge);
        }
        if waits && pressure.drafted.is_none() && came(self.supervise_day(calendar)) {
            acts.push(Act::DraftSupervision);
        }
        acts
    }

    fn parties(&self) -> Parties {
        Parties { org: self.holder().clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}

impl Order {
    /// The body that has it now: the unit, or before one and after its release the hotline.
    fn holder(&self) -> &OrgId {
        match &self.dispatch {
            Some(dispatch) if !dispatch.released => &dispatch.unit,
            Some(_) | None => &self.desk,
        }
    }

    /// Kind and category: what lists show says nothing about the caller.
    fn title(&self) -> String {
        match (&self.entry, self.emergency) {
            (Some(entry), _) if entry.lead => "另行处理".to_owned(),
            (Some(entry), _) => {
                let shipped = || Categories::shipped().name(&entry.category);
                let name = entry.category_name.as_deref().unwrap_or_else(shipped);
                format!("{}：{name}", entry.kind.zh())
            }
            (None, Some(to)) => format!("转{}", to.zh()),
            (None, None) => String::new(),
        }
    }

    fn facets(&self) -> Vec<(String, String)> {
        let mut all = vec![("number".to_owned(), self.number.clone())];
        all.extend(self.applicant.iter().map(|person| ("applicant".to_owned(), person.to_string())));
        let Some(entry) = self.entry.as_ref().filter(|entry| !entry.lead) else { return all };
        let mut put = |key: &str, value: &str| {
            if !value.is_empty() {
                all.push((key.to_owned(), value.to_owned()));
            }
        };
        self.calls.iter().for_each(|known| put("call", &known.call));
        put("category", &entry.category);
        put("line", &entry.line);
        put("prefecture", self.prefecture().unwrap_or_default());
        put("area", &entry.place.area());
        if let Some(dispatch) = &self.dispatch {
            put("unit", dispatch.unit.as_str());
            dispatch.assisting.iter().for_each(|unit| put("assisting", unit.as_str()));
            put("officer", dispatch.officer.as_ref().map_or("", fadu_kernel::PersonId::as_str));
        }
        if !self.untold.is_empty() && self.archived.is_none() {
            put("tell", "mail");
        }
        // Who is asked to decide finds it, of whichever body.
        for person in self.panel.iter().flat_map(|pending| pending.question.persons()) {
            if self.waits_for_member(person) {
                put("panel", person.as_str());
            }
        }
        if let Some(merged) = &self.merged {
            put("parent", &merged.into.to_string());
        }
        if let (Some(_), Some(taken)) = (&self.published, &self.taken) {
            put("public", &entry.category);
            put("published", &taken.on.strftime("%Y-%m").to_string());
            put("public_cell", &crate::open311::public_point(self).map(Point::wide_cell).unwrap_or_default());
        }
        // What is over is no duplicate's original any more.
        if self.archived.is_none() {
            entry.near.iter().for_each(|key| put("near", key));
        }
        all
    }

    fn tasks(&self, status: &str, calendar: &Calendar) -> Vec<Task> {
        use Role::{CatalogueManager, Officer};
        let desk =
            |name: &str, due| Task { name: name.into(), role: CatalogueManager, org: self.desk.clone(), due };
        let unit =
            |name: &str, due| Task { name: name.into(), role: Officer, org: self.holder().clone(), due };
        let due = self.due(calendar);
        let taken = self.taken.as_ref().map(|mark| mark.on);
        let mut tasks = match status {
            "taken" if self.is_lead() => vec![desk("release_lead", taken)],
            "taken" if is_emergency(self.category()) => vec![desk("transfer_emergency", taken)],
            "taken" | "released" => vec![desk("dispatch", due.or(taken))],
            "dispatched" => vec![unit("sign", due)],
            "signed" => vec![unit("reply", due)],
            "returned" => vec![desk("settle_return", self.review.settle_by.or(due))],
            "arbitration" => {
                vec![desk("arbitrate", self.review.arbitration.as_ref().and_then(|open| open.due))]
            }
            "replied" => vec![desk("call_back", self.reply.as_ref().and_then(|reply| reply.call_back_by))],
            "called_back" => vec![desk("close", None)],
            "handing_over" => {
                vec![desk("hand_over", self.excluded.as_ref().and_then(|excluded| excluded.hand_over_by))]
            }
            "archived" => Vec::new(),
            _ if self.is_closed() => vec![desk("archive", None)],
            _ => Vec::new(),
        };
        if !self.is_closed() && self.is_major() && self.reported_up.is_none() {
            tasks.push(desk("report_up", taken));
        }
        if self.extension.is_some() && self.waits_for_unit() {
            tasks.push(desk("settle_extension", due));
        }
        if self.pressure.drafted.is_some() && self.pressure.issued.is_none() && self.waits_for_unit() {
            tasks.push(desk("issue_supervision", None));
        }
        let consented = self.entry.as_ref().is_some_and(|entry| entry.public && !entry.lead);
        if consented && self.published.is_none() && self.archived.is_none() {
            tasks.push(desk("publish", None));
        }
        if let Some(dispatch) = self.dispatch.as_ref().filter(|_| self.waits_for_unit()) {
            let open = dispatch.assisting.iter().filter(|unit| !self.assisted.contains(unit));
            tasks.extend(open.map(|unit| Task {
                name: format!("assist:{unit}"),
                role: Officer,
                org: unit.clone(),
                due,
            }));
        }
        if let Some(day) = self.next_clock_day(calendar) {
            let org = OrgId::new("system");
            tasks.push(Task { name: "clock".to_owned(), role: Role::Clock, org, due: Some(day) });
        }
        tasks
    }
}

fn is_emergency(category: &str) -> bool {
    Categories::shipped().item(category).is_some_and(|(_, item)| item.emergency)
}

fn check_private(private: &BTreeMap<String, String>, wrong: &mut Vec<Invalid>) {
    for (field, value) in private {
        if !PRIVATE.contains(&field.as_str()) {
            wrong.push(Invalid::new(field, "工单不收这一项个人信息"));
        }
        let longest = if field == LEAD_TEXT { LONGEST } else { 200 };
        if value.chars().count() > longest {
            wrong.push(Invalid::new(field, format!("不能超过{longest}字")));
        }
    }
    if let Some(phone) = private.get("caller_phone")
        && let Err(error) = codes::phone(phone)
    {
        wrong.push(Invalid::new("caller_phone", format!("联系电话不对：{error}")));
    }
    let is_mail = |mail: &str| {
        mail.split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && host.len() > 1)
    };
    if private.get("caller_mail").is_some_and(|mail| !is_mail(mail)) {
        wrong.push(Invalid::new("caller_mail", "电子邮箱不对"));
    }
}

fn check_act(act: &Act, wrong: &mut Vec<Invalid>) {
    let mut text = |field: &str, value: &str, zh: &str, longest: usize| {
        if value.trim().is_empty() {
            wrong.push(Invalid::new(field, format!("请填写{zh}")));
        } else if value.chars().count() > longest {
            wrong.push(Invalid::new(field, format!("不能超过{longest}字")));
        }
    };
    match act {
        Act::Take(intake) | Act::Raise { intake, .. } => check_intake(intake, wrong),
        Act::Supplement { text: value } => text("text", value, "补充的内容", LONGEST),
        Act::LinkCall { call } => text("call", call, "来电的标识", 64),
        Act::KeepRecording { call, digest } => {
            text("call", call, "来电的标识", 64);
            if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                wrong.push(Invalid::new("digest", "录音的摘要是六十四位十六进制数"));
            }
        }
        Act::OpenCaller { reason } => text("reason", reason, "查看的事由", 2000),
        Act::Reply { text: value, .. } => text("text", value, "答复内容", LONGEST),
        Act::Assist { text: value, .. } => text("text", value, "协办意见", LONGEST),
        Act::Return { explanation, .. } => text("explanation", explanation, "退单说明", 2000),
        Act::Meet { conclusion, .. } => text("conclusion", conclusion, "会议结论", LONGEST),
        Act::Publish { title, text: value } => {
            text("title", title, "标题", 100);
            text("text", value, "公开的内容", LONGEST);
        }
        Act::SettleReturn { reason, .. }
        | Act::Recall { reason }
        | Act::Arbitrate { reason, .. }
        | Act::Extend { reason, .. }
        | Act::SettleExtension { granted: false, reason, .. }
        | Act::Redo { reason }
        | Act::DeclinePanel { reason }
        | Act::PassUp { reason, .. }
        | Act::Unmerge { reason }
        | Act::JudgeUnlawful { reason, .. }
        | Act::Unpublish { reason } => text("reason", reason, "理由", 2000),
        Act::ReportUp { to, document } => {
            text("to", to, "报告的对象", 200);
            text("document", document, "报告文号", 200);
        }
        Act::IssueSupervision { document, text: value, .. } | Act::NameUnit { document, text: value, .. } => {
            text("document", document, "文号", 200);
            text("text", value, "内容", LONGEST);
        }
        Act::CallBack { contact, solved, satisfied, .. } => {
            let fits = match contact {
                Contact::Answered => solved.is_some() && satisfied.is_some(),
                Contact::WillNotRate => satisfied.is_none(),
                Contact::NotReached => solved.is_none() && satisfied.is_none(),
            };
            if !fits {
                wrong.push(Invalid::new("contact", "回访结果与解决、满意两项对不上"));
            }
        }
        Act::Evaluate { grade, text: value } => {
            if !(1..=5).contains(grade) {
                wrong.push(Invalid::new("grade", "请从一星到五星选择"));
            }
            if value.chars().count() > 2000 {
                wrong.push(Invalid::new("text", "不能超过2000字"));
            }
        }
        Act::TransferEmergency { .. }
        | Act::Answer { .. }
        | Act::Exclude { .. }
        | Act::HandOver { .. }
        | Act::ReleaseLead
        | Act::Dispatch { .. }
        | Act::Sign
        | Act::Close { .. }
        | Act::Merge { .. }
        | Act::Adopt { .. }
        | Act::Disown { .. }
        | Act::FollowParent { .. }
        | Act::ConfirmPanel
        | Act::TellCaller
        | Act::SettleExtension { granted: true, .. }
        | Act::TurnAmber
        | Act::PassDue
        | Act::Urge
        | Act::DraftSupervision
        | Act::Archive => {}
    }
}

fn check_intake(intake: &Intake, wrong: &mut Vec<Invalid>) {
    let length = intake.text.chars().count();
    if intake.text.trim().is_empty() && !intake.lead {
        wrong.push(Invalid::new("text", "请填写诉求内容"));
    }
    if length > LONGEST {
        wrong.push(Invalid::new("text", format!("不能超过{LONGEST}字，现有{length}字；更长的请作为附件")));
    }
    // Which items the county has, its register says; which groups there are, everybody knows.
    let digits = intake.category.len() == 4 && intake.category.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || Categories::shipped().group(&intake.category).is_none() {
        wrong.push(Invalid::new("category", format!("分类里没有“{}”", intake.category)));
    }
    let address = &intake.place.address;
    if address.len() > 40 || !address.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        wrong.push(Invalid::new("address", "标准地址编码只有数字和字母，不超过40位"));
    }
    if intake.place.point.is_some_and(|point| !point.is_on_earth()) {
        wrong.push(Invalid::new("point", "经纬度超出范围"));
    }
    let prefecture = intake.prefecture.as_deref().unwrap_or_default().trim();
    if prefecture.chars().count() > 40 {
        wrong.push(Invalid::new("prefecture", "市级编号不超过40位"));
    }
    if intake.channel == Channel::Prefecture && prefecture.is_empty() {
        wrong.push(Invalid::new("prefecture", "请填写市级工单编号"));
    }
    if intake.attachments.len() > MOST_ATTACHMENTS {
        wrong.push(Invalid::new("attachments", format!("附件不能超过{MOST_ATTACHMENTS}个")));
    }
    let is_file = |file: &Evidence| {
        file.digest.len() == 64
            && file.digest.bytes().all(|byte| byte.is_ascii_hexdigit())
            && file.name.chars().count() <= 200
    };
    if !intake.attachments.iter().all(is_file) {
        wrong.push(Invalid::new("attachments", "附件的摘要或者名称不对"));
    }
    if intake.persons == 0 {
        wrong.push(Invalid::new("persons", "至少一人"));
    }
}
