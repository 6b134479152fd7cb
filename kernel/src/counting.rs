//! 计算规则。 The rules of counting that no single decision refuses by: they bind every clock. Their rows are tested here
//! as those of a domain are, dates on both sides of every edge.

use crate::basis::Basis;
use crate::rows::Kept;

const fn civil(article: u16) -> Basis {
    Basis::article("民法典", article)
}

const fn holidays(article: u16) -> Basis {
    Basis::article("全国年节及纪念日放假办法", article)
}

crate::rules! {
    GREGORIAN = "CAL-01", "期间按公历年、月、日计算", [civil(200)];
    FIRST_DAY_OUT = "CAL-02", "开始的当日不计入，自下一日开始计算", [civil(201)];
    CORRESPONDING_DAY = "CAL-03", "按月、年计算的，到期月的对应日是最后一日；没有对应日的，是月末日", [civil(202)];
    ROLLS_FORWARD = "CAL-04", "最后一日是法定休假日的，休假日结束的次日是最后一日", [civil(203)];
    CLOSES = "CAL-05", "最后一日到二十四时为止；有业务时间的，到停止业务活动的时间为止", [civil(203)];
    OWN_STATUTE = "CAL-06", "法律另有规定的，单位和顺延依该法", [civil(204)];
    WORKING_DAYS = "CAL-07", "行政许可的期限以工作日计算，不含法定节假日", [Basis::article("行政许可法", 82)];
    DAYS_OF_A_STATUTE = "CAL-08", "行政处罚法的二日、三日、五日、七日，行政复议法的三日、五日、七日、十日是工作日，别的日数不是", [Basis::article("行政处罚法", 85), Basis::article("行政复议法", 88)];
    KINDER_TO_APPLICANTS = "CAL-09", "申请人一方的期限没有写明怎样计算的，按对申请人有利的读法：要求听证的五日是工作日，届满三十日前是日历日", [Basis::article("行政许可法", 82), Basis::article("行政许可法", 47), Basis::article("行政许可法", 50)];
    PUBLIC_HOLIDAYS = "CAL-11", "全体公民放假的节日不是工作日", [holidays(2)];
    MADE_UP = "CAL-12", "放假日适逢周末的，在工作日补假，补假日不是工作日", [holidays(6)];
    YEARLY_NOTICE = "CAL-13", "调休依当年的通知：周末可以是工作日；没有通知的年份不推算", [holidays(7)];
    HALF_DAYS = "CAL-14", "部分公民放假的半天节日仍是工作日", [holidays(3)];
    ENTERS = "CAL-15", "数据电文进入指定的系统的时间是收到的时间，不看何时有人打开", [Basis::article("电子签名法", 11)];
    NOTICE_OF_2026 = "CAL-16", "2026年的休息日和调休上班日依当年的通知", [holidays(7)];
    NOTICE_OF_2027 = "CAL-90", "2027年的通知发布以前，跨入该年的期限是暂定的", [holidays(7)];
}

