//! 主题要素。 What a theme publishes: members and their order, situations, one form, one set of materials, limits.

use fadu_kernel::{Basis, MatterId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// 主题编码: the theme keeps it through all versions.
    pub code: String,
    pub name: String,
    pub audience: Audience,
    pub origin: Origin,
    /// Where the members and their departments were read.
    pub sources: Vec<String>,
    /// 牵头部门: receives, tells once what is missing, delivers.
    pub lead: String,
    pub mode: Mode,
    /// Absent until the county has settled it; a joint theme cannot open before that.
    #[serde(default)]
    pub stop: Option<StopRule>,
    pub promised: Option<Promise>,
    pub channels: Vec<Channel>,
    /// Last day of the theme, where it was opened for a time only.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// 四个一的证明
    #[serde(default)]
    pub evidence: Evidence,
    pub baseline: Option<Baseline>,
    pub members: Vec<Member>,
    /// 情形树: the first question is its root. Without questions every member takes part.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// 一张表单
    #[serde(default)]
    pub form: Vec<Field>,
    /// 一套材料
    #[serde(default)]
    pub materials: Vec<Material>,
    /// Keys that no source supplied: pages say 模拟 beside them.
    #[serde(default)]
    pub simulated: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    #[default]
    Person,
    Firm,
}

/// 清单来源。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    pub list: List,
    /// The document that carries the list.
    pub source: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum List {
    National,
    Provincial,
    #[default]
    Local,
}

impl List {
    pub fn zh(self) -> &'static str {
        match self {
            List::National => "国家清单",
            List::Provincial => "省级清单",
            List::Local => "本地清单",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            List::National => "national",
            List::Provincial => "provincial",
            List::Local => "local",
        }
    }
}

/// 办理方式。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 联合办理: one clock of forty-five working days over all departments (行政许可法 26, 42).
    Joint,
    /// 分别办理: every member keeps its own limit.
    #[default]
    Separate,
}

impl Mode {
    pub fn zh(self) -> &'static str {
        match self {
            Mode::Joint => "联合办理",
            Mode::Separate => "分别办理，各自计时",
        }
    }
}

/// Does the lawful suspension of one permit also stop the limit of the whole (行政许可法 45)?
/// The statute does not say it of joint handling in words, so a county settles it and names its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopRule {
    pub stops: bool,
    pub source: String,
}

/// 承诺期限。 Working days for the whole, from the first acceptance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    pub days: u16,
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网上
    Online,
    /// 综合窗口
    Window,
    /// 邮寄
    Post,
    /// 上门: for whoever cannot come and has no telephone.
    HomeVisit,
}

impl Channel {
    pub fn zh(self) -> &'static str {
        match self {
            Channel::Online => "网上",
            Channel::Window => "综合窗口",
            Channel::Post => "邮寄",
            Channel::HomeVisit => "上门",
        }
    }

    /// Journeys that it costs the applicant.
    pub fn trips(self) -> u32 {
        match self {
            Channel::Window => 1,
            Channel::Online | Channel::Post | Channel::HomeVisit => 0,
        }
    }
}

/// 四个一: which document shows each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// 一次告知
    #[serde(default)]
    pub one_notice: String,
    /// 一表申请
    #[serde(default)]
    pub one_form: String,
    /// 一套材料
    #[serde(default)]
    pub one_set: String,
    /// 一窗（网）办理
    #[serde(default)]
    pub one_window: String,
}

/// 四个一。 Shown by document and carried by the theme itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    pub one_notice: bool,
    pub one_form: bool,
    pub one_set: bool,
    pub one_window: bool,
}

/// 改革前基线: the same affair as it was, item by item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Working days, waiting for one result before applying for the next included.
    pub days: u16,
    pub trips: u16,
    pub materials: u16,
    pub source: String,
    #[schemars(with = "String", extend("format" = "date"))]
    pub as_of: Date,
    #[serde(default)]
    pub simulated: bool,
}

/// 成员事项。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Code of the item in the catalogue.
    pub item: String,
    pub name: String,
    pub department: String,
    /// 行政许可
    pub permit: bool,
    /// Working days; absent where the statutes held give none.
    #[serde(default)]
    pub statutory_days: Option<u16>,
    #[serde(default)]
    pub promised_days: Option<u16>,
    /// Where the statutory limit stands.
    #[serde(default)]
    pub basis: Option<Basis>,
    #[serde(default)]
    pub needs: Vec<Need>,
    #[serde(default)]
    pub simulated: Vec<String>,
}

/// 前置关系。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    pub item: String,
    pub kind: NeedKind,
    pub why: String,
    #[serde(default)]
    pub basis: Option<Basis>,
    #[serde(default)]
    pub simulated: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// 以其获准为前提: a refusal there ends this one too.
    Granted,
    /// 仅先后顺序: any ending there lets this one begin.
    #[default]
    Settled,
}

/// 情形问题。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub text: String,
    pub options: Vec<Choice>,
}

/// An option leads to a further question or names the items that then take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub id: String,
    pub text: String,
    #[serde(default)]
    pub next: Option<String>,
    #[serde(default)]
    pub items: Vec<String>,
}

/// Which item asks for it, and under which name there; the same name when left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub item: String,
    #[serde(default)]
    pub id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: String,
    pub label: String,
    pub sources: Vec<Source>,
    pub required: bool,
    /// The source that already holds it: then it is fetched, never asked.
    #[serde(default)]
    pub shared: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    pub id: String,
    pub name: String,
    pub sources: Vec<Source>,
    pub required: bool,
    #[serde(default)]
    pub shared: Option<String>,
}

impl Definition {
    /// A theme is known by its code: the same id on every machine.
    pub fn id(&self) -> MatterId {
        let digest = Sha256::digest(format!("theme:{}", self.code));
        MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
    }

    /// SHA-256 of what it says, in hex: a publication names what was made public.
    pub fn digest(&self) -> String {
        let text = toml::to_string(self).unwrap_or_default();
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn member(&self, item: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.item == item)
    }

    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.id == id)
    }

    pub fn field(&self, id: &str) -> Option<&Field> {
        self.form.iter().find(|field| field.id == id)
    }

    /// A flag is carried by the theme and shown by a document; one of the two alone is a slogan.
    pub fn flags(&self) -> Flags {
        let shown = |text: &str| !text.trim().is_empty();
        Flags {
            one_notice: shown(&self.evidence.one_notice) && !self.materials.is_empty(),
            one_form: shown(&self.evidence.one_form) && !self.form.is_empty(),
            one_set: shown(&self.evidence.one_set) && !self.materials.is_empty(),
            one_window: shown(&self.evidence.one_window)
                && self.channels.iter().any(|way| matches!(way, Channel::Online | Channel::Window)),
        }
    }
}

impl Flags {
    pub fn all(self) -> bool {
        self.one_notice && self.one_form && self.one_set && self.one_window
    }
}

/// Does one of these sources belong to one of these items?
pub fn serves(sources: &[Source], items: &[String]) -> bool {
    sources.iter().any(|source| items.contains(&source.item))
}

/// Its name with this item, if this item asks for it.
pub fn name_with<'a>(sources: &'a [Source], own: &'a str, item: &str) -> Option<&'a str> {
    let source = sources.iter().find(|source| source.item == item)?;
    Some(source.id.as_deref().unwrap_or(own))
}
