//! 文书。 The documents of a case, laid out after GB/T 9704.
//!
//! The caller says what was decided; this file says it on paper. A document that lacks what the law
//! makes it say is refused here, whoever asks for it.

use serde::{Deserialize, Serialize};

use crate::typeset::{self, Template};
use crate::wording::{CivilDate, full_width, han_number};
use crate::{RenderError, qr};

/// 文书。 One document, complete. Text may use half-width punctuation: it is set full-width.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub kind: NoticeKind,
    /// 发文机关。 Full name of the issuing organ, as it was on the day.
    pub organ: String,
    /// 文号, such as 示政数许受〔2025〕42号.
    pub number: String,
    /// 受送达人。 Who it is addressed to.
    pub addressee: String,
    /// 标题。 Empty: the usual title of this kind.
    pub title: String,
    pub paragraphs: Vec<String>,
    /// 事实。 Label and value, printed as a table.
    pub table: Vec<(String, String)>,
    /// 清单。 Such as the materials still missing.
    pub list: Vec<ListLine>,
    /// 依据。 Such as 《行政许可法》第三十二条第一款第四项.
    pub basis: Vec<String>,
    pub remedy: Option<Remedy>,
    /// 成文日期, such as 二〇二五年三月六日 or 2025年3月6日.
    pub date_text: String,
    pub contact: String,
    pub seal: Option<SealMark>,
    /// 回执地址。 Address of the receipt; becomes the QR code.
    pub receipt_url: String,
    /// 核验说明。 How the reader can check this document.
    pub verify_text: String,
    /// 模拟。 Of the simulated county: every page says that it has no legal effect.
    pub simulated: bool,
}

/// 文书种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// 收件凭证
    Received,
    /// 受理通知书
    Accepted,
    /// 一次性告知书
    Supplement,
    /// 不予受理决定书
    NotAccepted,
    /// 延期办理告知书
    Extended,
    /// 特别程序告知书
    Special,
    /// 准予许可决定书
    Granted,
    /// 不予许可决定书
    Refused,
    /// 送达回证
    Service,
    /// 听证告知书
    Hearing,
    /// 撤回告知书
    Withdrawn,
    /// 行政检查通知书
    Inspection,
    /// 责令改正通知书（整改通知）
    Correction,
    /// 案件移送书
    HandOver,
    /// 缴费通知书
    Fee,
    /// 缴费凭证
    FeeReceipt,
    /// 招标公告
    TenderAnnouncement,
    /// 中标通知书
    Award,
    /// 中标结果通知书
    AwardResult,
    /// 投诉处理决定书
    ComplaintDecision,
}

/// 清单一行。 What it is, what is required of it, and the basis of the requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLine {
    pub name: String,
    pub required: String,
    pub basis: String,
}

/// 救济。 Where to turn against a decision, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// 行政复议机关, full name.
    pub reconsideration_body: String,
    /// Unit: calendar days. 60 (行政复议法 Art. 20) unless a law gives longer.
    pub reconsideration_days: u16,
    /// 人民法院, full name.
    pub court: String,
    /// Unit: months. 6 (行政诉讼法 Art. 46) unless a law says otherwise.
    pub litigation_months: u16,
    /// 复议前置。 Reconsideration must come before court (行政复议法 Art. 23).
    pub reconsideration_first: bool,
}

/// 印章。 What is drawn where the seal goes; the true seal is applied by the county's seal system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealMark {
    pub organ: String,
    /// SHA-256 of the certificate that seals, hexadecimal; empty: nothing is printed of it.
    pub digest_hex: String,
    /// 测试。 The ring says 测试电子印章 and is dashed, so that nobody takes it for a seal.
    pub test: bool,
}

