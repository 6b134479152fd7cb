//! 事。 Anything that changes only through official acts, and the two pure functions that change it.

use crate::basis::{Basis, Rule};
use crate::calendar::Calendar;
use crate::ids::{MatterId, OrgId, PersonId, Region};
use crate::refusal::{Invalid, Refusal};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// 时刻。 Read once, at the door: the instant and its civil day in Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub ms: i64,
    pub today: Date,
}

/// 身份类别。 What kind of person acts; the post decides which acts are open at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 公民
    Citizen,
    /// 企业经办人
    FirmAgent,
    /// 综合窗口受理员（政府购买服务）
    WindowClerk,
    /// 部门经办人
    Officer,
    /// 部门负责人
    AgencyHead,
    /// 县政府负责人
    Government,
    /// 事项管理员
    CatalogueManager,
    /// 纪检监察人员
    Inspector,
    /// 系统管理员
    Operator,
    /// 系统时钟
    Clock,
}

impl Role {
    pub const ALL: [Role; 10] = [
        Role::Citizen,
        Role::FirmAgent,
        Role::WindowClerk,
        Role::Officer,
        Role::AgencyHead,
        Role::Government,
        Role::CatalogueManager,
        Role::Inspector,
        Role::Operator,
        Role::Clock,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Role::Citizen => "citizen",
            Role::FirmAgent => "firm_agent",
            Role::WindowClerk => "window_clerk",
            Role::Officer => "officer",
            Role::AgencyHead => "agency_head",
            Role::Government => "government",
            Role::CatalogueManager => "catalogue_manager",
            Role::Inspector => "inspector",
            Role::Operator => "operator",
            Role::Clock => "clock",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Role::Citizen => "公民",
            Role::FirmAgent => "企业经办人",
            Role::WindowClerk => "综合窗口受理员",
            Role::Officer => "部门经办人",
            Role::AgencyHead => "部门负责人",
            Role::Government => "县政府负责人",
            Role::CatalogueManager => "事项管理员",
            Role::Inspector => "纪检监察人员",
            Role::Operator => "系统管理员",
            Role::Clock => "系统时钟",
        }
    }
}

/// 行为人。 Who acts, in which post, for which body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub person: PersonId,
    pub role: Role,
    pub org: OrgId,
}

impl Actor {
    pub fn clock() -> Actor {
        Actor { person: PersonId::new("clock"), role: Role::Clock, org: OrgId::new("system") }
    }

    /// 系统联动: carries out what a fact of one matter asks of another.
    pub fn relay() -> Actor {
        Actor { person: PersonId::new("relay"), ..Actor::clock() }
    }
}

/// 职权依据。 What an act is done on: an act without a ground cannot be registered.
#[derive(Clone, Copy, Debug)]
pub enum Ground {
    /// 法律、法规、规章: acts towards the public.
    Law(&'static [Basis]),
    /// 内部管理规定: internal acts.
    Measure(&'static str),
}

/// 行为种类。
#[derive(Clone, Copy, Debug)]
pub struct ActKind {
    /// Imperative English name, equal to the enum variant.
    pub name: &'static str,
    pub zh: &'static str,
    pub ground: Ground,
    /// Does it open a new matter?
    pub opens: bool,
}

/// 封存的个人信息。 Field name → hex digest under a salt. The values themselves never reach a domain's facts.
pub type Sealed = BTreeMap<String, String>;

/// 目录。 The catalogue states in force (items, powers, departments), kept in memory by epoch.
pub trait Catalogue: Send + Sync {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>>;
}

/// 决定所需的一切。
pub struct Ctx<'a> {
    pub region: Region,
    pub moment: Moment,
    pub actor: &'a Actor,
    pub matter: MatterId,
    pub calendar: &'a Calendar,
    pub catalogue: &'a dyn Catalogue,
    pub sealed: &'a Sealed,
}

impl Ctx<'_> {
    pub fn today(&self) -> Date {
        self.moment.today
    }

    /// A catalogue matter as it stands: `ctx.look::<Item>(id)`.
    pub fn look<M: Matter>(&self, id: MatterId) -> Option<&M> {
        self.catalogue.get(M::KIND, id).and_then(|any| any.downcast_ref())
    }
}

/// 事实的印记。 Who left a fact, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub day: Date,
    pub ms: i64,
    pub person: PersonId,
    pub role: Role,
    pub org: OrgId,
}

/// 待办。 Who must do what by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Unique within the matter, such as `decide` or `clock:notice`.
    pub name: String,
    pub role: Role,
    pub org: OrgId,
    /// When it is due; a clock task acts on the first sweep after this day.
    pub due: Option<Date>,
}

/// 卷面。 What lists and searches show of a matter, derived from its state alone. No personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Docket {
    /// The number printed on its documents.
    pub number: String,
    pub title: String,
    /// Stable word such as `accepted`; the page translates.
    pub status: String,
    /// The body that has it now.
    pub org: OrgId,
    pub due: Option<Date>,
    pub amber: Option<Date>,
    pub closed: bool,
    pub facets: Vec<(String, String)>,
    pub tasks: Vec<Task>,
}

/// 事的定义。 State is `Self`; `decide` and `evolve` are pure.
pub trait Matter: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {
    /// Stable short name, such as `case`.
    const KIND: &'static str;
    const ZH: &'static str;
    /// Catalogue matters are held in memory and raise the region's epoch with every fact.
    const CATALOGUE: bool = false;
    /// Opened under the id that its own name gives: there can be only one of that name.
    const NAMED: bool = Self::CATALOGUE;
    /// Who may read it at all; empty is every post. Figures count what nobody else may see.
    const READERS: &'static [Role] = &[];
    type Act: Serialize + DeserializeOwned + Send + Sync + 'static;
    type Fact: Serialize + DeserializeOwned + Send + Sync + 'static;

    fn acts() -> &'static [ActKind];
    fn rules() -> &'static [&'static Rule];
    fn act_name(act: &Self::Act) -> &'static str;
    fn fact_name(fact: &Self::Fact) -> &'static str;

    /// The id that a named matter is opened under: what the opening act says of its name.
    fn name_of(_act: &Self::Act, _today: Date) -> Option<MatterId> {
        None
    }

    /// 个人信息栏目。 The personal values that an act may bring: field and name. Where a form asks for more by its own
    /// definition, its page adds them.
    fn private_fields(_act: &str) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Checks what the act and its personal data say about themselves: spelling, length, check digits.
    fn check(_act: &Self::Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        Ok(())
    }

    /// 决定。 Facts, or the refusal with its rule.
    fn decide(&self, act: &Self::Act, ctx: &Ctx) -> Result<Vec<Self::Fact>, Refusal>;

    /// 演变。 Folds one fact into the state. Total: facts were allowed once and are never judged again.
    fn evolve(&mut self, fact: &Self::Fact, stamp: &Stamp);

    fn docket(&self, calendar: &Calendar) -> Docket;

    /// Acts that time itself does on this matter on `day`: deemed acceptance, lapse, overdue cards.
    fn due_acts(&self, _day: Date, _calendar: &Calendar) -> Vec<Self::Act> {
        Vec::new()
    }

    /// The body and the persons whose matter this is, for the authority check.
    fn parties(&self) -> Parties {
        Parties::default()
    }
}

/// 相关方。 For the checks that run on every act: own body, own case, avoidance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// The body competent for the matter.
    pub org: OrgId,
    /// Accounts that applied or are otherwise interested: they may not act officially on it (回避).
    pub applicants: Vec<PersonId>,
}
