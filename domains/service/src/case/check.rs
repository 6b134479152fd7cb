//! 办件的表单。 What can be said of an act before the law is asked.

use super::Act;
use fadu_kernel::Invalid;
use std::collections::BTreeMap;

pub(super) fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
    let mut wrong = Vec::new();
    let long = |field: &str, text: &str, wrong: &mut Vec<Invalid>| {
        if text.chars().count() > 2000 {
            wrong.push(Invalid::new(field, "不能超过2000字"));
        }
    };
    if let Act::Receive { .. } | Act::ReceivePart { .. } = act {
        let value = |name: &str| private.get(name).map_or("", String::as_str);
        if value("applicant_name").trim().is_empty() {
            wrong.push(Invalid::new("applicant_name", "请填写申请人姓名或者名称"));
        }
        if let Err(message) = check_number(value("applicant_number")) {
            wrong.push(Invalid::new("applicant_number", message));
        }
        // Whoever applied together at a window may have no telephone.
        let none_given = matches!(act, Act::ReceivePart { .. }) && value("applicant_phone").is_empty();
        if let Err(error) = fadu_kernel::codes::phone(value("applicant_phone"))
            && !none_given
        {
            wrong.push(Invalid::new("applicant_phone", format!("联系电话不对：{error}")));
        }
    }
    match act {
        Act::Decline { reason, .. }
        | Act::Extend { reason }
        | Act::Decide { reason, .. }
        | Act::Withdraw { reason, .. }
        | Act::ExplainDelay { reason } => {
            long("reason", reason, &mut wrong);
        }
        Act::Forward { opinion, .. } => long("opinion", opinion, &mut wrong),
        Act::Consult { reason, authorisation } => {
            if reason.trim().is_empty() {
                wrong.push(Invalid::new("reason", "请写明调阅事由"));
            }
            long("reason", reason, &mut wrong);
            long("authorisation", authorisation, &mut wrong);
        }
        Act::NameIntermediary { name, code, .. } => {
            if name.trim().is_empty() {
                wrong.push(Invalid::new("name", "请填写中介机构的名称"));
            }
            if let Err(error) = fadu_kernel::codes::credit_code(code) {
                wrong.push(Invalid::new("code", format!("统一社会信用代码不对：{error}")));
            }
        }
        Act::ScheduleHearing { time, place, .. } => {
            if jiff::civil::Time::strptime("%H:%M", time).is_err() {
                wrong.push(Invalid::new("time", "请填写像 09:30 这样的时间"));
            }
            long("place", place, &mut wrong);
        }
        Act::Renew { number, .. } => {
            if number.trim().is_empty() {
                wrong.push(Invalid::new("number", "请填写要延续的许可证件的编号"));
            }
            long("number", number, &mut wrong);
        }
        Act::Correct { from, to, .. } if !private.is_empty() => {
            // The ledger is kept for ever: what is personal stands in none of its words.
            if !from.is_empty() || !to.is_empty() {
                wrong.push(Invalid::new("to", "个人信息原来写的和应当是什么，不写在更正说明里"));
            }
            for (field, value) in private {
                let checked = match field.as_str() {
                    _ if value.trim().is_empty() => Err("请填写更正以后的内容".to_owned()),
                    "applicant_number" => check_number(value),
                    "applicant_phone" => {
                        fadu_kernel::codes::phone(value).map_err(|error| format!("联系电话不对：{error}"))
                    }
                    _ => Ok(()),
                };
                wrong.extend(checked.err().map(|message| Invalid::new(field, message)));
            }
        }
        Act::ChargeFee { quantity: 0, .. } => wrong.push(Invalid::new("quantity", "数量至少是1")),
        Act::PayFee { reference, .. } if reference.trim().is_empty() => {
            wrong.push(Invalid::new("reference", "请填写收据或者流水的编号"));
        }
        Act::PayFee { reference, .. } => long("reference", reference, &mut wrong),
        Act::RefundFee { reason, .. } if reason.trim().is_empty() => {
            wrong.push(Invalid::new("reason", "请写明退费的理由"));
        }
        Act::RefundFee { reason, .. } => long("reason", reason, &mut wrong),
        Act::Consign { carrier, number } => {
            for (field, text) in [("carrier", carrier), ("number", number)] {
                if text.trim().is_empty() {
                    wrong.push(Invalid::new(field, "请填写"));
                }
                long(field, text, &mut wrong);
            }
        }
        _ => {}
    }
    if let Act::RecordHearing { evidence, .. } | Act::Decide { evidence, .. } = act {
        evidence.iter().for_each(|one| long("evidence", one, &mut wrong));
    }
    for (field, value) in private {
        long(field, value, &mut wrong);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Of a citizen or of a firm.
fn check_number(number: &str) -> Result<(), String> {
    match number.len() {
        0 => Err("请填写公民身份号码或者统一社会信用代码".to_owned()),
        _ if fadu_kernel::codes::citizen_number(number).is_ok() => Ok(()),
        _ => fadu_kernel::codes::credit_code(number).map_err(|_| {
            let citizen = number.bytes().filter(u8::is_ascii_digit).count() >= 17 && !number.starts_with('9');
            let error = if citizen {
                fadu_kernel::codes::citizen_number(number)
            } else {
                fadu_kernel::codes::credit_code(number)
            };
            format!("证件号码不对：{}", error.err().map(|error| error.to_string()).unwrap_or_default())
        }),
    }
}