/// 出具。 The document as PDF/A-2b on A4. The same notice is always the same bytes.
/// Errors: `Incomplete` when the law requires something that is not there; `Fonts`; `Typeset`.
pub fn pdf(notice: &Notice) -> Result<Vec<u8>, RenderError> {
    notice.check()?;
    let notice = notice.tidy();
    let dated = CivilDate::read(&notice.date_text).unwrap_or(CivilDate::UNKNOWN);
    let mut sheet = Sheet {
        compact: false,
        heading: if notice.title.is_empty() { notice.kind.title() } else { &notice.title },
        remedy_text: notice.remedy.as_ref().map(|remedy| remedy.sentence(notice.kind)),
        list_heading: notice.kind.list_heading(),
        signs_for_receipt: notice.kind == NoticeKind::Service,
        qr_svg: (!notice.receipt_url.is_empty()).then(|| qr::svg(&notice.receipt_url)),
        notice: &notice,
    };
    // 三号 as the standard has it; 四号 when that saves the reader a page.
    let standard = typeset::pdf(Template::Notice, &serde_json::to_value(&sheet)?, dated)?;
    if standard.pages == 1 {
        return Ok(standard.bytes);
    }
    sheet.compact = true;
    let compact = typeset::pdf(Template::Notice, &serde_json::to_value(&sheet)?, dated)?;
    Ok(if compact.pages < standard.pages { compact.bytes } else { standard.bytes })
}

/// What the template reads: the notice and the words that follow from its kind.
#[derive(Serialize)]
struct Sheet<'a> {
    /// Set in 四号 instead of 三号.
    compact: bool,
    notice: &'a Notice,
    heading: &'a str,
    remedy_text: Option<String>,
    list_heading: &'a [&'a str; 3],
    signs_for_receipt: bool,
    qr_svg: Option<String>,
}

impl NoticeKind {
    pub const ALL: [NoticeKind; 20] = [
        NoticeKind::Received,
        NoticeKind::Accepted,
        NoticeKind::Supplement,
        NoticeKind::NotAccepted,
        NoticeKind::Extended,
        NoticeKind::Special,
        NoticeKind::Granted,
        NoticeKind::Refused,
        NoticeKind::Service,
        NoticeKind::Hearing,
        NoticeKind::Withdrawn,
        NoticeKind::Inspection,
        NoticeKind::Correction,
        NoticeKind::HandOver,
        NoticeKind::Fee,
        NoticeKind::FeeReceipt,
        NoticeKind::TenderAnnouncement,
        NoticeKind::Award,
        NoticeKind::AwardResult,
        NoticeKind::ComplaintDecision,
    ];

    /// 名称。 The usual title.
    pub fn title(self) -> &'static str {
        match self {
            NoticeKind::Received => "收件凭证",
            NoticeKind::Accepted => "受理通知书",
            NoticeKind::Supplement => "一次性告知书",
            NoticeKind::NotAccepted => "不予受理决定书",
            NoticeKind::Extended => "延期办理告知书",
            NoticeKind::Special => "特别程序告知书",
            NoticeKind::Granted => "准予许可决定书",
            NoticeKind::Refused => "不予许可决定书",
            NoticeKind::Service => "送达回证",
            NoticeKind::Hearing => "听证告知书",
            NoticeKind::Withdrawn => "撤回告知书",
            NoticeKind::Inspection => "行政检查通知书",
            NoticeKind::Correction => "责令改正通知书",
            NoticeKind::HandOver => "案件移送书",
            NoticeKind::Fee => "缴费通知书",
            NoticeKind::FeeReceipt => "缴费凭证",
            NoticeKind::TenderAnnouncement => "招标公告",
            NoticeKind::Award => "中标通知书",
            NoticeKind::AwardResult => "中标结果通知书",
            NoticeKind::ComplaintDecision => "投诉处理决定书",
        }
    }

    /// 不利决定。 A decision against the applicant, or against one of those who are at odds, which must carry its remedies.
    pub fn is_adverse(self) -> bool {
        matches!(self, NoticeKind::NotAccepted | NoticeKind::Refused | NoticeKind::ComplaintDecision)
    }

    /// What the document calls itself in its remedy sentence.
    fn noun(self) -> &'static str {
        match self {
            NoticeKind::NotAccepted
            | NoticeKind::Granted
            | NoticeKind::Refused
            | NoticeKind::ComplaintDecision => "决定",
            NoticeKind::TenderAnnouncement => "公告",
            NoticeKind::Received | NoticeKind::FeeReceipt => "凭证",
            NoticeKind::Accepted
            | NoticeKind::Inspection
            | NoticeKind::Correction
            | NoticeKind::Fee
            | NoticeKind::Award
            | NoticeKind::AwardResult => "通知",
            NoticeKind::HandOver => "移送",
            NoticeKind::Service => "回证",
            NoticeKind::Supplement
            | NoticeKind::Extended
            | NoticeKind::Special
            | NoticeKind::Hearing
            | NoticeKind::Withdrawn => "告知",
        }
    }

    /// The three column heads of `Notice::list`.
    fn list_heading(self) -> &'static [&'static str; 3] {
        match self {
            NoticeKind::Supplement => &["需要补正的材料", "补正要求", "依据"],
            NoticeKind::Received | NoticeKind::Accepted => &["材料名称", "形式和份数", "依据"],
            NoticeKind::NotAccepted
            | NoticeKind::Extended
            | NoticeKind::Special
            | NoticeKind::Granted
            | NoticeKind::Refused
            | NoticeKind::Service
            | NoticeKind::Hearing
            | NoticeKind::Withdrawn
            | NoticeKind::TenderAnnouncement
            | NoticeKind::Award
            | NoticeKind::AwardResult
            | NoticeKind::ComplaintDecision
            | NoticeKind::HandOver => &["事项", "内容", "依据"],
            NoticeKind::Fee | NoticeKind::FeeReceipt => &["收费项目", "标准和金额", "依据"],
            NoticeKind::Inspection => &["检查事项", "编号", "依据"],
            NoticeKind::Correction => &["违法行为", "改正要求", "依据"],
        }
    }
}

