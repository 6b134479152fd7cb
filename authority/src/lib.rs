//! 权限。 May this post, in this department, do this kind of act here? Cedar answers; the answer is cached,
//! since it depends on nothing but the question. Avoidance is part of the question, so it runs on every act.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression,
};
use fadu_kernel::Role;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::RwLock;

/// 一问。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    /// `case`, `item`, …
    pub kind: &'static str,
    /// `Accept`, …
    pub act: &'static str,
    pub role: Role,
    /// The actor's body is the body competent for the matter.
    pub same_org: bool,
    /// The actor applied, or is otherwise interested.
    pub own: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the policies cannot be used: {0}")]
pub struct BadPolicy(String);

pub struct Authority {
    policies: PolicySet,
    entities: Entities,
    answers: RwLock<HashMap<Question, bool>>,
}

impl Authority {
    pub fn shipped() -> Result<Authority, BadPolicy> {
        Authority::from_text(concat!(
            include_str!("../policies/service.cedar"),
            include_str!("../policies/law.cedar"),
            include_str!("../policies/onething.cedar"),
            include_str!("../policies/proof.cedar"),
            include_str!("../policies/hall.cedar"),
            include_str!("../policies/hotline.cedar"),
            include_str!("../policies/trading.cedar"),
            include_str!("../policies/supervision.cedar")
        ))
    }

    pub fn from_text(text: &str) -> Result<Authority, BadPolicy> {
        let policies = PolicySet::from_str(text).map_err(|error| BadPolicy(error.to_string()))?;
        Ok(Authority { policies, entities: Entities::empty(), answers: RwLock::default() })
    }

    /// No policy, or a fault in one, means no.
    pub fn allows(&self, question: Question) -> bool {
        let cached = self.answers.read().ok().and_then(|answers| answers.get(&question).copied());
        if let Some(answer) = cached {
            return answer;
        }
        let answer = self.ask(question).unwrap_or(false);
        if let Ok(mut answers) = self.answers.write() {
            answers.insert(question, answer);
        }
        answer
    }

    fn ask(&self, q: Question) -> Option<bool> {
        let uid = |text: String| EntityUid::from_str(&text).ok();
        let pairs = [
            ("role", RestrictedExpression::new_string(q.role.name().to_owned())),
            ("same_org", RestrictedExpression::new_bool(q.same_org)),
            ("own", RestrictedExpression::new_bool(q.own)),
        ];
        let context = Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value))).ok()?;
        let request = Request::new(
            uid(format!("Role::\"{}\"", q.role.name()))?,
            uid(format!("Action::\"{}.{}\"", q.kind, q.act))?,
            uid(format!("Matter::\"{}\"", q.kind))?,
            context,
            None,
        )
        .ok()?;
        Some(
            Authorizer::new()
                .is_authorized(&request, &self.policies, &self.entities)
                .decision()
                == Decision::Allow,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(act: &'static str, role: Role, same_org: bool, own: bool) -> bool {
        Authority::shipped()
            .unwrap()
            .allows(Question { kind: "case", act, role, same_org, own })
    }

    #[test]
    fn a_bought_in_clerk_receives_but_never_accepts() {
        assert!(ask("Receive", Role::WindowClerk, false, false));
        for act in ["Accept", "Decline", "Decide", "GiveNotice"] {
            assert!(!ask(act, Role::WindowClerk, true, false), "{act}: 行政许可法 24");
        }
    }

    #[test]
    fn posts_stay_in_their_body_and_off_their_own_case() {
        assert!(ask("Accept", Role::Officer, true, false));
        assert!(!ask("Accept", Role::Officer, false, false), "another department");
        assert!(!ask("Accept", Role::Officer, true, true), "own case");
        assert!(ask("Withdraw", Role::Citizen, false, true));
        assert!(!ask("Withdraw", Role::Citizen, false, false), "somebody else's case");
        assert!(!ask("DeemAccepted", Role::Officer, true, false), "only time says so");
    }
}
