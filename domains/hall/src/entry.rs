//! 进驻与下沉。 Which items of a department are in the county's hall, and which a township handles on the spot: the entry
//! agreement or sinking list, its items, and the exceptions with reason and document.

use crate::mark::{Mark, checked, named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Rule, Stamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// 部门进驻县级大厅
    #[default]
    Department,
    /// 事项下沉乡镇
    Township,
}

impl Scope {
    fn word(self) -> &'static str {
        match self {
            Scope::Department => "department",
            Scope::Township => "township",
        }
    }
}

/// 一个事项在不在。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 已进驻，或者就近可办
    Inside,
    /// 应当进驻而还没有
    Pending,
    /// 例外: outside by a document, for a reason.
    Excepted { reason: String, document: String },
}

impl Standing {
    fn inside(&self) -> bool {
        *self == Standing::Inside
    }

    /// Does it belong to those that should be inside?
    fn due(&self) -> bool {
        !matches!(self, Standing::Excepted { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placing {
    pub code: String,
    pub name: String,
    pub standing: Standing,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    pub scope: Scope,
    /// The department, or the township's government.
    pub body: OrgId,
    /// Its name on the day of the agreement.
    pub name: String,
    /// The one unit that receives and serves for the body.
    pub unit: String,
    pub document: String,
    pub agreed: Option<Mark>,
    pub items: BTreeMap<String, Placing>,
    /// 暂停的事项: as they stood before, exceptions with reason and document, for when they resume.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set_aside: BTreeMap<String, Placing>,
    pub left: Option<Mark>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 签订进驻协议，或者公布下沉清单
    Agree { scope: Scope, body: OrgId, name: String, unit: String, document: String },
    /// 列入事项: new ones, or where they stand from now on.
    Place { items: Vec<Placing> },
    /// 取消事项
    Drop {
        codes: Vec<String>,
        reason: String,
        /// 事项暂停，恢复时照旧列入
        #[serde(default)]
        set_aside: bool,
    },
    /// 撤出
    Leave { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Agreed {
        scope: Scope,
        body: OrgId,
        name: String,
        unit: String,
        document: String,
    },
    /// An item now counts as it says; what it counted as before was taken out by an `ItemDropped`.
    ItemPlaced {
        scope: Scope,
        item: Placing,
        inside: bool,
        due: bool,
    },
    ItemDropped {
        scope: Scope,
        code: String,
        inside: bool,
        due: bool,
        reason: String,
        /// It is kept for when the item resumes.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        set_aside: bool,
    },
    Left {
        scope: Scope,
        reason: String,
    },
}

impl Entry {
    pub fn id(scope: Scope, body: &OrgId) -> MatterId {
        named(&["entry", scope.word(), body.as_str()])
    }

    pub fn exceptions(&self) -> impl Iterator<Item = &Placing> {
        self.items.values().filter(|item| !item.standing.due())
    }

    fn stands(&self) -> bool {
        self.agreed.is_some() && self.left.is_none()
    }

    /// Where an item stood before it was suspended; one that was never on the list should be inside and is not yet.
    pub fn standing_before(&self, code: &str) -> Standing {
        self.set_aside.get(code).map_or(Standing::Pending, |item| item.standing.clone())
    }

    fn dropped(&self, code: &str, reason: &str, set_aside: bool) -> Option<Fact> {
        self.items.get(code).map(|item| Fact::ItemDropped {
            scope: self.scope,
            code: code.to_owned(),
            inside: item.standing.inside(),
            due: item.standing.due(),
            reason: reason.to_owned(),
            set_aside,
        })
    }
}

const ENTER: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 36), Basis::article("行政许可法", 26)]);

impl Matter for Entry {
    const KIND: &'static str = "entry";
    const ZH: &'static str = "进驻与下沉";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: jiff::civil::Date) -> Option<MatterId> {
        match act {
            Act::Agree { scope, body, .. } => Some(Entry::id(*scope, body)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind {
                name: "Agree", zh: "签订进驻协议或者公布下沉清单", ground: ENTER, opens: true
            },
            ActKind { name: "Place", zh: "列入事项", ground: ENTER, opens: false },
            ActKind { name: "Drop", zh: "取消事项", ground: ENTER, opens: false },
            ActKind { name: "Leave", zh: "撤出", ground: ENTER, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Agree, Place, Drop, Leave)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Agreed, ItemPlaced, ItemDropped, Left)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Agree { body, name, document, .. } => texts(&[
                ("body", body.as_str(), "单位"),
                ("name", name, "单位名称"),
                ("document", document, "协议或者清单文号"),
            ]),
            Act::Place { items } => {
                let unnamed = items.iter().find(|item| item.code.is_empty() || item.name.is_empty());
                let mut wrong: Vec<Invalid> = unnamed
                    .map(|item| Invalid::new("items", format!("事项“{}”缺编码或者名称", item.name)))
                    .into_iter()
                    .collect();
                let codes: std::collections::BTreeSet<&str> =
                    items.iter().map(|item| item.code.as_str()).collect();
                if items.is_empty() || codes.len() != items.len() {
                    wrong.push(Invalid::new("items", "请填写事项，同一事项只写一次"));
                }
                wrong
            }
            Act::Drop { reason, .. } | Act::Leave { reason } => texts(&[("reason", reason, "理由")]),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Agree { scope, body, .. } if self.stands() || ctx.matter != Entry::id(*scope, body) => {
                no(&rules::ORDER, Help::CatalogueManager, format!("{body}已经有协议或者清单"))
            }
            Act::Agree { unit, name, .. } if unit.trim().is_empty() => {
                no(&rules::ONE_UNIT, Help::CatalogueManager, format!("{name}没有确定统一受理的机构"))
            }
            Act::Agree { scope, body, name, unit, document } => Ok(vec![Fact::Agreed {
                scope: *scope,
                body: body.clone(),
                name: name.clone(),
                unit: unit.clone(),
                document: document.clone(),
            }]),
            Act::Place { .. } | Act::Drop { .. } | Act::Leave { .. } if !self.stands() => {
                no(&rules::ORDER, Help::CatalogueManager, "还没有协议或者清单，或者已经撤出")
            }
            Act::Place { items } => self.place(items),
            Act::Drop { codes, reason, set_aside } => match codes
                .iter()
                .find(|code| !self.items.contains_key(*code))
            {
                Some(code) => no(&rules::ORDER, Help::CatalogueManager, format!("没有事项{code}")),
                None => Ok(codes.iter().filter_map(|code| self.dropped(code, reason, *set_aside)).collect()),
            },
            Act::Leave { reason } => {
                let mut facts: Vec<Fact> =
                    self.items.keys().filter_map(|code| self.dropped(code, reason, false)).collect();
                facts.push(Fact::Left { scope: self.scope, reason: reason.clone() });
                Ok(facts)
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Agreed { scope, body, name, unit, document } => {
                self.scope = *scope;
                self.body = body.clone();
                self.name.clone_from(name);
                self.unit.clone_from(unit);
                self.document.clone_from(document);
                self.agreed = Some(Mark::of(stamp));
                self.left = None;
            }
            Fact::ItemPlaced { item, .. } => {
                self.set_aside.remove(&item.code);
                self.items.insert(item.code.clone(), item.clone());
            }
            Fact::ItemDropped { code, set_aside, .. } => {
                let item = self.items.remove(code).filter(|_| *set_aside);
                self.set_aside.extend(item.map(|item| (code.clone(), item)));
            }
            // A later agreement settles anew where each item stands.
            Fact::Left { .. } => {
                self.left = Some(Mark::of(stamp));
                self.set_aside.clear();
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.document.clone(),
            title: self.name.clone(),
            status: if self.stands() { "in_force" } else { "ended" }.to_owned(),
            org: self.body.clone(),
            closed: self.left.is_some(),
            facets: vec![("scope".to_owned(), self.scope.word().to_owned())],
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.body.clone(), applicants: vec![] }
    }
}

impl Entry {
    fn place(&self, items: &[Placing]) -> Decision<Fact> {
        let bare = items.iter().find(|item| match &item.standing {
            Standing::Excepted { reason, document } => reason.trim().is_empty() || document.trim().is_empty(),
            Standing::Inside | Standing::Pending => false,
        });
        if let Some(item) = bare {
            let because = format!("“{}”列为例外，没有写明理由或者文件", item.name);
            return no(&rules::ENTER_HALL, Help::CatalogueManager, because);
        }
        let facts = items.iter().flat_map(|item| {
            self.dropped(&item.code, "重新列入", false)
                .into_iter()
                .chain([Fact::ItemPlaced {
                    scope: self.scope,
                    inside: item.standing.inside(),
                    due: item.standing.due(),
                    item: item.clone(),
                }])
        });
        Ok(facts.collect())
    }
}
