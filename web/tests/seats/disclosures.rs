//! 申请政府信息公开。 Asked for on the web, followed and supplemented by number and code, handled at the desk of the organ that was
//! asked and read nowhere else.

use super::{done, session};
use crate::hotline_county::county;
use axum::http::StatusCode;
use fadu_kernel::codes::complete_citizen_number;

#[tokio::test]
async fn asked_for_on_the_web_and_handled_by_the_organ_asked() {
    let county = county().await;
    let number = complete_citizen_number("42112319900101123").unwrap();
    let wanted = "阳光小区三期竣工验收备案表";
    let typed = [
        ("agency", "区住建局"),
        ("wanted", wanted),
        ("manner", "电子邮件"),
        ("applicant_name", "模拟申请人"),
        ("applicant_number", number.as_str()),
        ("applicant_phone", "13900001234"),
        ("idem", "gi01"),
    ];
    let wrong: Vec<_> = typed
        .iter()
        .map(|pair| if pair.0 == "applicant_number" { ("applicant_number", "1") } else { *pair })
        .collect();
    let got = county.post(None, "/disclosures", &wrong).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("统一社会信用代码不对") && got.body.contains(wanted), "{}", got.body);
    let got = county.post(None, "/disclosures", &typed).await;
    done(&got);
    let follow = got.to.trim().to_owned();
    let id = follow.split('/').nth(2).unwrap().to_owned();
    let page = county.get(None, &follow).await.body;
    assert!(page.contains(wanted) && page.contains("待与申请人确认收到"), "{page}");
    assert!(!page.contains(&number) && !page.contains("13900001234"));
    let forged = format!("{}AAAAAAAAAAAA", &follow[..follow.len() - 12]);
    assert_eq!(county.get(None, &forged).await.status, StatusCode::NOT_FOUND);

    let desk = format!("/desk/disclosures/{id}");
    let (water, agent) = (county.sign_in("water").await, county.sign_in("agent").await);
    for path in [desk.clone(), format!("/api/disclosures/{id}")] {
        for other in [&water, &agent] {
            assert_eq!(county.get(Some(other), &path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let officer = session(&county, "officer", &desk).await;
    let page = county.get(Some(&officer), &desk).await.body;
    for said in [wanted, "电子邮件", "模拟申请人", "13900001234", "与申请人确认收到"] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("答复信息公开申请"), "not before both sides confirmed it");
    let act = async |name: &str, pairs: &[(&str, &str)]| {
        let got = county.post(Some(&officer), &format!("{desk}/acts/{name}"), pairs).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{name}: {}", got.body);
    };
    act("Confirm", &[("confirmed_on", "2025-03-03")]).await;
    assert!(county.get(None, &follow).await.body.contains("2025-03-31"), "twenty working days");
    act("AskSupplement", &[("what", "写明哪一栋"), ("last_day", "2025-03-14")]).await;
    let page = county.get(None, &follow).await.body;
    assert!(page.contains("写明哪一栋（2025-03-14以前）") && page.contains("补正申请内容"), "{page}");
    let empty = county.post(None, &follow, &[("text", ""), ("idem", "gi02")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&county.post(None, &follow, &[("text", "五栋"), ("idem", "gi03")]).await);
    assert!(county.get(Some(&officer), &desk).await.body.contains("五栋"));
    act("Answer", &[("outcome", "disclosed"), ("reasons", "随信附上备案表")]).await;
    let page = county.get(None, &follow).await.body;
    assert!(
        page.contains("予以公开") && page.contains("随信附上备案表") && page.contains("已经答复"),
        "{page}"
    );
    county.app.verify_ledger(None).await.unwrap().unwrap();
}
