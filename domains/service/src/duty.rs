//! 事项审核分工。 Which body reviews items for the reform of approvals, and which one their basis: the county government
//! says so by a document. While it has not, no item can be reviewed, and so none published.

use crate::item::Desk;
use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Rule,
    Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Duty {
    pub desk: Desk,
    pub body: OrgId,
    pub document: String,
    pub since: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 确定审核机关
    Assign { desk: Desk, body: OrgId, document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Assigned { desk: Desk, body: OrgId, document: String },
}

impl Duty {
    pub fn id(desk: Desk) -> MatterId {
        crate::item::named(&format!("item-duty:{}", desk.word()))
    }

    /// The body that reviews at this desk, if the county has said which.
    pub fn body_for(desk: Desk, ctx: &Ctx) -> Option<OrgId> {
        let duty = ctx.look::<Duty>(Duty::id(desk))?;
        duty.since.map(|_| duty.body.clone())
    }
}

const ASSIGN: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 39), Basis::article("优化营商环境条例", 35)]);

impl Matter for Duty {
    const KIND: &'static str = "duty";
    const ZH: &'static str = "事项审核分工";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Assign { desk, .. } = act;
        Some(Duty::id(*desk))
    }

    fn acts() -> &'static [ActKind] {
        &[ActKind { name: "Assign", zh: "确定审核机关", ground: ASSIGN, opens: true }]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(_act: &Act) -> &'static str {
        "Assign"
    }

    fn fact_name(_fact: &Fact) -> &'static str {
        "Assigned"
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Assign { body, document, .. } = act;
        let empty = [("body", body.as_str(), "审核机关"), ("document", document.as_str(), "文号")]
            .into_iter()
            .filter(|(_, text, _)| text.trim().is_empty());
        let wrong: Vec<Invalid> =
            empty.map(|(field, _, zh)| Invalid::new(field, format!("请填写{zh}"))).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Assign { desk, body, document } = act;
        if *desk == Desk::Department || ctx.matter != Duty::id(*desk) {
            let because = "实施部门的审核由它自己的负责人做，不用指定";
            return Err(Refusal::new(&rules::OWN_DESK, Help::Government, because));
        }
        Ok(vec![Fact::Assigned { desk: *desk, body: body.clone(), document: document.clone() }])
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let Fact::Assigned { desk, body, document } = fact;
        self.desk = *desk;
        self.body = body.clone();
        self.document.clone_from(document);
        self.since = Some(stamp.day);
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.document.clone(),
            title: format!("{}：{}", self.desk.zh(), self.body),
            status: "in_force".to_owned(),
            org: self.body.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.body.clone(), applicants: vec![] }
    }
}
