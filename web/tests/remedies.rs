//! 提问、异议（质疑）和投诉。 Before the opening by whoever keeps a secret and by nobody's name; after it by a firm that is signed in. The
//! tenderer reads what is asked, and whoever objected reads the answer.

use crate::county::County;
use crate::tenders::{PDF, at_nine, lived, project};
use axum::http::StatusCode;
use fadu_kernel::{MatterId, Role, codes};
use fadu_trading::draw::sha256;
use jiff::civil::date;

const SCHOOL: &str = "模拟实验小学教学楼";

fn secret_of(html: &str) -> String {
    let values = html.split("name=\"secret\" value=\"").skip(1);
    let mut secrets = values.filter_map(|rest| rest.split('"').next());
    secrets.find(|secret| secret.len() == 32).unwrap().to_owned()
}

async fn actor_of(county: &County, id: MatterId, fact: &str) -> String {
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    entries.iter().rfind(|entry| entry.fact == fact).unwrap().actor.clone()
}

#[tokio::test]
async fn before_the_opening_a_secret_asks_objects_and_reads_the_answer() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 9)).await;
    let (id, tender) = project(&county, SCHOOL);
    let number = id.to_string();
    at_nine(&county, date(2025, 2, 10));
    let page = format!("/trading/remedies?project={id}");
    let firm = county.sign_in("firm").await;
    let (_, html) = firm.page(&page).await;
    assert!(html.contains("act-ask") && !html.contains("act-object-result"), "{html}");
    let secret = secret_of(&html);
    let send = async |deed: &str, secret: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("project", number.as_str()), ("secret", secret)];
        fields.extend_from_slice(more);
        county
            .multipart(None, &format!("/trading/remedies/{deed}"), &fields, None)
            .await
    };

    let question = "图纸第3页与清单不一致，以哪个为准？";
    let (status, html) = send("ask", "short", &[("text", "")]).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("请写明内容"), "{html}");
    let (status, html) = send("ask", &secret, &[("text", question)]).await;
    assert!(status == StatusCode::OK && html.contains(&secret), "{html}");
    let asked = [("project", number.as_str()), ("text", question)];
    let (status, html) = county.multipart(Some(&firm), "/trading/remedies/ask", &asked, None).await;
    assert!(
        status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("32位字符"),
        "not under a name: {html}"
    );
    let who = actor_of(&county, id, "Asked").await;
    let bidder = sha256(&format!("fadu-sealed\n{secret}\n"));
    assert!(who.starts_with("sealed-") && who != format!("sealed-{}", &bidder[..32]), "{who}");
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    assert!(entries.iter().all(|entry| !entry.body.contains("清单不一致")), "the ledger holds its digest");

    let known = [("text", "资格条件与项目无关"), ("known_on", "2025-02-10")];
    let (status, html) = send("object-file", &secret, &known).await;
    assert!(status == StatusCode::OK && html.contains("第1号") && html.contains("2025-02-13"), "{html}");
    let first = [("n", "1")];
    let other = "0".repeat(32);
    assert_eq!(send("read", &other, &first).await.0, StatusCode::NOT_FOUND, "another secret");
    assert_eq!(send("withdraw", &other, &first).await.0, StatusCode::CONFLICT);
    let (_, html) = send("read", &secret, &first).await;
    assert!(html.contains("还没有答复，应于2025-02-13前答复"), "{html}");

    // The tenderer reads both, answers, and clarifies for everybody.
    let officer = county.person("ours", Role::Officer, tender.tenderer.as_str()).await;
    let desk = format!("/desk/tenders/{id}");
    let (_, html) = officer.page(&desk).await;
    assert!(html.contains("清单不一致") && html.contains("资格条件与项目无关"), "{html}");
    let public = format!("/trading/projects/{id}");
    assert!(!firm.page(&public).await.1.contains("清单不一致"), "nobody else does");
    let clarify = [("affects", "no")];
    let (status, _) = county
        .multipart(Some(&officer), &format!("{desk}/acts/Clarify"), &clarify, Some(PDF))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "the objection is answered first");
    let answer = [("n", "1"), ("upheld", "no")];
    let act = format!("{desk}/acts/AnswerObjection");
    assert_eq!(county.multipart(Some(&officer), &act, &answer, Some(PDF)).await.0, StatusCode::SEE_OTHER);
    let answered = send("read", &secret, &first).await;
    assert_eq!(answered, (StatusCode::OK, String::from_utf8_lossy(PDF).into_owned()));
    let (status, _) = county
        .multipart(Some(&officer), &format!("{desk}/acts/Clarify"), &clarify, Some(PDF))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let file = format!("{public}/clarifications/{}", digest_of(PDF));
    assert!(firm.page(&public).await.1.replace("&#x2f;", "/").contains(&file));
    assert_eq!(firm.page(&file).await.0, StatusCode::OK);
    assert_eq!(
        firm.page(&format!("{public}/clarifications/{}", "ab".repeat(32))).await.0,
        StatusCode::NOT_FOUND
    );
}

