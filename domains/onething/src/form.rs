//! 填写检查。 What an act and its personal data say about themselves; whether the law allows it is decided after.

use crate::acts::Act;
use crate::definition::Channel;
use fadu_kernel::Invalid;
use fadu_kernel::codes::{citizen_number, credit_code, phone};
use std::collections::BTreeMap;

/// Fields of every application beside those of the theme's form. An agent's are there when somebody came for another.
pub const CORE: [&str; 6] =
    ["applicant_name", "applicant_number", "applicant_phone", "agent_name", "agent_number", "agent_phone"];

const LONGEST: usize = 2000;

pub fn check(act: &Act, private: &BTreeMap<String, String>) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    if let Act::Receive { channel, .. } = act {
        applicant(*channel, private, &mut wrong);
    }
    let texts: &[(&str, &str)] = match act {
        Act::Decline { reason, remedy } | Act::DeclineChild { reason, remedy, .. } => {
            &[("reason", reason), ("remedy", remedy)]
        }
        Act::Withdraw { reason, statement } => &[("reason", reason), ("statement", statement)],
        Act::Extend { reason } | Act::ExplainDelay { reason } => &[("reason", reason)],
        Act::Receive { .. }
        | Act::GiveNotice { .. }
        | Act::Supplement { .. }
        | Act::OpenChild { .. }
        | Act::ChildMoved { .. }
        | Act::ChildHeld { .. }
        | Act::OpenAgain { .. }
        | Act::Deliver { .. }
        | Act::Close
        | Act::DeemComplete
        | Act::TurnAmber
        | Act::TurnOverdue => &[],
    };
    let values = private.iter().map(|(field, value)| (field.as_str(), value.as_str()));
    for (field, _) in texts
        .iter()
        .copied()
        .chain(values)
        .filter(|(_, text)| text.chars().count() > LONGEST)
    {
        wrong.push(Invalid::new(field, format!("不能超过{LONGEST}字")));
    }
    wrong
}

/// A telephone is asked for online only: whoever has none is served at the window, by post or at home.
fn applicant(channel: Channel, private: &BTreeMap<String, String>, wrong: &mut Vec<Invalid>) {
    let value = |name: &str| private.get(name).map_or("", |value| value.trim());
    if value("applicant_name").is_empty() {
        wrong.push(Invalid::new("applicant_name", "请填写申请人姓名或者名称"));
    }
    if let Err(message) = number(value("applicant_number")) {
        wrong.push(Invalid::new("applicant_number", message));
    }
    if value("agent_name").is_empty() != value("agent_number").is_empty() {
        wrong.push(Invalid::new("agent_name", "代办人的姓名和证件号码要一起填写"));
    } else if let Err(message) = number(value("agent_number"))
        .or_else(|message| if value("agent_number").is_empty() { Ok(()) } else { Err(message) })
    {
        wrong.push(Invalid::new("agent_number", message));
    }
    for (field, needed) in [("applicant_phone", channel == Channel::Online), ("agent_phone", false)] {
        let given = value(field);
        if let Some(error) = phone(given).err().filter(|_| needed || !given.is_empty()) {
            wrong.push(Invalid::new(field, format!("联系电话不对：{error}")));
        }
    }
}

/// A citizen's number or a credit code; the message is of whichever it looks like.
fn number(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("请填写公民身份号码或者统一社会信用代码".to_owned());
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let checked =
        if digits >= 17 && !text.starts_with('9') { citizen_number(text) } else { credit_code(text) };
    checked.map_err(|error| format!("证件号码不对：{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::MatterId;

    fn receive(channel: Channel) -> Act {
        Act::Receive { theme: MatterId(1), channel, answers: BTreeMap::new(), materials: BTreeMap::new() }
    }

    #[test]
    fn a_form_that_cannot_be_read_names_its_field() {
        use Channel::{HomeVisit, Online, Window};
        // The number is the worked example of GB 11643-1999.
        let good = "applicant_name=甲 applicant_number=11010519491231002X applicant_phone=13800000000";
        let rows = [
            (Online, good, ""),
            (Window, "applicant_name=甲 applicant_number=11010519491231002X", ""),
            (
                HomeVisit,
                "applicant_name=甲 applicant_number=11010519491231002X agent_name=乙 agent_number=440524188001010014",
                "",
            ),
            (Online, "applicant_name=甲 applicant_number=11010519491231002X", "applicant_phone"),
            (
                Window,
                "applicant_name=甲 applicant_number=11010519491231002X applicant_phone=1",
                "applicant_phone",
            ),
            (Window, "applicant_name=甲 applicant_number=110105194912310021", "applicant_number"),
            (Window, "applicant_number=91350100M000100Y43", "applicant_name"),
            (Window, "", "applicant_name applicant_number"),
            (Window, "applicant_name=甲 applicant_number=91350100M000100Y43 agent_name=乙", "agent_name"),
            (
                Window,
                "applicant_name=甲 applicant_number=91350100M000100Y43 agent_name=乙 agent_number=1",
                "agent_number",
            ),
        ];
        for (channel, private, fields) in rows {
            let pairs = private.split(' ').filter_map(|pair| pair.split_once('='));
            let private = pairs.map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
            let wrong = check(&receive(channel), &private);
            let found: Vec<&str> = wrong.iter().map(|wrong| wrong.field.as_str()).collect();
            assert_eq!(found.join(" "), fields, "{private:?}");
        }
        let long = Act::Extend { reason: "长".repeat(2001) };
        assert_eq!(check(&long, &BTreeMap::new())[0].field, "reason");
    }
}
