//! 网上支付。 Whoever takes the money for the county stands behind one contract: an order with its sum goes there, and the
//! number of its receipt comes back. What is recorded of a case is what the provider says, never what a browser says.
//!
//! A county that does not exist has a provider of its own, which moves no money and is marked 模拟 wherever it shows.

use crate::{App, Call, Committed, Problem};
use async_trait::async_trait;
use fadu_kernel::{Actor, Fen, MatterId};
use fadu_service::fee::PayWay;
use fadu_service::{Case, CaseAct};
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// 缴费单。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The same for the same charge of the same case: whoever is asked twice takes the sum once.
    pub number: String,
    /// What it is for, without a name.
    pub subject: String,
    pub amount: Fen,
}

/// Why nothing was paid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpaid {
    #[error("支付平台没有应答，没有扣款；请稍后再试，或者到窗口缴纳")]
    Outage(String),
    #[error("支付没有完成：{0}")]
    Declined(String),
}

#[async_trait]
pub trait Provider: Send + Sync {
    /// 名称, as the applicant reads it.
    fn name(&self) -> &str;
    /// No money moves.
    fn is_simulated(&self) -> bool;
    /// Answers the number of its receipt. Asked again for an order that it took, it says the same.
    async fn collect(&self, order: &Order) -> Result<String, Unpaid>;
}

/// 模拟支付平台。
pub struct Simulated;

#[async_trait]
impl Provider for Simulated {
    fn name(&self) -> &str {
        "模拟支付平台"
    }

    fn is_simulated(&self) -> bool {
        true
    }

    async fn collect(&self, order: &Order) -> Result<String, Unpaid> {
        Ok(format!("模拟-{}", order.number))
    }
}

/// 已接入的支付平台, at most one.
#[derive(Default)]
pub struct Payments(RwLock<Option<Arc<dyn Provider>>>);

impl Payments {
    pub fn connect(&self, provider: Arc<dyn Provider>) {
        if let Ok(mut connected) = self.0.write() {
            *connected = Some(provider);
        }
    }

    pub fn provider(&self) -> Option<Arc<dyn Provider>> {
        self.0.read().ok()?.clone()
    }
}

/// How an attempt to pay ended.
#[derive(Debug)]
pub enum Attempt {
    Paid(Committed),
    /// The provider took what was not owed any more: it is noted, and goes back.
    Surplus(Committed),
    Unpaid(Unpaid),
    /// Nothing is to be paid there any more, or nobody takes it online.
    NothingOpen,
}

impl App {
    /// 网上缴费. Errors: the case is not there, or what the provider took cannot be written down; asked again, it is.
    pub async fn pay_online(&self, case: MatterId, code: &str) -> Result<Attempt, Problem> {
        let state = self.state_of::<Case>(case).await?.ok_or(Problem::NotFound)?;
        let open = state
            .fees
            .get(code)
            .filter(|charge| charge.is_open() && state.archived.is_none());
        let (Some(charge), Some(provider)) = (open, self.payments.provider()) else {
            return Ok(Attempt::NothingOpen);
        };
        let order = Order {
            number: format!("{}-{code}", state.number),
            subject: charge.name.clone(),
            amount: charge.due(),
        };
        let reference = match provider.collect(&order).await {
            Ok(reference) => reference,
            Err(unpaid) => {
                tracing::warn!(order = order.number, ?unpaid, "nothing was paid online");
                return Ok(Attempt::Unpaid(unpaid));
            }
        };
        let (amount_fen, simulated) = (order.amount.0, provider.is_simulated());
        let act = CaseAct::PayFee {
            code: code.to_owned(),
            way: PayWay::Online,
            amount_fen,
            reference: reference.clone(),
            simulated,
        };
        match self.told_of(case, act, format!("pay-{}", order.number)).await {
            // While the provider took it the window was quicker, or part of it was remitted: the money has come all the same.
            Err(Problem::Refused(_)) => {
                let key = format!("surplus-{}-{reference}", order.number);
                let act = CaseAct::NoteSurplus { code: code.to_owned(), amount_fen, reference, simulated };
                self.told_of(case, act, key).await.map(Attempt::Surplus)
            }
            answer => answer.map(Attempt::Paid),
        }
    }

    async fn told_of(&self, case: MatterId, act: CaseAct, key: String) -> Result<Committed, Problem> {
        let clock = Actor::clock();
        let call = Call { actor: &clock, matter: Some(case), act, private: BTreeMap::new(), key: Some(key) };
        self.act::<Case>(call).await
    }
}
