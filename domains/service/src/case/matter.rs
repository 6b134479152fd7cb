//! 办件作为一件事: names and grounds of its acts, whose it is, and what time does.

use super::check::check;
use super::{Act, Case, Fact};
use crate::decide::decide;
use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{ActKind, Basis, Calendar, Ctx, Docket, Ground, Invalid, Matter, Refusal, Rule, Stamp};
use jiff::civil::Date;
use std::collections::BTreeMap;

const APPLY: Ground =
    Ground::Law(&[Basis::article("行政许可法", 29), Basis::article("优化营商环境条例", 37)]);
const JOIN: Ground = Ground::Law(&[rules::second_paragraph(26), Basis::article("优化营商环境条例", 37)]);
const ACCEPT: Ground =
    Ground::Law(&[Basis::article("行政许可法", 32), Basis::article("优化营商环境条例", 36)]);
const SIGNED: Ground =
    Ground::Law(&[Basis::article("国务院关于在线政务服务的若干规定", 8), Basis::article("电子签名法", 13)]);
const BOUGHT: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 43)]);
const EXAMINE: Ground = Ground::Law(&[Basis::article("行政许可法", 34)]);
const INSPECT: Ground = Ground::Law(&[Basis::article("行政许可法", 55)]);
const HEAR: Ground = Ground::Law(&[
    Basis::article("行政许可法", 46),
    Basis::article("行政许可法", 47),
    Basis::article("行政许可法", 48),
]);
const FORWARD: Ground = Ground::Law(&[Basis::article("行政许可法", 35), Basis::article("行政许可法", 43)]);
const LIMIT: Ground = Ground::Law(&[Basis::article("行政许可法", 42)]);
const SPECIAL: Ground = Ground::Law(&[Basis::article("行政许可法", 45)]);
const RENEW: Ground = Ground::Law(&[Basis::article("行政许可法", 50)]);
const DECIDE: Ground = Ground::Law(&[Basis::article("行政许可法", 34), Basis::article("行政许可法", 38)]);
const DELIVER: Ground = Ground::Law(&[Basis::article("行政许可法", 44)]);
const EXPLAIN: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 36)]);
const CONSULT: Ground = Ground::Law(&[Basis::article("监察法", 18), Basis::article("个人信息保护法", 34)]);
const ARCHIVE: Ground =
    Ground::Law(&[Basis::article("档案法", 14), Basis::article("国务院关于在线政务服务的若干规定", 12)]);

const SPARE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

/// 跨地区、跨部门、跨层级业务协同。
const SHARE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 37)]);

/// 按照公布的法定项目和标准收费。
const CHARGE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 25), Basis::article("行政许可法", 59)]);
const REFUND: Ground = Ground::Law(&[Basis::article("行政许可法", 59), Basis::article("行政许可法", 75)]);