impl Notice {
    /// 要素审查。 What the law makes a document say. Errors: `Incomplete`, with the article.
    pub fn check(&self) -> Result<(), RenderError> {
        let kind = self.kind;
        let lacks = |what, basis| Err(RenderError::Incomplete { kind: kind.title(), what, basis });
        if self.organ.trim().is_empty() {
            return lacks("the name of the issuing organ", "GB/T 9704 7.3.5");
        }
        if self.date_text.trim().is_empty() {
            return lacks("a date", "行政许可法 Art. 32(2)");
        }
        if matches!(kind, NoticeKind::Accepted | NoticeKind::NotAccepted) && self.seal.is_none() {
            return lacks("the organ's seal", "行政许可法 Art. 32(2)");
        }
        if kind == NoticeKind::Supplement && self.list.is_empty() {
            return lacks("the list of everything to be supplemented", "行政许可法 Art. 32(1)(4)");
        }
        if matches!(kind, NoticeKind::Extended | NoticeKind::Refused | NoticeKind::NotAccepted)
            && self.paragraphs.is_empty()
        {
            return lacks("its reasons", "行政许可法 Art. 38(2), 42(1)");
        }
        if kind == NoticeKind::Correction && (self.list.is_empty() || self.basis.is_empty()) {
            return lacks("what was violated, by which clause", "行政处罚法 Art. 28");
        }
        if kind == NoticeKind::Inspection && self.list.is_empty() {
            return lacks("the items of the inspection", "优化营商环境条例 Art. 54");
        }
        if matches!(kind, NoticeKind::Fee | NoticeKind::FeeReceipt) && self.list.is_empty() {
            return lacks("the fee with its sum", "行政许可法 Art. 59");
        }
        if matches!(kind, NoticeKind::Award | NoticeKind::AwardResult) && self.addressee.trim().is_empty() {
            return lacks("whom it tells", "招标投标法 Art. 45");
        }
        if kind == NoticeKind::TenderAnnouncement && (self.paragraphs.is_empty() || self.table.is_empty()) {
            return lacks("the project and how its file is had", "招标投标法 Art. 16");
        }
        match &self.remedy {
            None if kind.is_adverse() => lacks("both remedies", "行政许可法 Art. 38(2)"),
            Some(remedy) if kind == NoticeKind::NotAccepted && !remedy.reconsideration_first => {
                lacks("the duty to ask for reconsideration first", "行政复议法 Art. 23")
            }
            Some(remedy) if remedy.reconsideration_body.is_empty() || remedy.court.is_empty() => {
                lacks("the names of the reconsideration body and the court", "行政许可法 Art. 38(2)")
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The same notice with full-width punctuation. Addresses and digests are left alone.
    fn tidy(&self) -> Notice {
        let mut notice = self.clone();
        let lines = notice
            .list
            .iter_mut()
            .flat_map(|line| [&mut line.name, &mut line.required, &mut line.basis]);
        let facts = notice.table.iter_mut().flat_map(|(label, value)| [label, value]);
        let plain = [
            &mut notice.organ,
            &mut notice.addressee,
            &mut notice.title,
            &mut notice.contact,
            &mut notice.verify_text,
        ];
        for text in plain
            .into_iter()
            .chain(&mut notice.paragraphs)
            .chain(&mut notice.basis)
            .chain(lines)
            .chain(facts)
        {
            *text = full_width(text.trim());
        }
        notice
    }
}

impl Remedy {
    /// 权利告知。 The sentence that tells the reader both roads, or the one that comes first.
    fn sentence(&self, kind: NoticeKind) -> String {
        let Remedy { reconsideration_body, court, .. } = self;
        let noun = kind.noun();
        let days = han_number(self.reconsideration_days);
        if self.reconsideration_first {
            // After reconsideration the limit is fifteen days (行政诉讼法 Art. 45).
            return format!(
                "对本{noun}不服的，依照《中华人民共和国行政复议法》第二十三条，应当自知道之日起{days}日内，\
                 先向{reconsideration_body}申请行政复议；对行政复议决定仍不服的，可以自收到复议决定书之日起十五日内，\
                 向{court}提起行政诉讼。"
            );
        }
        let months = han_number(self.litigation_months);
        format!(
            "对本{noun}不服的，可以自知道之日起{days}日内向{reconsideration_body}申请行政复议，\
             也可以自知道之日起{months}个月内直接向{court}提起行政诉讼。"
        )
    }
}

/// 样例。 One of each kind, and those that are hard to lay out: long names, long lists.
pub fn samples() -> Vec<(&'static str, Notice)> {
    let mut samples: Vec<_> = NoticeKind::ALL.into_iter().map(|kind| (kind.title(), sample(kind))).collect();
    samples.push(("名称很长", long_names()));
    samples.push(("材料很多", long_list()));
    samples
}

fn sample(kind: NoticeKind) -> Notice {
    let paragraphs: &[&str] = match kind {
        NoticeKind::Received => &[
            "你单位于2025年3月3日通过县政务服务大厅综合窗口提交的申请材料已经收到，材料目录列在下面。",
            "收到材料不等于受理。是否受理，我局将在五个工作日内书面告知；逾期没有告知的，自收到材料之日起即为受理。",
        ],
        NoticeKind::Accepted => &[
            "你单位提出的食品经营许可申请，材料齐全，符合法定形式，属于本机关职权范围，现予受理。",
            "我局将自受理之日起二十个工作日内作出决定。依法需要现场核查的时间，将另行书面告知。",
        ],
        NoticeKind::Supplement => &[
            "你单位提交的申请材料不齐全。请按照下表一次补齐，材料表之外不再要求补充。",
            "按照要求提交全部补正材料的，我局予以受理。",
        ],
        NoticeKind::NotAccepted => &[
            "经审查，你单位申请办理的取水许可不属于本机关职权范围，现决定不予受理。",
            "该事项由示范县水利和湖泊局办理。你单位可以携带原申请材料到县政务服务大厅水利专窗提出申请，我局可以协助转交。",
        ],
        NoticeKind::Extended => &[
            "你单位的申请已于2025年3月6日受理，原定于2025年4月3日前办结。因现场核查需要复测消防间距，在规定期限内不能作出决定，经本机关负责人批准，延长十个工作日，办结期限顺延至2025年4月18日。",
        ],
        NoticeKind::Special => &[
            "办理你单位的申请需要依法组织专家评审，评审所需时间为十五个工作日，自2025年3月10日起计算。该时间不计入办理期限，评审结束后期限继续计算。",
        ],
        NoticeKind::Granted => &[
            "你单位提出的食品经营许可申请，经审查符合法定条件和标准，现决定准予许可。",
            "许可证将在本决定作出之日起十个工作日内送达。",
        ],
        NoticeKind::Refused => &[
            "经审查，你单位经营场所的食品处理区与污染源距离为八米，少于规定的二十五米，不符合许可条件。现场核查笔录和测量照片已经你单位负责人签字确认。",
            "据此，决定不予许可。条件改善后，你单位可以随时重新申请。",
        ],
        NoticeKind::Service => &[],
        NoticeKind::Hearing => &[
            "你单位申请的事项直接涉及相邻住户的重大利益。在作出决定之前，你单位和利害关系人有权要求听证。",
            "要求听证的，请在收到本告知书之日起五个工作日内提出。组织听证的费用由本机关承担。",
        ],
        NoticeKind::Withdrawn => &[
            "你单位于2025年3月12日书面撤回申请，我局同意撤回，办理程序自当日终止。已经提交的材料原件可以凭本告知书领回。",
        ],
        NoticeKind::Inspection => &[
            "经本机关负责人批准，我局于2025年3月26日前对你单位进行随机抽查，检查对象和检查人员均以随机方式抽取。",
            "检查人员不少于两名，应当主动出示执法证件；没有出示的，你单位有权拒绝检查。",
        ],
        NoticeKind::Correction => &[
            "经2025年3月27日检查，你单位有下列违法行为，责令在2025年4月15日前改正，并提交改正的证明。",
            "我局定于2025年4月16日复查。逾期没有改正的，依法处理，并记入信用记录。",
        ],
        NoticeKind::HandOver => {
            &["下列项目的问题属于你单位职责范围，现予移送，请依法处理，并将结果告知我局。"]
        }
        NoticeKind::Fee => &["办理本件依法收取下列费用，请缴纳10.00元。本件的办理和决定不等待缴费。"],
        NoticeKind::FeeReceipt => &["已经收到下列费用10.00元。本凭证不代替财政票据。"],
        NoticeKind::TenderAnnouncement => &[
            "本招标项目已由示范县发展和改革局批准，资金来自财政预算，已经具备招标条件，现进行公开招标。",
            "有意参加的潜在投标人，请在2025年3月4日至2025年3月11日获取招标文件，在2025年3月25日9时30分以前递交投标文件。",
        ],
        NoticeKind::Award => &[
            "经评标委员会评审，现确定你单位为下列项目的中标人。",
            "请自本通知书发出之日起三十日内，与我单位按照招标文件和你单位的投标文件订立书面合同。",
        ],
        NoticeKind::AwardResult => &["你单位参加投标的下列项目已经确定中标人，现将中标结果通知你单位。"],
        NoticeKind::ComplaintDecision => &["经查，投诉缺乏事实依据，决定驳回投诉。"],
    };
    let basis: &[&str] = match kind {
        NoticeKind::Received => &["《中华人民共和国行政许可法》第三十二条第一款第四项"],
        NoticeKind::Accepted => &[
            "《中华人民共和国行政许可法》第三十二条第一款第五项、第二款",
            "《中华人民共和国行政许可法》第四十二条第一款",
        ],
        NoticeKind::Supplement => &["《中华人民共和国行政许可法》第三十二条第一款第四项"],
        NoticeKind::NotAccepted => &["《中华人民共和国行政许可法》第三十二条第一款第二项、第二款"],
        NoticeKind::Extended => &["《中华人民共和国行政许可法》第四十二条第一款"],
        NoticeKind::Special => &["《中华人民共和国行政许可法》第四十五条"],
        NoticeKind::Granted => &["《中华人民共和国行政许可法》第三十八条第一款、第四十四条"],
        NoticeKind::Refused => &["《中华人民共和国行政许可法》第三十八条第二款"],
        NoticeKind::Service => &[],
        NoticeKind::Hearing => &["《中华人民共和国行政许可法》第四十七条"],
        NoticeKind::Withdrawn => &[],
        NoticeKind::Inspection => {
            &["《优化营商环境条例》第五十四条", "《中华人民共和国行政处罚法》第四十二条、第五十五条"]
        }
        NoticeKind::Correction => &["《中华人民共和国行政处罚法》第二十八条"],
        NoticeKind::HandOver => &["《中华人民共和国招标投标法》第七条"],
        NoticeKind::Fee | NoticeKind::FeeReceipt => {
            &["《优化营商环境条例》第二十五条", "《中华人民共和国行政许可法》第五十九条"]
        }
        NoticeKind::TenderAnnouncement => &["《中华人民共和国招标投标法》第十六条"],
        NoticeKind::Award | NoticeKind::AwardResult => &["《中华人民共和国招标投标法》第四十五条"],
        NoticeKind::ComplaintDecision => &["《中华人民共和国招标投标法实施条例》第六十一条"],
    };
    let table: &[(&str, &str)] = match kind {
        NoticeKind::Service => &[
            ("送达文书", "不予许可决定书（示政数许决〔2025〕42号）"),
            ("受送达人", "示范县南市路餐饮服务有限公司"),
            ("送达地点", "县政务服务大厅综合窗口"),
            ("送达方式", "直接送达"),
        ],
        NoticeKind::NotAccepted => &[
            ("申请事项", "取水许可（新办）"),
            ("申请人", "示范县南市路餐饮服务有限公司"),
            ("收件编号", "SJ-2025-000042"),
            ("收件日期", "2025年3月3日"),
        ],
        _ => &[
            ("事项名称", "食品经营许可（新办）"),
            ("申请人", "示范县南市路餐饮服务有限公司"),
            ("受理编号", "SL-2025-000042"),
            ("收件日期", "2025年3月3日"),
        ],
    };
    let list = match kind {
        NoticeKind::Supplement => vec![
            line("食品安全管理制度", "提交加盖公章的文本一份", "《食品经营许可和备案管理办法》第十四条"),
            line(
                "经营场所布局平面图",
                "补充标注面积、操作流程和设备位置",
                "《食品经营许可和备案管理办法》第十四条",
            ),
        ],
        NoticeKind::Received => vec![
            line("食品经营许可申请书", "原件一份", ""),
            line("法定代表人身份证明", "电子证照核验，免交复印件", ""),
        ],
        NoticeKind::Inspection => vec![line("代理业务档案", "A1", "")],
        NoticeKind::Fee | NoticeKind::FeeReceipt => {
            vec![line("证件工本费（模拟）", "每件10.00元；数量1；应缴10.00元", "模拟证件收费条例第三条")]
        }
        NoticeKind::Correction => {
            vec![line("代理业务档案缺开标记录", "补齐开标记录", "《中华人民共和国招标投标法》第三十六条")]
        }
        _ => vec![],
    };
    let remedy = match kind {
        NoticeKind::NotAccepted => Some(remedy(true)),
        NoticeKind::Refused | NoticeKind::ComplaintDecision => Some(remedy(false)),
        _ => None,
    };
    Notice {
        kind,
        organ: "示范县政务服务和数据管理局".into(),
        number: "示政数许〔2025〕42号".into(),
        addressee: "示范县南市路餐饮服务有限公司".into(),
        title: String::new(),
        paragraphs: paragraphs.iter().map(|&text| text.to_owned()).collect(),
        table: table
            .iter()
            .map(|&(label, value)| (label.to_owned(), value.to_owned()))
            .collect(),
        list,
        basis: basis.iter().map(|&text| text.to_owned()).collect(),
        remedy,
        date_text: "2025年3月6日".into(),
        contact: "综合窗口第6号，电话0714-0000000，工作日9:00至17:00".into(),
        seal: Some(SealMark {
            organ: "示范县政务服务和数据管理局".into(),
            digest_hex: "3f5a1c0e9b7d2468ace013579bdf2468013579bdf2468ace013579bdf2468ace0"
                .chars()
                .take(64)
                .collect(),
            test: true,
        }),
        receipt_url: "https://fadu.example.gov.cn/r/420222/000000042/9f31c2".into(),
        verify_text: "扫描二维码可以查看本文书在台账中的位置，并离线核验其真伪。".into(),
        simulated: true,
    }
}

fn line(name: &str, required: &str, basis: &str) -> ListLine {
    ListLine { name: name.into(), required: required.into(), basis: basis.into() }
}

fn remedy(reconsideration_first: bool) -> Remedy {
    Remedy {
        reconsideration_body: "示范县人民政府".into(),
        reconsideration_days: 60,
        court: "示范县人民法院".into(),
        litigation_months: 6,
        reconsideration_first,
    }
}

fn long_names() -> Notice {
    let organ = "某某土家族苗族自治州某某土家族自治县人民政府政务服务和大数据管理局（行政审批局、公共资源交易监督管理局）";
    let mut notice = sample(NoticeKind::Refused);
    notice.organ = organ.into();
    notice.number = "某某自治县政数许决〔2025〕第000042号".into();
    notice.addressee =
        "中国某某集团第十七工程局有限公司某某土家族自治县高速公路互通立交及连接线工程总承包项目经理部".into();
    notice.title = "关于某某土家族自治县高速公路互通立交及连接线工程临时占用林地申请不予许可的决定书".into();
    notice.table[0].1 = "临时占用林地审批,含勘查、开采矿藏和各项建设工程占用(不含国家重点生态公益林)".into();
    notice.receipt_url = format!("https://fadu.example.gov.cn/r/420222/{}", "9f31c2d4".repeat(16));
    if let Some(seal) = &mut notice.seal {
        seal.organ = organ.into();
    }
    notice
}

fn long_list() -> Notice {
    let mut notice = sample(NoticeKind::Supplement);
    notice.list = (1..=18)
        .map(|n| {
            line(
                &format!("第{n}项材料：建设项目使用林地可行性报告及其附图"),
                "补充近三年影像图、现状调查表和县级公示材料，提交纸质件一份、电子件一份",
                "《建设项目使用林地审核审批管理办法》第六条",
            )
        })
        .collect();
    notice
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which document may not be issued without what: (case, the change, what the error names).
    #[test]
    fn a_document_without_its_essentials_is_not_issued() {
        type Change = fn(&mut Notice);
        let table: [(&str, NoticeKind, Change, &str); 9] = [
            ("LIC-10 受理", NoticeKind::Accepted, |n| n.seal = None, "seal"),
            ("LIC-10 不予受理", NoticeKind::NotAccepted, |n| n.seal = None, "seal"),
            ("LIC-10 日期", NoticeKind::Accepted, |n| n.date_text.clear(), "date"),
            ("LIC-07 清单", NoticeKind::Supplement, |n| n.list.clear(), "list"),
            ("LIC-58 收费项目", NoticeKind::Fee, |n| n.list.clear(), "fee"),
            ("LIC-15 理由", NoticeKind::Extended, |n| n.paragraphs.clear(), "reasons"),
            ("LIC-28 理由", NoticeKind::Refused, |n| n.paragraphs.clear(), "reasons"),
            ("LIC-28 救济", NoticeKind::Refused, |n| n.remedy = None, "remedies"),
            ("REM-02 复议前置", NoticeKind::NotAccepted, |n| n.remedy = Some(remedy(false)), "first"),
        ];
        for (case, kind, change, names) in table {
            let mut notice = sample(kind);
            assert!(notice.check().is_ok(), "{case}: the sample itself");
            change(&mut notice);
            let error = notice.check().expect_err(case).to_string();
            assert!(error.contains(names), "{case}: {error}");
        }
    }

    #[test]
    fn the_remedy_names_its_limits() {
        let both = remedy(false).sentence(NoticeKind::Refused);
        assert!(both.contains("六十日内") && both.contains("六个月内"), "{both}");
        let first = remedy(true).sentence(NoticeKind::NotAccepted);
        assert!(first.contains("先向示范县人民政府申请行政复议") && first.contains("十五日内"), "{first}");
        assert!(!first.contains("直接"), "{first}");
    }
}
