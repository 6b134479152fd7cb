//! 坏输入与故障。 Too much, nothing at all, forged, and what goes wrong around a request that is open: a unit's account that is
//! closed, a clock that is set forward and back.

use super::{done, person, session};
use crate::hotline_county::{County, Session, county};
use axum::http::StatusCode;
use fadu_app::now::start_of;
use fadu_kernel::Role;
use fadu_ledger::Receipt;
use jiff::civil::date;

fn written<'a>(text: &'a str, idem: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("kind", "help"), ("text", text), ("category", "0106"), ("idem", idem)]
}

async fn act(county: &County, session: &Session, id: &str, name: &str, pairs: &[(&str, &str)]) -> StatusCode {
    let path = format!("/desk/orders/{id}/acts/{name}");
    county.multipart(session, &path, pairs, Some(b"%PDF-1.7 a photo")).await.status
}

/// Address and id of a request that was dispatched to the housing bureau.
async fn dispatched(county: &County, agent: &Session, idem: &str) -> (String, String) {
    let got = county.post(None, "/12345", &written("路灯坏了一周没有人修", idem)).await;
    done(&got);
    let id = got.to.split('/').nth(2).unwrap().to_owned();
    let unit = county.app.hotline().unwrap().route("0106", "").unwrap().unit.to_string();
    assert_eq!(unit, "区住建局");
    assert_eq!(act(county, agent, &id, "Dispatch", &[("unit", &unit)]).await, StatusCode::SEE_OTHER);
    (got.to.trim().to_owned(), id)
}