/// What every clock of the house is bound by.
pub const COUNTING: Kept = Kept { rules: ALL, rows: include_str!("../rows.tsv") };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::{cutoff, moment, start_of};
    use crate::rows::{self, Outcome};
    use crate::{Calendar, DaysOf, Limit, Unit};
    use jiff::civil::{Date, Time, date, time};

    /// Name with its rules, the limit, the day it starts on, the day something is done, and how that is: in time, late,
    /// or not to be said because the notice for that year is not loaded.
    type Row = (&'static str, Limit, Date, Date, Outcome);

    fn table() -> Vec<Row> {
        use Outcome::{Noted, Passes, Refused};
        let years = |n| Limit { n, unit: Unit::Year };
        let months = |n| Limit { n, unit: Unit::Month };
        let (wd, days) = (Limit::workdays, Limit::days);
        vec![
            (
                "one year from 3 March 2025, on 3 March 2026 (CAL-01)",
                years(1),
                date(2025, 3, 3),
                date(2026, 3, 3),
                Passes,
            ),
            (
                "one year from 3 March 2025, on 4 March 2026 (CAL-01)",
                years(1),
                date(2025, 3, 3),
                date(2026, 3, 4),
                Noted,
            ),
            (
                "ten days from 3 March, on the 13th (CAL-02)",
                days(10),
                date(2025, 3, 3),
                date(2025, 3, 13),
                Passes,
            ),
            (
                "ten days from 3 March, on the 14th (CAL-02)",
                days(10),
                date(2025, 3, 3),
                date(2025, 3, 14),
                Noted,
            ),
            (
                "one month from 31 January 2025, on 28 February (CAL-03)",
                months(1),
                date(2025, 1, 31),
                date(2025, 2, 28),
                Passes,
            ),
            (
                "one month from 31 January 2025, on 1 March (CAL-03)",
                months(1),
                date(2025, 1, 31),
                date(2025, 3, 1),
                Noted,
            ),
            (
                "one month from 31 January 2024, on 29 February (CAL-03)",
                months(1),
                date(2024, 1, 31),
                date(2024, 2, 29),
                Passes,
            ),
            (
                "five days from 28 September 2025 end in a holiday, on 9 October (CAL-04)",
                days(5),
                date(2025, 9, 28),
                date(2025, 10, 9),
                Passes,
            ),
            (
                "five days from 28 September 2025 end in a holiday, on 10 October (CAL-04)",
                days(5),
                date(2025, 9, 28),
                date(2025, 10, 10),
                Noted,
            ),
            (
                "five days that a statute counts in working days, from 26 September 2025, on 10 October (CAL-06)",
                wd(5),
                date(2025, 9, 26),
                date(2025, 10, 10),
                Passes,
            ),
            (
                "five days of a statute without a unit of its own, from 22 September 2025, on 29 September (CAL-06)",
                days(5),
                date(2025, 9, 22),
                date(2025, 9, 29),
                Noted,
            ),
            (
                "twenty working days from 3 March 2025, on 31 March (CAL-07)",
                wd(20),
                date(2025, 3, 3),
                date(2025, 3, 31),
                Passes,
            ),
            (
                "twenty working days from 3 March 2025, on 1 April (CAL-07)",
                wd(20),
                date(2025, 3, 3),
                date(2025, 4, 1),
                Noted,
            ),
            (
                "seven days of the penalty law from 26 September 2025, on 13 October (CAL-08)",
                DaysOf::Penalty.limit(7),
                date(2025, 9, 26),
                date(2025, 10, 13),
                Passes,
            ),
            (
                "seven days of the penalty law from 26 September 2025, on 14 October (CAL-08)",
                DaysOf::Penalty.limit(7),
                date(2025, 9, 26),
                date(2025, 10, 14),
                Noted,
            ),
            (
                "fifteen days of the penalty law from 3 March 2025, on 18 March (CAL-08)",
                DaysOf::Penalty.limit(15),
                date(2025, 3, 3),
                date(2025, 3, 18),
                Passes,
            ),
            (
                "fifteen days of the penalty law from 3 March 2025, on 19 March (CAL-08)",
                DaysOf::Penalty.limit(15),
                date(2025, 3, 3),
                date(2025, 3, 19),
                Noted,
            ),
            (
                "ten days of the reconsideration law from 3 March 2025, on 17 March (CAL-08)",
                DaysOf::Reconsideration.limit(10),
                date(2025, 3, 3),
                date(2025, 3, 17),
                Passes,
            ),
            (
                "ten days of the reconsideration law from 3 March 2025, on 18 March (CAL-08)",
                DaysOf::Reconsideration.limit(10),
                date(2025, 3, 3),
                date(2025, 3, 18),
                Noted,
            ),
            (
                "sixty days of the reconsideration law from 3 March 2025 end in a holiday, on 6 May (CAL-08)",
                DaysOf::Reconsideration.limit(60),
                date(2025, 3, 3),
                date(2025, 5, 6),
                Passes,
            ),
            (
                "sixty days of the reconsideration law from 3 March 2025 end in a holiday, on 7 May (CAL-08)",
                DaysOf::Reconsideration.limit(60),
                date(2025, 3, 3),
                date(2025, 5, 7),
                Noted,
            ),
            (
                "five days to ask for a hearing from 28 September 2025, on Saturday 11 October, which works (CAL-09)",
                wd(5),
                date(2025, 9, 28),
                date(2025, 10, 11),
                Passes,
            ),
            (
                "five days to ask for a hearing from 28 September 2025, on 12 October (CAL-09)",
                wd(5),
                date(2025, 9, 28),
                date(2025, 10, 12),
                Noted,
            ),
            (
                "five working days from 27 January 2025 over Spring Festival, on 10 February (CAL-11)",
                wd(5),
                date(2025, 1, 27),
                date(2025, 2, 10),
                Passes,
            ),
            (
                "five working days from 27 January 2025 over Spring Festival, on 11 February (CAL-11)",
                wd(5),
                date(2025, 1, 27),
                date(2025, 2, 11),
                Noted,
            ),
            (
                "one working day from 30 May 2025: the festival fell on Saturday and Monday makes it up, on 3 June (CAL-12)",
                wd(1),
                date(2025, 5, 30),
                date(2025, 6, 3),
                Passes,
            ),
            (
                "one working day from 30 May 2025: the festival fell on Saturday and Monday makes it up, on 4 June (CAL-12)",
                wd(1),
                date(2025, 5, 30),
                date(2025, 6, 4),
                Noted,
            ),
            (
                "three working days from 26 September 2025, Sunday the 28th works, on 30 September (CAL-13)",
                wd(3),
                date(2025, 9, 26),
                date(2025, 9, 30),
                Passes,
            ),
            (
                "three working days from 26 September 2025, Sunday the 28th works, on 9 October (CAL-13)",
                wd(3),
                date(2025, 9, 26),
                date(2025, 10, 9),
                Noted,
            ),
            (
                "one working day from 7 March 2024: Women's Day is one, on 8 March (CAL-14)",
                wd(1),
                date(2024, 3, 7),
                date(2024, 3, 8),
                Passes,
            ),
            (
                "one working day from 7 March 2024: Women's Day is one, on 11 March (CAL-14)",
                wd(1),
                date(2024, 3, 7),
                date(2024, 3, 11),
                Noted,
            ),
            (
                "one working day from Saturday 19 September 2026, the 20th works, on Sunday 20 September (CAL-16)",
                wd(1),
                date(2026, 9, 19),
                date(2026, 9, 20),
                Passes,
            ),
            (
                "one working day from Saturday 19 September 2026, the 20th works, on 21 September (CAL-16)",
                wd(1),
                date(2026, 9, 19),
                date(2026, 9, 21),
                Noted,
            ),
            (
                "two working days from 29 December 2026, on the last day of the last notice (CAL-13, CAL-90)",
                wd(2),
                date(2026, 12, 29),
                date(2026, 12, 31),
                Passes,
            ),
            (
                "three working days from 29 December 2026, into a year without a notice (CAL-13, CAL-90)",
                wd(3),
                date(2026, 12, 29),
                date(2027, 1, 4),
                Refused,
            ),
        ]
    }

    /// Name with its rules, the limit, the instants at which it began and at which something is done, when the counter
    /// closes, and whether that is in time.
    type ByTheMinute = (&'static str, Limit, i64, i64, Option<Time>, bool);

    fn by_the_minute() -> Vec<ByTheMinute> {
        let at = |month, day, hour: i64, minute: i64| {
            start_of(date(2025, month, day)) + (hour * 60 + minute) * 60_000
        };
        let (ten, five) = (Limit::days(10), Limit::workdays(5));
        let closes = Some(time(17, 30, 0, 0));
        vec![
            (
                "ten days from 3 March 2025, online at 23:59 of the 13th (CAL-05)",
                ten,
                at(3, 3, 9, 0),
                at(3, 13, 23, 59),
                None,
                true,
            ),
            (
                "ten days from 3 March 2025, online at 24:00 of the 13th (CAL-05)",
                ten,
                at(3, 3, 9, 0),
                at(3, 13, 24, 0),
                None,
                false,
            ),
            (
                "ten days from 3 March 2025, at 17:29 of the 13th at a counter that closes at 17:30 (CAL-05)",
                ten,
                at(3, 3, 9, 0),
                at(3, 13, 17, 29),
                closes,
                true,
            ),
            (
                "ten days from 3 March 2025, at 17:30 of the 13th at a counter that closes at 17:30 (CAL-05)",
                ten,
                at(3, 3, 9, 0),
                at(3, 13, 17, 30),
                closes,
                false,
            ),
            (
                "five working days of what entered on Monday 3 March 2025 at 0:00, on the 10th (CAL-15)",
                five,
                at(3, 3, 0, 0),
                at(3, 10, 9, 0),
                None,
                true,
            ),
            (
                "five working days of what entered on Sunday 2 March 2025 at 23:59, on the 10th (CAL-15)",
                five,
                at(3, 2, 23, 59),
                at(3, 10, 9, 0),
                None,
                false,
            ),
        ]
    }

    #[test]
    fn minutes_on_both_sides_of_every_edge() {
        let calendar = Calendar::shipped();
        for (name, limit, from, done, closes, in_time) in by_the_minute() {
            let last = limit.end(moment(from).today, &calendar).unwrap();
            assert_eq!(done < cutoff(last, closes), in_time, "{name}");
        }
    }

    #[test]
    fn dates_on_both_sides_of_every_edge() {
        let calendar = Calendar::shipped();
        for (name, limit, from, on, expected) in table() {
            let told = match limit.end(from, &calendar) {
                Ok(last) if on <= last => Outcome::Passes,
                Ok(_) => Outcome::Noted,
                Err(_) => Outcome::Refused,
            };
            assert_eq!(told, expected, "{name}");
        }
    }

    #[test]
    fn the_rows_that_ship_are_these() {
        let told = |in_time| if in_time { Outcome::Passes } else { Outcome::Noted };
        let rows = table().into_iter().map(|(name, _, _, _, outcome)| (name, outcome));
        let minutes = by_the_minute();
        let minutes = minutes.into_iter().map(|(name, _, _, _, _, in_time)| (name, told(in_time)));
        assert_eq!(rows::write(rows.chain(minutes)), COUNTING.rows, "rows.tsv is to say exactly this");
    }
}
