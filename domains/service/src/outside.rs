//! 转外部系统。 A case whose item is handled in a provincial or vertical system: our number and theirs, what they last told,
//! and why nothing could be sent. What of theirs is kept is a number, a word and a day; the applicant's data stay sealed.

use crate::case::{Case, Fact};
use crate::rules;
use fadu_kernel::{Help, Refusal};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// As the item names it.
    pub system: String,
    /// 应送之日: of acceptance.
    pub since: Date,
    /// 对方编号
    #[serde(default)]
    pub number: Option<String>,
    #[serde(default)]
    pub told: Option<Told>,
    /// 没有送出的原因, of the last try.
    #[serde(default)]
    pub fault: Option<Fault>,
}

/// 对方答复。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub state: State,
    pub on: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已接收
    Received,
    /// 办理中
    InProgress,
    /// 准予
    Granted,
    /// 不予
    Refused,
    /// 退回
    Returned,
}

impl State {
    pub fn zh(self) -> &'static str {
        match self {
            State::Received => "已接收",
            State::InProgress => "办理中",
            State::Granted => "准予",
            State::Refused => "不予",
            State::Returned => "退回",
        }
    }

    pub fn is_final(self) -> bool {
        matches!(self, State::Granted | State::Refused | State::Returned)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 没有接入
    NotConnected,
    /// 没有按时应答
    Timeout,
    /// 连接不上
    Outage,
    /// 对方拒收
    Rejected,
    /// 答复读不出来
    Wrong,
}

impl Fault {
    pub fn zh(self) -> &'static str {
        match self {
            Fault::NotConnected => "没有接入",
            Fault::Timeout => "没有按时应答",
            Fault::Outage => "连接不上",
            Fault::Rejected => "对方拒收",
            Fault::Wrong => "答复读不出来",
        }
    }

    /// Whether the next run tries by itself. What they do not take is not sent again until somebody says so.
    pub fn may_pass(self) -> bool {
        matches!(self, Fault::NotConnected | Fault::Timeout | Fault::Outage)
    }
}

/// The facet by which hand-overs are found, and its values.
pub const FACET: &str = "outside";
/// 待送: the next run tries.
pub const TO_SEND: &str = "to_send";
/// 没有送出: the last try failed, whether or not the next run tries.
pub const UNSENT: &str = "unsent";
/// 已送，等答复
pub const OPEN: &str = "open";

impl Outside {
    pub fn new(system: &str, since: Date) -> Outside {
        Outside { system: system.to_owned(), since, number: None, told: None, fault: None }
    }

    pub(crate) fn facets(&self) -> impl Iterator<Item = (String, String)> + use<> {
        let to_send = self.number.is_none() && self.fault.is_none_or(Fault::may_pass);
        let unsent = self.number.is_none() && self.fault.is_some();
        let open = self.number.is_some() && !self.told.is_some_and(|told| told.state.is_final());
        [(to_send, TO_SEND), (unsent, UNSENT), (open, OPEN)]
            .into_iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, value)| (FACET.to_owned(), value.to_owned()))
    }

    /// How it stands, as a page says it.
    pub fn zh(&self) -> String {
        match (&self.number, self.told, self.fault) {
            (Some(number), Some(told), _) => {
                format!("{}，对方编号{number}，{}{}", self.system, told.on, told.state.zh())
            }
            (Some(number), None, _) => format!("{}，对方编号{number}，已送", self.system),
            (None, _, Some(fault)) => format!("{}，没有送出：{}", self.system, fault.zh()),
            (None, _, None) => format!("{}，待送", self.system),
        }
    }
}

type Decision = Result<Vec<Fact>, Refusal>;

fn no(because: &str) -> Decision {
    Err(Refusal::new(&rules::ORDER, Help::Operator, because))
}

/// What was sent is sent once. Of a closed case too: it may have closed while the answer was under way.
fn unsent(case: &Case) -> Result<&Outside, Refusal> {
    match &case.outside {
        Some(outside) if outside.number.is_none() => Ok(outside),
        Some(_) => Err(Refusal::new(&rules::ORDER, Help::Operator, "已经送出，有对方编号")),
        None => Err(Refusal::new(&rules::ORDER, Help::Operator, "本件不用转外部系统")),
    }
}

pub(crate) fn sent(case: &Case, number: &str) -> Decision {
    let outside = unsent(case)?;
    Ok(vec![Fact::SentOutside {
        system: outside.system.clone(),
        number: number.to_owned(),
        department: case.org.clone(),
    }])
}

pub(crate) fn not_sent(case: &Case, fault: Fault) -> Decision {
    let outside = unsent(case)?;
    if outside.fault == Some(fault) {
        return no("已经记录过这个原因");
    }
    Ok(vec![Fact::NotSent {
        system: outside.system.clone(),
        fault,
        first: outside.fault.is_none(),
        department: case.org.clone(),
    }])
}

pub(crate) fn told(case: &Case, state: State, on: Date) -> Decision {
    let sent = case
        .outside
        .as_ref()
        .and_then(|outside| Some((outside, outside.number.as_ref()?)));
    let Some((outside, number)) = sent else { return no("还没有送出") };
    if outside.told == Some(Told { state, on }) {
        return no("已经记录过这个答复");
    }
    Ok(vec![Fact::OutsideTold {
        system: outside.system.clone(),
        number: number.clone(),
        state,
        on,
        department: case.org.clone(),
    }])
}

/// 重送: whoever looks after it has cleared what was wrong.
pub(crate) fn send_again(case: &Case) -> Decision {
    let outside = unsent(case)?;
    match outside.fault {
        Some(_) if !case.is_closed() => Ok(vec![Fact::SendingAgain { system: outside.system.clone() }]),
        Some(_) => no("这件事已经办结，不用再送"),
        None => no("正在等下一次发送"),
    }
}