#[tokio::test]
async fn too_much_nothing_and_odd_characters() {
    let county = county().await;
    let long = "长".repeat(17_000);
    assert!(long.len() > 50_000, "50 kB");
    let got = county.post(None, "/12345", &written(&long, "f1")).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        got.body.contains("不能超过10000字，现有17000字") && got.body.contains(&long),
        "what was typed is kept"
    );
    for empty in ["", "  \n\t "] {
        let got = county.post(None, "/12345", &written(empty, "f2")).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.body.contains("请写明什么事"));
    }
    let odd = "😀👨‍👩‍👧 <script>alert(1)</script> \u{202e}\u{feff} ';--";
    let got = county.post(None, "/12345", &written(odd, "f3")).await;
    done(&got);
    let page = county.get(None, got.to.trim()).await.body;
    assert!(page.contains("😀👨‍👩‍👧 &lt;script&gt;") && !page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn a_caller_takes_a_receipt_home_that_needs_nobody_to_check_it() {
    let county = county().await;
    let got = county.post(None, "/12345", &written("路灯坏了一周没有人修", "r1")).await;
    let follow = got.to.trim().to_owned();
    assert!(county.get(None, &follow).await.body.contains("下载受理回执"));
    let file = county.get(None, &format!("{follow}/receipt")).await;
    assert_eq!(file.status, StatusCode::OK);
    let key = county.app.signer().verify_key();
    let receipt = Receipt::parse(&file.body).unwrap();
    receipt.verify(&key).unwrap();
    assert!(receipt.entry.contains("路灯坏了一周没有人修"));
    // One character changed, or another county's key, and it proves nothing.
    let changed = Receipt::parse(&file.body.replacen("路灯", "水管", 1)).unwrap();
    assert!(changed.verify(&key).is_err());
    let forged = format!("{}AAAAAAAAAAAA/receipt", &follow[..follow.len() - 12]);
    assert_eq!(county.get(None, &forged).await.status, StatusCode::NOT_FOUND);
    // Who knows the number of the entry alone does not see it.
    let by_number = county.get(None, &format!("/receipts/{}/file", receipt.seq)).await;
    assert_eq!(by_number.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_units_account_is_closed_and_its_request_goes_on() {
    let county = county().await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let officer = county.sign_in("officer").await;
    let (follow, id) = dispatched(&county, &agent, "c1").await;
    assert_eq!(act(&county, &officer, &id, "Sign", &[]).await, StatusCode::SEE_OTHER);
    let due = |county: &County| {
        let app = county.app.clone();
        let id = id.parse().unwrap();
        async move { app.order(id).await.unwrap().unwrap().1.due(&app.calendar()) }
    };
    let before = due(&county).await;

    let mut account = county.app.account("officer").await.unwrap().unwrap();
    account.closed = true;
    county.app.save_account(&account).await.unwrap();
    let reply = [("result", "solved"), ("text", "修好了")];
    let status = act(&county, &officer, &id, "Reply", &reply).await;
    assert_ne!(status, StatusCode::OK);
    let order = county.app.order(id.parse().unwrap()).await.unwrap().unwrap().1;
    assert!(order.reply.is_none(), "a closed account does nothing more, session or not");

    // The hotline takes it back and sends it on: the clock has run since the first dispatch and goes on.
    let recall = [("reason", "承办人离岗，账号停用")];
    assert_eq!(act(&county, &keeper, &id, "Recall", &recall).await, StatusCode::SEE_OTHER);
    let to = [("unit", "区水务局"), ("reason", "经研究由水务局承办")];
    assert_eq!(act(&county, &keeper, &id, "Dispatch", &to).await, StatusCode::SEE_OTHER);
    assert_eq!(due(&county).await, before);
    let water = county.sign_in("water").await;
    assert_eq!(act(&county, &water, &id, "Sign", &[]).await, StatusCode::SEE_OTHER);
    assert_eq!(act(&county, &water, &id, "Reply", &reply).await, StatusCode::SEE_OTHER);
    // Or a colleague of the same unit goes on where it stands.
    person(&county, "colleague", Role::Officer, "区住建局").await;
    let (_, second) = dispatched(&county, &agent, "c2").await;
    let colleague = county.sign_in("colleague").await;
    assert_eq!(act(&county, &colleague, &second, "Sign", &[]).await, StatusCode::SEE_OTHER);
    assert!(county.get(None, &follow).await.body.contains("修好了"));
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_clock_set_forward_and_back_moves_no_limit_and_repeats_no_act() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let (_, id) = dispatched(&county, &agent, "t1").await;
    let matter = id.parse().unwrap();
    let app = &county.app;
    let due = app.order(matter).await.unwrap().unwrap().1.due(&app.calendar()).unwrap();
    // 3 March and three working days of the demonstration: 6 March.
    assert_eq!(due, date(2025, 3, 6));
    let facts = async |name: &str| {
        let entries = app.store.entries_of(app.region, matter).await.unwrap();
        entries.iter().filter(|entry| entry.fact == name).count()
    };
    let sweep = async |day: jiff::civil::Date| {
        county.clock.set(start_of(day) + 9 * 3_600_000);
        app.sweep(day).await.unwrap();
    };
    // A week is skipped: what time does is done once, in its order.
    sweep(date(2025, 3, 14)).await;
    for name in ["TurnedAmber", "PassedDue", "Urged", "SupervisionDrafted"] {
        assert_eq!(facts(name).await, 1, "{name}");
    }
    // Set back: nothing is undone, nothing done again, no limit moves; and an act of a person is still possible.
    sweep(date(2025, 3, 4)).await;
    sweep(date(2025, 3, 14)).await;
    for name in ["TurnedAmber", "PassedDue", "Urged", "SupervisionDrafted"] {
        assert_eq!(facts(name).await, 1, "{name}");
    }
    let order = app.order(matter).await.unwrap().unwrap().1;
    assert_eq!(order.due(&app.calendar()), Some(due));
    let officer = county.sign_in("officer").await;
    assert_eq!(act(&county, &officer, &id, "Sign", &[]).await, StatusCode::SEE_OTHER);
    county.clock.set(start_of(date(2025, 3, 4)));
    assert!(app.clock_behind().await.unwrap().is_some(), "a server that starts now says so and does not");
    app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_caller_sees_where_a_petition_went_and_until_when() {
    let county = county().await;
    let keeper = county.sign_in("keeper").await;
    let got = county
        .post(None, "/12345", &written("对征收补偿的处理意见不服，多次反映", "p1"))
        .await;
    let (follow, id) = (got.to.trim().to_owned(), got.to.split('/').nth(2).unwrap().to_owned());
    let told = [("ground", "petition"), ("told", "由信访部门接续处理")];
    assert_eq!(act(&county, &keeper, &id, "Exclude", &told).await, StatusCode::SEE_OTHER);
    let over = [("office", "区住建局"), ("receipt", "信收〔2025〕9号")];
    assert_eq!(act(&county, &keeper, &id, "HandOver", &over).await, StatusCode::SEE_OTHER);
    county.app.relay().await.unwrap();
    // Fifteen days to forward it or take it on end on the 18th.
    let page = county.get(None, &follow).await.body;
    assert!(page.contains("信访部门已登记，待转送或者受理，期限到2025-03-18"), "{page}");
    let petition = fadu_hotline::Petition::id(id.parse().unwrap());
    let officer = county.sign_in("officer").await;
    let accept = format!("/desk/matters/petitions/{petition}/acts/Accept");
    done(&county.post(Some(&officer), &accept, &[]).await);
    let page = county.get(None, &follow).await.body;
    assert!(page.contains("已受理，办理中，期限到2025-05-06"), "{page}");
}

#[tokio::test]
async fn a_petition_is_read_by_its_parties_and_answered_in_words() {
    let county = county().await;
    let (keeper, officer) = (county.sign_in("keeper").await, county.sign_in("officer").await);
    person(&county, "chief", Role::AgencyHead, "区住建局").await;
    let said = "对征收补偿的处理意见不服，多次反映";
    let named = [("caller_name", "模拟信访人"), ("caller_phone", "13900001234")];
    let typed: Vec<_> = written(said, "p2").into_iter().chain(named).collect();
    let got = county.post(None, "/12345", &typed).await;
    let (follow, id) = (got.to.trim().to_owned(), got.to.split('/').nth(2).unwrap().to_owned());
    let told = [("ground", "petition"), ("told", "由信访部门接续处理")];
    assert_eq!(act(&county, &keeper, &id, "Exclude", &told).await, StatusCode::SEE_OTHER);
    let over = [("office", "区住建局"), ("receipt", "信收〔2025〕10号")];
    assert_eq!(act(&county, &keeper, &id, "HandOver", &over).await, StatusCode::SEE_OTHER);
    county.app.relay().await.unwrap();
    let petition = fadu_hotline::Petition::id(id.parse().unwrap());
    let here = format!("/desk/petitions/{petition}");
    let page = county.get(Some(&officer), &here).await.body;
    assert!(page.contains(said) && page.contains("2025-03-18") && page.contains("受理信访事项"), "{page}");
    assert!(page.contains("139*****234") && !page.contains("13900001234"), "masked");
    let open = format!("{here}/acts/OpenPetitioner");
    done(&county.multipart(&officer, &open, &[("reason", "约谈信访人")], None).await);
    assert!(county.get(Some(&officer), &here).await.body.contains("13900001234"), "with a reason");
    // Every other body, whoever of it asks, and by whichever address.
    let water = county.sign_in("water").await;
    let agent = county.sign_in("agent").await;
    for path in [here.clone(), format!("/api/petitions/{petition}")] {
        for other in [&water, &agent] {
            assert_eq!(county.get(Some(other), &path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let generic = county.get(Some(&water), &format!("/desk/matters/petitions/{petition}")).await;
    assert!(!generic.body.contains("信收〔2025〕10号"), "{}", generic.body);
    done(&county.multipart(&officer, &format!("{here}/acts/Accept"), &[], None).await);
    let chief = session(&county, "chief", &here).await;
    let answer = format!("{here}/acts/Reply");
    let reply = [("document", "住建信〔2025〕1号"), ("delivered_on", "2025-03-03"), ("text", "")];
    let empty = county.multipart(&chief, &answer, &reply, None).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        empty.body.contains("请填写答复内容") && empty.body.contains("住建信〔2025〕1号"),
        "{}",
        empty.body
    );
    let reply = [reply[0], reply[1], ("text", "经复核，补偿标准不变")];
    done(&county.multipart(&chief, &answer, &reply, Some(b"%PDF-1.7 a letter")).await);
    let page = county.get(Some(&officer), &here).await.body;
    assert!(page.contains("经复核，补偿标准不变") && page.contains("请求复查"), "{page}");
    let page = page.replace("&#x2f;", "/");
    let file = page.split(&format!("{here}/files/")).nth(1).unwrap().split('"').next().unwrap();
    let file = format!("{here}/files/{file}");
    assert_eq!(county.get(Some(&officer), &file).await.status, StatusCode::OK);
    assert_eq!(county.get(Some(&water), &file).await.status, StatusCode::NOT_FOUND);
    assert!(county.get(None, &follow).await.body.contains("经复核，补偿标准不变"));
}
