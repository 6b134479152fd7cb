//! 模拟县大厅的台账。 The papers without which the hall's figures claim nothing: the service contract, the rules of the windows,
//! what was said of the hall and who came to see it.

use crate::hall::{act, is_there};
use crate::year::{part_of_day, place_in_year};
use crate::{Chance, digest};
use fadu_app::{App, Problem};
use fadu_hall::Record;
use fadu_hall::record::{Act as RecordAct, Kind, Paper};
use jiff::civil::Date;

pub(crate) const CONTRACT: &str = "模采〔2025〕1号";
/// 40余批外地兄弟单位前来交流
const VISITS: u64 = 43;
/// 荣誉, each with the working day of the year on which its document came.
const HONOURS: [(u64, &str, &str, &str); 3] = [
    (60, "模府办函〔2025〕11号", "省政府办公厅通报肯定“一窗通办”改革（模拟）", "省人民政府办公厅（模拟）"),
    (110, "模博证〔2025〕6号", "第六届政博会案例单位证书（模拟）", "政博会组委会（模拟）"),
    (190, "模推〔2025〕3号", "惠企政策兑现经验在全国推广（模拟）", "国务院有关部门（模拟）"),
];
/// Contract and rules of the windows. What is there already stays.
pub(crate) async fn enter_records(app: &App) -> Result<(), Problem> {
    let today = app.moment().today;
    let contract = (Kind::ServiceContract, CONTRACT, "综合窗口受理服务（模拟）", "模拟服务公司");
    let rules = (
        Kind::Rules,
        "模政办发〔2025〕1号",
        "政务服务“一窗通办”管理规范（模拟）",
        "县人民政府办公室（模拟）",
    );
    for (kind, number, title, by) in [contract, rules] {
        enter(app, paper(kind, number, title, by, today)).await?;
    }
    Ok(())
}

/// What a working day brings: a delegation that comes to see the hall, a document that speaks well of it.
pub(crate) async fn day(app: &App, day: Date) -> Result<(), Problem> {
    if !is_there(app) {
        return Ok(());
    }
    let at = place_in_year(&app.calendar(), day);
    for n in part_of_day(VISITS, at) {
        let number = format!("模来函〔{}〕{}号", day.year(), n + 1);
        let by = format!("模拟外县政务服务局{:02}", n + 1);
        let people = Chance::new(0x7_1517, n).between(4, 25);
        let visit =
            Paper { people, ..paper(Kind::Visit, &number, "考察“一窗通办”（模拟）", &by, day) };
        enter(app, visit).await?;
    }
    for (_, number, title, by) in HONOURS.iter().filter(|(on, ..)| *on == at.0) {
        enter(app, paper(Kind::Honour, number, title, by, day)).await?;
    }
    Ok(())
}

fn paper(kind: Kind, number: &str, title: &str, by: &str, from: Date) -> Paper {
    Paper {
        kind,
        number: number.to_owned(),
        title: title.to_owned(),
        by: by.to_owned(),
        from,
        until: None,
        digest: digest(number),
        people: 0,
    }
}

async fn enter(app: &App, paper: Paper) -> Result<(), Problem> {
    let id = Record::id(paper.kind, &paper.number);
    if app.catalogue().one::<Record>(id).is_some() {
        return Ok(());
    }
    act::<Record>(app, id, RecordAct::Enter { paper }).await
}
