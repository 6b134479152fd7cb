//! 事项要素。 What the guide of an item publishes; the fields follow the national exchange tables.

use crate::code_list::{Level, Scope};
use crate::diff::post_zh;
use crate::spared::Spared;
use fadu_kernel::{Basis, Limit, Unit};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    pub id: String,
    pub name: String,
    /// Official names in the catalogue that this definition completes.
    #[serde(default)]
    pub matches: Vec<String>,
    pub task_type: u8,
    pub department: String,
    pub theme: String,
    pub audience: Vec<String>,
    #[serde(default)]
    pub clock_from: ClockFrom,
    /// 许可事项的种类; none where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permit_kind: Option<PermitKind>,
    pub bases: Vec<Support>,
    pub statutory: LimitWith,
    pub promised: LimitWith,
    pub extension: Option<LimitWith>,
    pub delivery: Option<LimitWith>,
    pub notice: Option<Notice>,
    #[serde(default)]
    pub special: Vec<Special>,
    pub verification: String,
    /// 直接关系公共安全、人身健康、生命财产安全
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public_safety: bool,
    pub hearing: String,
    pub project_type: String,
    pub quantity: String,
    pub conditions: Vec<Condition>,
    pub materials: Vec<Material>,
    pub steps: Vec<Step>,
    pub fields: Vec<Field>,
    pub fee: Fee,
    pub visits: u8,
    pub online: bool,
    pub nearby: bool,
    pub in_hall: bool,
    pub undifferentiated: bool,
    pub result: ResultKind,
    #[serde(default)]
    pub situations: Vec<Situation>,
    pub consult: String,
    /// 外部系统: where a provincial or vertical system handles it, by the id that it is connected under.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outside: String,
    /// 先经下级机关审查: absent where the organ that decides reviews by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_review: Option<FirstReview>,
    /// What the exchange asks for beside all this.
    #[serde(default)]
    pub extended: Extended,
    /// Keys that no statute or catalogue supplied: pages say 模拟 beside them.
    #[serde(default)]
    pub simulated: Vec<String>,
}

/// 许可事项的种类 (行政许可法 12(1) to (5)): what has to be done to decide on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PermitKind {
    /// 批准特定活动
    Activity,
    /// 赋予特定权利
    Right,
    /// 确定资格、资质
    Qualification,
    /// 检验、检测、检疫后审定
    Inspection,
    /// 确定主体资格的登记
    Registration,
}

impl PermitKind {
    pub const ALL: [PermitKind; 5] = [
        PermitKind::Activity,
        PermitKind::Right,
        PermitKind::Qualification,
        PermitKind::Inspection,
        PermitKind::Registration,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            PermitKind::Activity => "批准特定活动",
            PermitKind::Right => "赋予特定权利",
            PermitKind::Qualification => "确定资格、资质",
            PermitKind::Inspection => "检验、检测、检疫后审定",
            PermitKind::Registration => "确定主体资格的登记",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            PermitKind::Activity => "activity",
            PermitKind::Right => "right",
            PermitKind::Qualification => "qualification",
            PermitKind::Inspection => "inspection",
            PermitKind::Registration => "registration",
        }
    }
}

/// 初审。 By an organ of the level below, before the one that decides (行政许可法 35, 43).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FirstReview {
    /// 初审机关
    pub organ: String,
    /// Working days from acceptance: twenty, where no other law gives another number.
    pub days: u16,
    /// What has it reviewed below first.
    pub basis: Option<Basis>,
}

impl FirstReview {
    /// 行政许可法 43.
    pub const DAYS: u16 = 20;

    /// In working days, from acceptance.
    pub fn limit(&self) -> Limit {
        Limit::workdays(self.days)
    }

    pub fn zh(&self) -> String {
        let by_law = self.basis.as_ref().map_or_else(String::new, |basis| format!("，依据：{basis}"));
        let days = self.limit().zh();
        format!("先由{}审查，自受理之日起{days}内把初审意见和全部申请材料报送决定机关{by_law}", self.organ)
    }
}

/// 期限自何日起算。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockFrom {
    #[default]
    Acceptance,
    Receipt,
}