fn digest_of(bytes: &[u8]) -> String {
    sha256(std::str::from_utf8(bytes).unwrap())
}

#[tokio::test]
async fn after_it_a_firm_objects_to_the_result_and_complains_under_its_account() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 26)).await;
    let (id, tender) = project(&county, SCHOOL);
    let number = id.to_string();
    at_nine(&county, date(2025, 2, 27));
    let firm = county.sign_in("firm").await;
    let other = county.person("other-firm", Role::FirmAgent, "public").await;
    let (_, html) = firm.page(&format!("/trading/remedies?project={id}")).await;
    assert!(html.contains("act-object-result") && !html.contains("act-ask"), "{html}");
    assert!(!html.contains("name=\"secret\""), "the account is known");
    let send = async |deed: &str, more: &[(&str, &str)], file: Option<&[u8]>| {
        let mut fields = vec![("project", number.as_str())];
        fields.extend_from_slice(more);
        county
            .multipart(Some(&firm), &format!("/trading/remedies/{deed}"), &fields, file)
            .await
    };
    let known = [("text", "技术得分与招标文件不符"), ("known_on", "2025-02-26")];
    let (status, html) = send("object-result", &known, None).await;
    assert!(status == StatusCode::OK && html.contains("第1号"), "{html}");
    assert_eq!(actor_of(&county, id, "Objected").await, "firm");

    let code = codes::complete_credit_code("91429900MA000AA90").unwrap();
    let complaint = [
        ("about", "result"),
        ("n", "1"),
        ("known_on", "2025-02-26"),
        ("request", "请求复核评标结果"),
        ("applicant_name", "丁建设公司（模拟）"),
        ("applicant_number", code.as_str()),
    ];
    let (status, html) = send("complain", &complaint, None).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("请选择证明材料"), "{html}");
    assert!(html.contains("请求复核评标结果"), "what was typed is kept");
    let (status, html) = send("complain", &complaint, Some(PDF)).await;
    assert!(status == StatusCode::CONFLICT && html.contains("TND-64"), "the answer comes first: {html}");
    let officer = county.person("ours", Role::Officer, tender.tenderer.as_str()).await;
    let act = format!("/desk/tenders/{id}/acts/AnswerObjection");
    let answer = [("n", "1"), ("upheld", "no")];
    assert_eq!(county.multipart(Some(&officer), &act, &answer, Some(PDF)).await.0, StatusCode::SEE_OTHER);
    let (status, html) = send("complain", &complaint, Some(PDF)).await;
    assert_eq!(status, StatusCode::OK, "{html}");
    let lodged = html.split("<dt>投诉编号</dt><dd>").nth(1).unwrap()[..13].to_owned();
    let own = [("complaint", lodged.as_str())];
    assert!(send("follow", &own, None).await.1.contains("已收到，待审查"));
    let theirs = [("project", number.as_str()), ("complaint", lodged.as_str())];
    let (status, _) = county.multipart(Some(&other), "/trading/remedies/follow", &theirs, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nobody else's");
    let back = [("complaint", lodged.as_str()), ("statement", "不再投诉")];
    assert_eq!(send("withdraw-complaint", &back, None).await.0, StatusCode::OK);
    assert!(send("follow", &own, None).await.1.contains("已撤回"));
}
