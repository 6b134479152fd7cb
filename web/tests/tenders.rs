//! 项目办理。 The tenderer's people take a tender from the report to the archive at their own page: each act when its step has
//! come, papers as files, and what is wrong with a form said beside its field.

use crate::county::{County, Session, county};
use axum::http::StatusCode;
use fadu_app::now::start_of;
use fadu_kernel::calendar::offset;
use fadu_kernel::{MatterId, Role};
use fadu_trading::Project;
use jiff::civil::{Date, date};

pub const PDF: &[u8] = b"%PDF-1.7 a paper of the tenderer";

pub async fn lived(from: Date, until: Date) -> County {
    let county = county().await;
    let mut day = from;
    while day <= until {
        fadu_sim::trading_day(&county.app, &county.clock, 2025, day).await.unwrap();
        day = offset(day, 1);
    }
    county
}

pub fn at_nine(county: &County, day: Date) {
    county.clock.set(start_of(day) + 9 * 3_600_000);
}

pub fn project(county: &County, title: &str) -> (MatterId, Project) {
    let catalogue = county.app.catalogue();
    let found = catalogue
        .all::<Project>()
        .find(|(_, project)| project.registration.title == title);
    let (id, project) = found.unwrap();
    (id, project.clone())
}

/// Sends the form of an act, with a file where it has one.
async fn send(
    county: &County,
    who: &Session<'_>,
    page: &str,
    act: &str,
    fields: &[(&str, &str)],
    file: Option<&[u8]>,
) -> (StatusCode, String) {
    county.multipart(Some(who), &format!("{page}/acts/{act}"), fields, file).await
}