impl ClockFrom {
    /// What happens on the day that is not counted.
    pub fn zh(self) -> &'static str {
        match self {
            ClockFrom::Acceptance => "受理",
            ClockFrom::Receipt => "收到申请",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Support {
    #[serde(flatten)]
    pub basis: Basis,
    /// `setting`, `condition`, `procedure`, `limit`, `fee` or `result`.
    pub supports: String,
    /// Whether the text is held; a basis whose text is not held is named, not hidden.
    pub held: bool,
    /// 层级, without which nothing can set a permit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// 施行日 of a provincial rule: what it sets ends a year later (行政许可法 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub since: Option<Date>,
}

impl Support {
    pub fn sets(&self) -> bool {
        self.supports == "setting"
    }

    /// The day on which a provincial rule has been in force for a year, and its permit with it ends.
    pub fn ends_on(&self) -> Option<Date> {
        let since = self.since.filter(|_| self.level == Some(Level::ProvincialRule))?;
        since.checked_add(jiff::Span::new().years(1)).ok()
    }

    /// Can it carry a permit on this day?
    pub fn may_set_permit(&self, day: Date) -> bool {
        match self.level {
            Some(level) if level.sets_permits() => true,
            Some(Level::ProvincialRule) => {
                self.since.is_some_and(|since| since <= day) && self.ends_on().is_some_and(|end| day < end)
            }
            Some(_) | None => false,
        }
    }
}

/// 交换表的其余要素。 None of them decides anything here; guides print them, and the exchange carries them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Extended {
    /// 委托部门
    pub entrusted: String,
    /// 监督投诉方式
    pub supervise: String,
    /// 办理地点
    pub place: String,
    /// 办理时间
    pub hours: String,
    /// 通办范围
    pub scope: Scope,
    /// 物流快递
    pub express: bool,
    /// 网上支付
    pub pay_online: bool,
    /// 预约
    pub appointment: bool,
    /// 终端办理
    pub terminal: bool,
    /// 必须现场办理原因
    pub on_site_reason: String,
    /// 联办机构
    pub joint_bodies: String,
    /// 审批结果样本
    pub sample: String,
    /// 中介服务
    pub intermediary: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitWith {
    pub days: u16,
    /// `workday`, `calendar`, or `none` where the statutes held give no limit.
    pub unit: String,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub simulated: bool,
}

impl LimitWith {
    pub fn limit(&self) -> Option<Limit> {
        limit(self.days, &self.unit)
    }

    pub fn zh(&self) -> String {
        self.limit().map_or_else(|| "所存法规未见规定".to_owned(), Limit::zh)
    }
}

fn limit(n: u16, unit: &str) -> Option<Limit> {
    match unit {
        "workday" => Some(Limit { n, unit: Unit::Workday }),
        "calendar" => Some(Limit { n, unit: Unit::Calendar }),
        _ => None,
    }
}

/// 告知期限 that a statute of the item's own gives, or the licensing law's where the item says so itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    pub days: u16,
    pub unit: String,
    pub basis: Basis,
    /// What silence means: `accepted_on_receipt` after these days (行政许可法 32), `accepted_at_once` where nothing was
    /// said on the spot (不动产登记暂行条例 17), any other word nothing.
    pub silence: String,
}

impl Notice {
    fn limit(&self) -> Option<Limit> {
        match self.silence.as_str() {
            "accepted_at_once" => Some(Limit::workdays(0)),
            _ => limit(self.days, &self.unit),
        }
    }

    fn silence_accepts(&self) -> bool {
        ["accepted_on_receipt", "accepted_at_once"].contains(&self.silence.as_str())
    }
}

/// 在线平台生成的项目代码.
pub(crate) const PROJECT_CODE: &str = "project_code";

/// 特别程序。 The closed list of 行政许可法 45; serde refuses any other word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpecialKind {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Testing,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
}