/// 书面凭证。
const ISSUE: Ground = Ground::Law(&[rules::second_paragraph(32)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

const ACTS: &[ActKind] = &[
    ActKind { name: "Receive", zh: "提交申请", ground: APPLY, opens: true },
    ActKind { name: "ReceivePart", zh: "转入联办事项", ground: JOIN, opens: true },
    act("GiveNotice", "一次性告知", ACCEPT),
    act("Supplement", "补正材料", APPLY),
    act("CheckSignature", "验签", SIGNED),
    act("NameIntermediary", "登记中介机构", BOUGHT),
    act("Accept", "受理", ACCEPT),
    act("Decline", "不予受理", ACCEPT),
    act("Stop", "进入特别程序", SPECIAL),
    act("Resume", "结束特别程序", SPECIAL),
    act("Verify", "核查", EXAMINE),
    act("AssignInspectors", "指派检验、检测、检疫人员", INSPECT),
    act("ConfirmCheck", "确认核查", EXAMINE),
    act("Forward", "报送初审意见", FORWARD),
    act("Extend", "延长期限", LIMIT),
    act("TellHearing", "告知听证权利", HEAR),
    act("AskHearing", "申请听证", HEAR),
    act("WaiveHearing", "放弃听证", HEAR),
    act("TellInterested", "告知利害关系人听证权利", HEAR),
    act("AskHearingAsInterested", "利害关系人申请听证", HEAR),
    act("WaiveHearingAsInterested", "利害关系人放弃听证", HEAR),
    act("ScheduleHearing", "通知听证时间地点", HEAR),
    act("RecordHearing", "听证笔录", HEAR),
    act("Decide", "作出决定", DECIDE),
    act("Deliver", "送达", DELIVER),
    act("Withdraw", "撤回申请", APPLY),
    act("Correct", "更正笔误", Ground::Measure("窗口收件与文书更正规定（模拟）")),
    act("Renew", "写明延续的许可", RENEW),
    act("ExplainDelay", "说明超期理由", EXPLAIN),
    act("Consult", "调阅个人信息", CONSULT),
    act("Archive", "归档", ARCHIVE),
    act("Spare", "本件免交材料", SPARE),
    act("AskAfterAll", "本件仍需提交材料", SPARE),
    act("IssueNotice", "制作文书", ISSUE),
    act("ChargeFee", "通知缴费", CHARGE),
    act("ExemptFee", "减免费用", CHARGE),
    act("PayFee", "记录缴费", CHARGE),
    act("RefundFee", "退费", REFUND),
    act("NoteSurplus", "记录多收", REFUND),
    act("Consign", "交寄", DELIVER),
    act("NoteParcel", "记录物流", DELIVER),
    act("NoteSent", "送出外部系统", SHARE),
    act("NoteUnsent", "记录没有送出", SHARE),
    act("NoteOutside", "记录对方答复", SHARE),
    act("SendAgain", "重送外部系统", SHARE),
    act("DeemAccepted", "视为受理", ACCEPT),
    act("DeemRenewed", "视为准予延续", RENEW),
    act("TurnAmber", "黄色预警", LIMIT),
    act("TurnOverdue", "超期记录", LIMIT),
    act("PassStop", "特别程序时间届满", SPECIAL),
    act("PassAssignment", "逾期没有指派", INSPECT),
];

impl Matter for Case {
    const KIND: &'static str = "case";
    const ZH: &'static str = "办件";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Receive { .. } => "Receive",
            Act::ReceivePart { .. } => "ReceivePart",
            Act::GiveNotice { .. } => "GiveNotice",
            Act::Supplement { .. } => "Supplement",
            Act::CheckSignature { .. } => "CheckSignature",
            Act::NameIntermediary { .. } => "NameIntermediary",
            Act::Accept => "Accept",
            Act::Decline { .. } => "Decline",
            Act::Stop { .. } => "Stop",
            Act::Resume { .. } => "Resume",
            Act::Verify { .. } => "Verify",
            Act::AssignInspectors { .. } => "AssignInspectors",
            Act::ConfirmCheck { .. } => "ConfirmCheck",
            Act::Forward { .. } => "Forward",
            Act::Extend { .. } => "Extend",
            Act::TellHearing => "TellHearing",
            Act::AskHearing => "AskHearing",
            Act::WaiveHearing => "WaiveHearing",
            Act::TellInterested { .. } => "TellInterested",
            Act::AskHearingAsInterested => "AskHearingAsInterested",
            Act::WaiveHearingAsInterested => "WaiveHearingAsInterested",
            Act::ScheduleHearing { .. } => "ScheduleHearing",
            Act::RecordHearing { .. } => "RecordHearing",
            Act::Decide { .. } => "Decide",
            Act::Deliver { .. } => "Deliver",
            Act::Withdraw { .. } => "Withdraw",
            Act::Correct { .. } => "Correct",
            Act::Renew { .. } => "Renew",
            Act::ExplainDelay { .. } => "ExplainDelay",
            Act::Consult { .. } => "Consult",
            Act::Archive => "Archive",
            Act::Spare { .. } => "Spare",
            Act::AskAfterAll { .. } => "AskAfterAll",
            Act::IssueNotice { .. } => "IssueNotice",
            Act::ChargeFee { .. } => "ChargeFee",
            Act::ExemptFee { .. } => "ExemptFee",
            Act::PayFee { .. } => "PayFee",
            Act::RefundFee { .. } => "RefundFee",
            Act::NoteSurplus { .. } => "NoteSurplus",
            Act::Consign { .. } => "Consign",
            Act::NoteParcel { .. } => "NoteParcel",
            Act::NoteSent { .. } => "NoteSent",
            Act::NoteUnsent { .. } => "NoteUnsent",
            Act::NoteOutside { .. } => "NoteOutside",
            Act::SendAgain => "SendAgain",
            Act::DeemAccepted => "DeemAccepted",
            Act::DeemRenewed => "DeemRenewed",
            Act::TurnAmber => "TurnAmber",
            Act::TurnOverdue => "TurnOverdue",
            Act::PassStop => "PassStop",
            Act::PassAssignment => "PassAssignment",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Received { .. } => "Received",
            Fact::NoticeGiven { .. } => "NoticeGiven",
            Fact::Supplemented { .. } => "Supplemented",
            Fact::SignatureChecked { .. } => "SignatureChecked",
            Fact::IntermediaryNamed { .. } => "IntermediaryNamed",
            Fact::Accepted { .. } => "Accepted",
            Fact::Declined { .. } => "Declined",
            Fact::Stopped { .. } => "Stopped",
            Fact::Resumed { .. } => "Resumed",
            Fact::Verified { .. } => "Verified",
            Fact::InspectorsAssigned { .. } => "InspectorsAssigned",
            Fact::AssignmentPassed { .. } => "AssignmentPassed",
            Fact::CheckConfirmed { .. } => "CheckConfirmed",
            Fact::Forwarded { .. } => "Forwarded",
            Fact::Extended { .. } => "Extended",
            Fact::HearingTold { .. } => "HearingTold",
            Fact::HearingAsked => "HearingAsked",
            Fact::HearingWaived => "HearingWaived",
            Fact::InterestedTold { .. } => "InterestedTold",
            Fact::InterestedAsked => "InterestedAsked",
            Fact::InterestedWaived => "InterestedWaived",
            Fact::HearingScheduled { .. } => "HearingScheduled",
            Fact::HearingRecorded { .. } => "HearingRecorded",
            Fact::Decided { .. } => "Decided",
            Fact::Delivered { .. } => "Delivered",
            Fact::Withdrawn { .. } => "Withdrawn",
            Fact::Corrected { .. } => "Corrected",
            Fact::RenewalNamed { .. } => "RenewalNamed",
            Fact::DeemedRenewed { .. } => "DeemedRenewed",
            Fact::DelayExplained { .. } => "DelayExplained",
            Fact::Consulted { .. } => "Consulted",
            Fact::Archived => "Archived",
            Fact::Spared { .. } => "Spared",
            Fact::AskedAfterAll { .. } => "AskedAfterAll",
            Fact::NoticeIssued { .. } => "NoticeIssued",
            Fact::FeeCharged { .. } => "FeeCharged",
            Fact::FeeExempted { .. } => "FeeExempted",
            Fact::FeePaid { .. } => "FeePaid",
            Fact::FeeRefunded { .. } => "FeeRefunded",
            Fact::SurplusNoted { .. } => "SurplusNoted",
            Fact::Consigned { .. } => "Consigned",
            Fact::ParcelNoted { .. } => "ParcelNoted",
            Fact::SentOutside { .. } => "SentOutside",
            Fact::NotSent { .. } => "NotSent",
            Fact::OutsideTold { .. } => "OutsideTold",
            Fact::SendingAgain { .. } => "SendingAgain",
            Fact::TurnedAmber { .. } => "TurnedAmber",
            Fact::TurnedOverdue { .. } => "TurnedOverdue",
            Fact::StopPassed { .. } => "StopPassed",
        }
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        check(act, private)
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        self.fold(fact, stamp);
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        self.listed(calendar)
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        self.next_by_time(calendar)
            .filter(|(next, _)| *next <= day)
            .map(|(_, act)| act)
            .into_iter()
            .collect()
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}