#[tokio::test]
async fn a_tender_goes_from_the_report_to_the_archive_at_its_own_page() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 25)).await;
    let (id, reported) = project(&county, "模拟实验小学教学楼");
    let page = format!("/desk/tenders/{id}");
    at_nine(&county, date(2025, 2, 26));
    let officer = county.person("ours", Role::Officer, reported.tenderer.as_str()).await;
    let head = county.person("chief", Role::AgencyHead, reported.tenderer.as_str()).await;
    let supervisor = county
        .person("watching", Role::Officer, reported.registration.supervisor.as_str())
        .await;
    let stranger = county.person("stranger", Role::Officer, "别的单位").await;

    assert_eq!(stranger.page(&page).await.0, StatusCode::NOT_FOUND);
    assert!(!stranger.page("/desk/tenders").await.1.contains("模拟实验小学教学楼"));
    assert!(officer.page("/desk/tenders").await.1.contains("模拟实验小学教学楼"));
    let (_, html) = officer.page(&page).await;
    assert!(html.contains("甲建设公司（模拟）") && html.contains("最迟2025-02-28"), "{html}");
    assert!(html.contains("act-PublishCandidates") && !html.contains("act-SendNotice"), "{html}");
    assert!(!head.page(&page).await.1.contains("act-PublishCandidates"), "the officer's act");
    let (_, html) = supervisor.page(&page).await;
    assert!(html.contains("甲建设公司（模拟）") && !html.contains("id=\"act-"), "reads, and does nothing");

    let publish = async |until: &str| {
        send(&county, &officer, &page, "PublishCandidates", &[("until", until)], None).await
    };
    let (status, html) = publish("三天后").await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("三天后"), "what was typed is kept");
    let (status, html) = publish("2025-02-28").await;
    assert!(status == StatusCode::CONFLICT && html.contains("TND-51"), "two days: {html}");
    assert_eq!(publish("2025-03-01").await.0, StatusCode::SEE_OTHER);

    let winner = reported.candidates()[0].bid.to_string();
    let award = [("bid", winner.as_str()), ("ground", "none"), ("reason", "")];
    at_nine(&county, date(2025, 3, 1));
    let head = county.sign_in("chief").await;
    let (status, html) = send(&county, &head, &page, "Award", &award, None).await;
    assert!(status == StatusCode::CONFLICT && html.contains("TND-51"), "the last day is theirs: {html}");
    at_nine(&county, date(2025, 3, 3));
    let head = county.sign_in("chief").await;
    let officer = county.sign_in("ours").await;
    let stranger = county.sign_in("stranger").await;
    assert_eq!(send(&county, &head, &page, "Award", &award, None).await.0, StatusCode::SEE_OTHER);
    assert_eq!(send(&county, &officer, &page, "SendNotice", &[], None).await.0, StatusCode::SEE_OTHER);
    let (_, html) = officer.page(&page).await;
    assert!(html.contains("同时通知了下列投标人") && html.contains("<li>丙建设公司（模拟）</li>"), "{html}");

    let contract = [("bond", "900,000"), ("differences", ""), ("transfers", "no")];
    let (status, html) = send(&county, &head, &page, "SignContract", &contract, None).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("请选择文件"), "{html}");
    let (status, html) = send(&county, &head, &page, "SignContract", &contract, Some(b"MZ")).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("不是 PDF"), "{html}");
    let signed = send(&county, &head, &page, "SignContract", &contract, Some(PDF)).await;
    assert_eq!(signed.0, StatusCode::SEE_OTHER, "{}", signed.1);
    let (_, signed) = project(&county, "模拟实验小学教学楼");
    let kept = signed.contract.unwrap().contract;
    assert_eq!((kept.price_fen, kept.performance_bond_fen), (signed.award.unwrap().price_fen, 90_000_000));
    let paper = format!("{page}/papers/{}", kept.digest);
    assert_eq!(officer.page(&paper).await, (StatusCode::OK, String::from_utf8_lossy(PDF).into_owned()));
    assert_eq!(stranger.page(&paper).await.0, StatusCode::NOT_FOUND);

    let paid = [("amount", "1,000,000"), ("voucher", "模财支（模拟）1号")];
    assert_eq!(send(&county, &officer, &page, "Pay", &paid, None).await.0, StatusCode::SEE_OTHER);
    assert!(officer.page(&page).await.1.contains("未付8,000,000.00元"));
    let passed = [("passed", "yes")];
    assert_eq!(
        send(&county, &officer, &page, "AcceptWork", &passed, Some(PDF)).await.0,
        StatusCode::SEE_OTHER
    );
    let keep = [("keep_until", "2055-03-03")];
    assert_eq!(send(&county, &officer, &page, "Archive", &keep, Some(PDF)).await.0, StatusCode::SEE_OTHER);
    assert!(officer.page(&page).await.1.contains("已归档"));
    // Of the generic form these acts are gone: each has its place here.
    let (_, html) = officer.page(&format!("/desk/matters/projects/{id}")).await;
    assert!(!html.contains("acts/Award") && !html.contains("acts&#x2f;Award"), "{html}");
}

