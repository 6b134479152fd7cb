//! 延续。 A case that names the permit it renews: asked for thirty days before its last day, and not decided by then, it is
//! renewed (行政许可法 50).

use crate::case::{Case, Fact};
use crate::definition::Definition;
use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Calendar, Ctx, Help, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Days of the calendar: only the organ's own limits are counted in working days (行政许可法 82).
const AHEAD_DAYS: i64 = 30;
/// The officer is warned so many working days before the last day.
const WARNED_WORKDAYS: u32 = 10;
/// No holiday is long enough for ten working days to take more.
const MOST_DAYS: i64 = 60;

/// 延续的许可。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    pub number: String,
    /// Its last day.
    pub until: Date,
    /// Asked for early enough for silence to renew it.
    pub in_time: bool,
}

impl Case {
    /// From which day on silence has renewed it. While the applicant is waited for it is not the organ that is silent; no
    /// special procedure lengthens the life of a permit.
    pub fn silence_renews_on(&self) -> Option<Date> {
        let renewal = self.renews.as_ref().filter(|renewal| renewal.in_time)?;
        let open = matches!(self.status(), "received" | "accepted" | "stopped");
        open.then(|| offset(renewal.until, 1))
    }

    /// 临近届满: from which day it is warned of, and the last day of the permit.
    pub(crate) fn near_expiry(&self, calendar: &Calendar) -> Option<(Date, Date)> {
        let until = offset(self.silence_renews_on()?, -1);
        let spare = |day: &Date| calendar.between(*day, until).is_ok_and(|n| n >= WARNED_WORKDAYS);
        let warned = (1..=MOST_DAYS).map(|days| offset(until, -days)).find(spare)?;
        Some((warned, until))
    }
}

/// 写明延续的许可。 Asked for later, it is examined all the same; then silence renews nothing.
pub(crate) fn name_renewal(
    case: &Case,
    number: &str,
    until: Date,
    item: &Definition,
) -> Result<Vec<Fact>, Refusal> {
    let no = |because: String| Err(Refusal::new(&rules::RENEWED_BY_SILENCE, Help::Officer, because));
    if !item.is_permit() {
        return no("本事项不是行政许可".to_owned());
    }
    if let Some(decided) = &case.decided {
        return no(format!("{}已经作出决定", decided.on));
    }
    if let Some(renewal) = &case.renews {
        return no(format!("本件已经写明延续{}", renewal.number));
    }
    let received = case.received.as_ref().map(|mark| mark.on);
    if received.is_some_and(|on| on > until) {
        return no(format!("许可的有效期已于{until}届满，应当重新申请"));
    }
    let in_time = received.is_some_and(|on| on <= offset(until, -AHEAD_DAYS));
    Ok(vec![Fact::RenewalNamed { number: number.trim().to_owned(), until, in_time }])
}

/// 视为准予延续。
pub(crate) fn deem_renewed(case: &Case, item: &Definition, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let Some(from) = case.silence_renews_on().filter(|from| ctx.today() >= *from) else {
        let because = "有效期还没有届满，或者没有在届满三十日前申请延续，或者已经决定、正在等待补正";
        return Err(Refusal::new(&rules::RENEWED_BY_SILENCE, Help::Officer, because));
    };
    Ok(vec![Fact::DeemedRenewed {
        number: case.renews.as_ref().map(|renewal| renewal.number.clone()).unwrap_or_default(),
        from,
        reason: "有效期届满前没有作出决定，视为准予延续（行政许可法第五十条）".to_owned(),
        document: format!("{}-延", case.number),
        item_code: case.item_code.clone(),
        department: case.org.clone(),
        delivery: item.delivery.as_ref().and_then(|delivery| delivery.limit()),
    }])
}

/// Time has decided already.
pub(crate) fn not_yet_renewed(case: &Case, ctx: &Ctx) -> Result<(), Refusal> {
    match case.silence_renews_on().filter(|from| ctx.today() >= *from) {
        Some(from) => {
            let because = format!("许可的有效期在{from}以前届满，届满前没有作出决定，视为准予延续");
            Err(Refusal::new(&rules::RENEWED_BY_SILENCE, Help::Officer, because))
        }
        None => Ok(()),
    }
}