impl SpecialKind {
    pub const ALL: [SpecialKind; 8] = [
        SpecialKind::Hearing,
        SpecialKind::Tender,
        SpecialKind::Auction,
        SpecialKind::Inspection,
        SpecialKind::Testing,
        SpecialKind::Quarantine,
        SpecialKind::Appraisal,
        SpecialKind::ExpertReview,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            SpecialKind::Hearing => "听证",
            SpecialKind::Tender => "招标",
            SpecialKind::Auction => "拍卖",
            SpecialKind::Inspection => "检验",
            SpecialKind::Testing => "检测",
            SpecialKind::Quarantine => "检疫",
            SpecialKind::Appraisal => "鉴定",
            SpecialKind::ExpertReview => "专家评审",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            SpecialKind::Hearing => "hearing",
            SpecialKind::Tender => "tender",
            SpecialKind::Auction => "auction",
            SpecialKind::Inspection => "inspection",
            SpecialKind::Testing => "testing",
            SpecialKind::Quarantine => "quarantine",
            SpecialKind::Appraisal => "appraisal",
            SpecialKind::ExpertReview => "expert_review",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Special {
    pub kind: SpecialKind,
    pub days: u16,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub simulated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    pub id: String,
    pub text: String,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub simulated: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Material {
    pub id: String,
    pub name: String,
    pub condition: String,
    pub origin: String,
    pub form: String,
    pub required: bool,
    /// Held by the government: fetched, never asked for (LIC-40).
    pub shared: bool,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub simulated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spared: Option<Spared>,
    /// 份数; none where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u8>,
    /// 受理标准
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub standard: String,
    /// 填报须知
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    pub name: String,
    pub post: String,
    /// What asks for it, of a service that somebody else is paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

impl Step {
    /// 第三方有偿服务: the post of a step that the applicant buys of somebody else.
    pub const PAID: &'static str = "paid_third_party";

    pub fn is_paid(&self) -> bool {
        self.post == Step::PAID
    }

    /// 由谁办, and of a paid service what asks for it.
    pub fn who_zh(&self) -> String {
        let who = post_zh(&self.post);
        match &self.basis {
            Some(basis) => format!("{who}，依据：{basis}"),
            None => who.to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    pub id: String,
    pub label: String,
    pub kind: String,
    pub required: bool,
    #[serde(default)]
    pub max: Option<u16>,
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spared: Option<Spared>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fee {
    pub charged: bool,
    pub basis: Option<Basis>,
    /// 收费项目编码: what it charges, by the codes of the county's list; nothing else is charged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

impl Fee {
    /// 收费 with the codes of what is charged, 不收费 otherwise. Where the list is at hand, a page gives names and standards.
    pub fn zh(&self) -> String {
        match (self.charged, self.codes.is_empty()) {
            (false, _) => "不收费".to_owned(),
            (true, true) => "收费".to_owned(),
            (true, false) => format!("收费：{}", self.codes.join("、")),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultKind {
    pub name: String,
    pub kind: String,
    #[serde(default)]
    pub valid_months: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Situation {
    pub question: String,
    pub options: Vec<String>,
    /// Answer → materials that are needed then, of those that are not always.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub needs: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct File {
    item: Vec<Definition>,
}

impl Definition {
    /// Reads a file of `[[item]]` tables. The error names the line.
    pub fn read_all(text: &str) -> Result<Vec<Definition>, toml::de::Error> {
        toml::from_str::<File>(text).map(|file| file.item)
    }

    pub fn is_permit(&self) -> bool {
        self.task_type == 1
    }

    /// 当场决定: what the guide marks so (行政许可法 34), and the registration of a subject whose papers need no check of
    /// substance (56).
    pub fn is_decided_on_the_spot(&self) -> bool {
        let registers = self.permit_kind == Some(PermitKind::Registration);
        let at_sight = registers && self.verification != "substantive";
        self.is_permit() && (self.project_type == "instant" || at_sight)
    }

    /// 检验、检测、检疫后审定 (行政许可法 55)。
    pub fn is_inspected(&self) -> bool {
        self.is_permit() && self.permit_kind == Some(PermitKind::Inspection)
    }

    /// 告知期限: by the item's own statute, for other permits by the licensing law (行政许可法 32). Where no statute gives
    /// days, what is missing is told once all the same, within what is promised (优化营商环境条例 36).
    pub fn notice_limit(&self) -> Option<Limit> {
        match &self.notice {
            Some(notice) => notice.limit(),
            None if self.is_permit() => Some(Limit::workdays(5)),
            None => self.promised.limit().or(self.statutory.limit()),
        }
    }

    /// Whether saying nothing accepts: where a statute says so, and nowhere else.
    pub fn silence_accepts(&self) -> bool {
        self.notice.as_ref().map_or(self.is_permit(), Notice::silence_accepts)
    }

    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.id == id)
    }

    /// What the applicant is asked to bring: published, required, and not held by the government.
    pub fn asked(&self) -> impl Iterator<Item = &Material> {
        self.materials
            .iter()
            .filter(|material| material.required && !material.is_spared())
    }

    pub fn is_simulated(&self, key: &str) -> bool {
        self.simulated.iter().any(|name| name == key)
    }

    /// 设定依据
    pub fn set_by(&self) -> impl Iterator<Item = &Support> {
        self.bases.iter().filter(|support| support.sets())
    }

    /// 市场主体登记: set up by the regulation on it.
    pub fn registers_a_business(&self) -> bool {
        self.is_set_by("市场主体登记管理条例")
    }

    fn is_set_by(&self, statute: &str) -> bool {
        self.set_by().any(|support| support.basis.statute == statute)
    }

    /// 政府投资项目审批: set up by the regulation on government investment.
    pub fn approves_public_investment(&self) -> bool {
        self.is_set_by("政府投资条例")
    }

    /// 项目代码: the field of the form for it, where there is one.
    pub fn project_code(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == PROJECT_CODE)
    }

    /// The day on which a permit that a provincial rule alone carries ends; none where something stronger carries it.
    pub fn permit_ends_on(&self) -> Option<Date> {
        let lasting = |support: &Support| support.level.is_some_and(Level::sets_permits);
        if !self.is_permit() || self.set_by().any(lasting) {
            return None;
        }
        self.set_by().filter_map(Support::ends_on).max()
    }

    /// Which of the eight published fields (行政许可法 30) are still empty.
    pub fn lacks(&self) -> Vec<&'static str> {
        let rows = [
            (!self.name.trim().is_empty(), "事项名称"),
            (self.set_by().next().is_some(), "设定依据"),
            (!self.conditions.is_empty(), "申请条件"),
            (!self.quantity.is_empty(), "数量限制说明"),
            (!self.steps.is_empty(), "办理程序"),
            (self.promised.limit().or(self.statutory.limit()).is_some(), "办理期限"),
            (!self.materials.is_empty(), "全部材料目录"),
            (!self.fields.is_empty(), "申请书示范文本"),
        ];
        rows.into_iter().filter(|(present, _)| !present).map(|(_, name)| name).collect()
    }
}
