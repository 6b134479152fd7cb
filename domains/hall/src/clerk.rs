//! 综合窗口人员。 The staff register: who stands at windows in county and township, under which contract, trained in what.
//! No points, no ranking: the register says that somebody may stand there, not how well.

use crate::hall::Place;
use crate::mark::{Mark, checked, named, texts};
use crate::record::{Kind, Record};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, PersonId, Rule,
    Stamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Clerk {
    pub person: Option<PersonId>,
    pub org: OrgId,
    pub place: Place,
    pub township: String,
    /// Number of the service contract.
    pub contract: String,
    pub joined: Option<Mark>,
    pub trained: Vec<Training>,
    pub left: Option<Mark>,
}

/// 培训。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    pub topic: String,
    pub hours: u16,
    pub noted: Mark,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 上岗登记
    Join { person: PersonId, place: Place, township: String, contract: String },
    /// 培训登记
    Train { topic: String, hours: u16 },
    /// 调整县镇岗位
    Move { place: Place, township: String },
    /// 离岗
    Leave { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Joined {
        person: PersonId,
        place: Place,
        township: String,
        contract: String,
        org: OrgId,
    },
    Trained {
        topic: String,
        hours: u16,
    },
    /// 调出: takes the person out of the count of the place before.
    Unplaced {
        place: Place,
    },
    /// 调入
    Placed {
        place: Place,
        township: String,
    },
    Left {
        reason: String,
        place: Place,
    },
}

impl Clerk {
    pub fn id(person: &PersonId) -> MatterId {
        named(&["clerk", person.as_str()])
    }

    pub fn in_post(&self) -> bool {
        self.joined.is_some() && self.left.is_none()
    }
}

const CONTRACT: Ground = Ground::Law(&[Basis::article("政府采购法", 44)]);
const MANAGE: Ground = Ground::Measure("综合窗口人员管理规定（演示）");

impl Matter for Clerk {
    const KIND: &'static str = "clerk";
    const ZH: &'static str = "综合窗口人员";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: jiff::civil::Date) -> Option<MatterId> {
        match act {
            Act::Join { person, .. } => Some(Clerk::id(person)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Join", zh: "上岗登记", ground: CONTRACT, opens: true },
            ActKind { name: "Train", zh: "培训登记", ground: MANAGE, opens: false },
            ActKind { name: "Move", zh: "调整岗位", ground: MANAGE, opens: false },
            ActKind { name: "Leave", zh: "离岗", ground: MANAGE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Join, Train, Move, Leave)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Joined, Trained, Unplaced, Placed, Left)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let township = |place: &Place, township: &str| {
            let wrong = (*place == Place::Township) == township.trim().is_empty();
            wrong.then(|| Invalid::new("township", "乡镇岗位要写明乡镇，县级岗位不写"))
        };
        checked(match act {
            Act::Join { person, place, township: at, contract } => {
                let mut wrong =
                    texts(&[("person", person.as_str(), "人员账号"), ("contract", contract, "合同编号")]);
                wrong.extend(township(place, at));
                wrong
            }
            Act::Train { topic, hours } => {
                let mut wrong = texts(&[("topic", topic, "培训内容")]);
                if *hours == 0 {
                    wrong.push(Invalid::new("hours", "请填写学时"));
                }
                wrong
            }
            Act::Move { place, township: at } => township(place, at).into_iter().collect(),
            Act::Leave { reason } => texts(&[("reason", reason, "离岗原因")]),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Join { person, .. } if ctx.matter != Clerk::id(person) => {
                no(&rules::ORDER, Help::CatalogueManager, format!("这不是{person}的登记"))
            }
            Act::Join { person, .. } if self.in_post() => {
                no(&rules::DOCUMENTED, Help::CatalogueManager, format!("{person}已经在岗"))
            }
            Act::Join { person, place, township, contract } => {
                let held = ctx.look::<Record>(Record::id(Kind::ServiceContract, contract));
                if !held.is_some_and(|record| record.in_force(ctx.today())) {
                    let because = format!("{}没有在期的合同“{contract}”", ctx.today());
                    return no(&rules::CONTRACTED, Help::CatalogueManager, because);
                }
                Ok(vec![Fact::Joined {
                    person: person.clone(),
                    place: *place,
                    township: township.clone(),
                    contract: contract.clone(),
                    org: ctx.actor.org.clone(),
                }])
            }
            Act::Train { .. } | Act::Move { .. } | Act::Leave { .. } if !self.in_post() => {
                no(&rules::ORDER, Help::CatalogueManager, "没有上岗，或者已经离岗")
            }
            Act::Train { topic, hours } => Ok(vec![Fact::Trained { topic: topic.clone(), hours: *hours }]),
            Act::Move { place, township } => Ok(vec![
                Fact::Unplaced { place: self.place },
                Fact::Placed { place: *place, township: township.clone() },
            ]),
            Act::Leave { reason } => Ok(vec![Fact::Left { reason: reason.clone(), place: self.place }]),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Joined { person, place, township, contract, org } => {
                self.person = Some(person.clone());
                self.place = *place;
                self.township.clone_from(township);
                self.contract.clone_from(contract);
                self.org = org.clone();
                self.joined = Some(Mark::of(stamp));
                self.left = None;
            }
            Fact::Trained { topic, hours } => {
                self.trained
                    .push(Training { topic: topic.clone(), hours: *hours, noted: Mark::of(stamp) })
            }
            Fact::Unplaced { .. } => {}
            Fact::Placed { place, township } => {
                self.place = *place;
                self.township.clone_from(township);
            }
            Fact::Left { .. } => self.left = Some(Mark::of(stamp)),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let person = self.person.as_ref().map(PersonId::to_string).unwrap_or_default();
        Docket {
            number: person.clone(),
            title: match self.place {
                Place::County => "县级综合窗口".to_owned(),
                Place::Township => format!("{}综合窗口", self.township),
            },
            status: if self.in_post() { "in_post" } else { "left" }.to_owned(),
            org: self.org.clone(),
            closed: self.left.is_some(),
            facets: vec![("person".to_owned(), person)],
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.person.iter().cloned().collect() }
    }
}