#[tokio::test]
async fn an_award_committee_votes_with_its_reasons() {
    let county = lived(date(2025, 7, 1), date(2025, 8, 3)).await;
    let (id, shown) = project(&county, "模拟县道改造");
    let page = format!("/desk/tenders/{id}");
    at_nine(&county, date(2025, 8, 5));
    let officer = county.person("ours", Role::Officer, shown.tenderer.as_str()).await;
    let head = county.person("chief", Role::AgencyHead, shown.tenderer.as_str()).await;
    let bids: Vec<String> = shown.candidates().iter().map(|one| one.bid.to_string()).collect();
    let (first, second) = (bids[0].as_str(), bids[1].as_str());

    assert!(!head.page(&page).await.1.contains("act-Choose"), "not before the clearing report");
    assert_eq!(
        send(&county, &officer, &page, "ReportClearing", &[], Some(PDF)).await.0,
        StatusCode::SEE_OTHER
    );
    assert!(head.page(&page).await.1.contains("招标文件载明的定标方法：票决"));
    let said = [
        ("seat-0", "定标一"),
        ("vote-0", second),
        ("reason-0", "施工组织更周全"),
        ("seat-1", "定标二"),
        ("vote-1", second),
        ("reason-1", "业绩更多"),
        ("seat-2", "定标三"),
        ("vote-2", first),
        ("reason-2", "报价更低"),
        ("chosen", second),
        ("reasons", "多数成员认为方案更优"),
        ("supervision", "监督小组在场"),
    ];
    let mut lacking = said;
    lacking[5].1 = "";
    let (status, html) = send(&county, &head, &page, "Choose", &lacking, Some(PDF)).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("请填写投票的理由"), "{html}");
    let mut fourth = said.to_vec();
    fourth.extend([("seat-3", "定标四"), ("vote-3", second), ("reason-3", "同意")]);
    let (status, html) = send(&county, &head, &page, "Choose", &fourth, Some(PDF)).await;
    assert!(status == StatusCode::CONFLICT && html.contains("应为单数"), "{html}");
    let chosen = send(&county, &head, &page, "Choose", &said, Some(PDF)).await;
    assert_eq!(chosen.0, StatusCode::SEE_OTHER, "{}", chosen.1);
    let (_, html) = head.page(&page).await;
    for says in ["施工组织更周全", "报价更低", "多数成员认为方案更优", "监督小组在场"]
    {
        assert!(html.contains(says), "{says}");
    }
    let award = |bid| [("bid", bid), ("ground", "none"), ("reason", "")];
    let (status, html) = send(&county, &head, &page, "Award", &award(first), None).await;
    assert!(status == StatusCode::CONFLICT && html.contains("定标委员会"), "{html}");
    assert_eq!(send(&county, &head, &page, "Award", &award(second), None).await.0, StatusCode::SEE_OTHER);
}

/// Twice the same bytes, and a PDF.
async fn made_once(who: &Session<'_>, path: &str) {
    let (status, first) = who.page(path).await;
    assert!(status == StatusCode::OK && first.starts_with("%PDF-"), "{path}");
    assert_eq!(who.page(path).await, (status, first), "{path}");
}

#[tokio::test]
async fn what_a_tender_tells_is_set_on_paper_once() {
    let county = lived(date(2025, 2, 1), date(2025, 3, 5)).await;
    let (id, tender) = project(&county, "模拟实验小学教学楼");
    let officer = county.person("ours", Role::Officer, tender.tenderer.as_str()).await;
    let (_, html) = officer.page(&format!("/desk/tenders/{id}")).await;
    let told = [
        ("Announced", "招标公告（2025-02-04）"),
        ("NoticeSent", "中标通知书（2025-03-05）"),
        ("Awarded", "中标结果通知书（2025-03-05）"),
    ];
    for (fact, says) in told {
        assert!(html.contains(says), "{says}: {html}");
        let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
        let seq = entries.iter().find(|entry| entry.fact == fact).unwrap().seq;
        made_once(&officer, &format!("/desk/notices/{id}/{seq}")).await;
    }
    let (_, tender) = project(&county, "模拟实验小学教学楼");
    assert_eq!(tender.documents.len(), 3);
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    let issued: Vec<_> = entries.iter().filter(|entry| entry.fact == "NoticeIssued").collect();
    assert_eq!(issued.len(), 3);
    assert!(
        tender
            .documents
            .values()
            .all(|digest| issued.iter().any(|entry| entry.body.contains(digest)))
    );
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_decision_of_a_complaint_is_set_on_paper_once() {
    let county = lived(date(2025, 8, 1), date(2025, 9, 8)).await;
    let (id, tender) = project(&county, "模拟桥梁加固");
    let supervisor = county
        .person("watching", Role::Officer, tender.registration.supervisor.as_str())
        .await;
    let rows = county
        .app
        .store
        .by_facet(county.app.region, "project", &id.to_string(), 9)
        .await
        .unwrap();
    let complaint = rows.iter().find(|row| row.kind == "complaint").unwrap().id;
    let entries = county.app.store.entries_of(county.app.region, complaint).await.unwrap();
    let seq = entries.iter().find(|entry| entry.fact == "Decided").unwrap().seq;
    let (_, html) = supervisor.page(&format!("/desk/matters/complaints/{complaint}")).await;
    assert!(html.contains("投诉处理决定书"), "{html}");
    made_once(&supervisor, &format!("/desk/notices/{complaint}/{seq}")).await;
}
