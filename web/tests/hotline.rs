//! 12345的页面。 A citizen writes, follows and rates; a seat takes and dispatches; a unit handles, and what the law does not
//! allow is refused with its rule; who has nothing to do with an order does not see it.

use crate::hotline_county::{County, Got, Session, county};
use axum::http::StatusCode;
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_hotline::desk::register::Route;
use fadu_hotline::{Desk, DeskAct};
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use jiff::civil::date;
use std::collections::BTreeMap;

const TEXT: &str = "阳光小区三期从昨天晚上开始停水，物业说是管道爆裂，到现在还没有修好，请尽快处理。";

fn written() -> Vec<(&'static str, &'static str)> {
    vec![
        ("kind", "help"),
        ("text", TEXT),
        ("category", "0101"),
        ("caller_name", "模拟来电人"),
        ("caller_phone", "13900001234"),
        ("caller_address", "阳光小区3栋"),
        ("public", "yes"),
        ("idem", "0123456789abcdef"),
    ]
}

/// The address of the order's own page, its id and number.
async fn write(county: &County) -> (String, String, String) {
    let got = county.post(None, "/12345", &written()).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    let id = got.to.split('/').nth(2).unwrap().to_owned();
    let number = county.app.order(id.parse().unwrap()).await.unwrap().unwrap().0.number;
    (got.to, id, number)
}

async fn act(county: &County, session: &Session, id: &str, name: &str, pairs: &[(&str, &str)]) -> Got {
    county
        .multipart(session, &format!("/desk/orders/{id}/acts/{name}"), pairs, None)
        .await
}

#[track_caller]
fn done(got: &Got) {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
}

#[tokio::test]
async fn a_request_from_the_first_word_to_its_rating() {
    let county = county().await;
    let (follow, id, number) = write(&county).await;
    assert_eq!(write(&county).await.1, id, "sent twice, it is one request");
    let page = county.get(None, &follow).await.body;
    assert!(page.contains(&number) && page.contains(TEXT) && page.contains("已受理，待派单"));
    assert!(!page.contains("13900001234") && !page.contains("模拟来电人"));
    let forged = format!("{}AAAAAAAAAAAA", &follow[..follow.len() - 12]);
    assert_eq!(county.get(None, &forged).await.status, StatusCode::NOT_FOUND);

    let (agent, officer, keeper, water) = (
        county.sign_in("agent").await,
        county.sign_in("officer").await,
        county.sign_in("keeper").await,
        county.sign_in("water").await,
    );
    let order = format!("/desk/orders/{id}");
    assert_eq!(county.get(Some(&officer), &order).await.status, StatusCode::NOT_FOUND, "not the unit's yet");
    let inbox = county.get(Some(&agent), "/desk/hotline?list=dispatch").await.body;
    assert!(inbox.contains(&number));
    let page = county.get(Some(&agent), &order).await.body;
    assert!(page.contains("139*****234") && !page.contains("13900001234"), "masked");
    done(&act(&county, &agent, &id, "OpenCaller", &[("reason", "核对地点")]).await);
    assert!(county.get(Some(&agent), &order).await.body.contains("13900001234"), "opened with a reason");
    assert!(!county.get(Some(&keeper), &order).await.body.contains("13900001234"), "for who opened it");

    done(&act(&county, &agent, &id, "Dispatch", &[("unit", "区住建局")]).await);
    assert!(county.get(Some(&officer), "/desk/hotline").await.body.contains(&number));
    assert_eq!(county.get(Some(&water), &order).await.status, StatusCode::NOT_FOUND);
    done(&act(&county, &officer, &id, "Sign", &[]).await);

    // A return without a ground is refused with the rule; one that cannot be read stays in the form.
    let back = [("ground", "not_our_power"), ("basis", ""), ("explanation", "不归我们管")];
    let got = act(&county, &officer, &id, "Return", &back).await;
    assert_eq!(got.status, StatusCode::CONFLICT);
    assert!(got.body.contains("HOT-07A") && got.body.contains("没有写明退单的法定依据"));
    let back = [("ground", "not_our_power"), ("basis", "随便"), ("explanation", "不归我们管")];
    let got = act(&county, &officer, &id, "Return", &back).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        got.body.contains("读不出法规名称和条号") && got.body.contains("不归我们管"),
        "what was typed is kept"
    );
    assert!(county.get(Some(&officer), &order).await.body.contains("被拒绝执行的操作"));
    // Who tried it is named to their own body and to the inspectors; to others the name is masked.
    let reviewer = county.sign_in("reviewer").await;
    assert_eq!(act(&county, &reviewer, &id, "Sign", &[]).await.status, StatusCode::FORBIDDEN);
    let page = county.get(Some(&officer), &order).await.body;
    assert!(page.contains("模********r") && !page.contains("模拟reviewer"), "another body");
    assert!(county.get(Some(&keeper), &order).await.body.contains("模拟reviewer"), "a colleague");
    let inspector = county.sign_in("inspector").await;
    assert!(
        county
            .get(Some(&inspector), "/oversight/day")
            .await
            .body
            .contains("模拟reviewer")
    );

    // No help is solved without its evidence; who handled it does not call back.
    let reply = [("result", "solved"), ("text", "水管已经修好")];
    let got = act(&county, &officer, &id, "Reply", &reply).await;
    assert!(got.status == StatusCode::CONFLICT && got.body.contains("HOT-08A"));
    let address = format!("/desk/orders/{id}/acts/Reply");
    done(&county.multipart(&officer, &address, &reply, Some(b"%PDF-1.7 a photo")).await);
    let call = [("contact", "answered"), ("solved", "yes"), ("satisfied", "yes")];
    assert_eq!(act(&county, &officer, &id, "CallBack", &call).await.status, StatusCode::FORBIDDEN);
    let odd = [("contact", "not_reached"), ("solved", "yes")];
    assert_eq!(act(&county, &agent, &id, "CallBack", &odd).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&act(&county, &agent, &id, "CallBack", &call).await);
    done(&act(&county, &keeper, &id, "Close", &[]).await);

    // The citizen rates it once, from the same address.
    let page = county.get(None, &follow).await.body;
    assert!(page.contains("水管已经修好") && page.contains("五星"));
    let rate = format!("{follow}/acts/Evaluate");
    assert_eq!(county.post(None, &rate, &[("grade", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&county.post(None, &rate, &[("grade", "5"), ("text", "谢谢")]).await);
    let page = county.get(None, &follow).await.body;
    assert!(page.contains("5星") && !page.contains("五星"));

    // Published only in the moderator's words.
    assert!(!county.get(None, "/12345/public").await.body.contains(&number));
    done(&act(&county, &keeper, &id, "Publish", &[("title", "小区停水"), ("text", "已经修复")]).await);
    let list = county.get(None, "/12345/public?group=01").await.body;
    assert!(list.contains(&number) && list.contains("小区停水") && !list.contains("管道爆裂"));
    assert!(!county.get(None, "/12345/public?group=02").await.body.contains(&number));
    done(
        &county
            .post(None, &format!("{follow}/acts/Unpublish"), &[("reason", "不想公开了")])
            .await,
    );
    assert!(!county.get(None, "/12345/public").await.body.contains(&number), "withdrawn at once");
}

#[tokio::test]
async fn a_search_lists_only_what_the_reader_may_open() {
    let county = county().await;
    let (_, id, number) = write(&county).await;
    let (agent, officer, water) =
        (county.sign_in("agent").await, county.sign_in("officer").await, county.sign_in("water").await);
    let finds = async |session: &Session, q: &str| {
        let page = county.get(Some(session), &format!("/desk/search?q={q}")).await.body;
        page.contains(&id)
    };
    for q in ["13900001234", number.as_str()] {
        assert!(finds(&agent, q).await, "the hotline has it");
        assert!(!finds(&officer, q).await, "it is no unit's yet");
    }
    done(&act(&county, &agent, &id, "Dispatch", &[("unit", "区住建局")]).await);
    for q in ["13900001234", number.as_str()] {
        assert!(finds(&officer, q).await, "the unit has it");
        assert!(!finds(&water, q).await, "another unit has not, whoever called");
    }
    let page = county.get(Some(&officer), "/desk/search?q=13900001234").await.body;
    assert!(page.contains("工单：已派单，待签收"), "{page}");
    assert!(
        !county.get(Some(&officer), "/desk/search").await.body.contains("记入台账"),
        "nothing is entered"
    );
}

#[tokio::test]
async fn what_an_enterprise_asks_for_is_dispatched_to_its_officer_with_one_button() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let typed = [
        ("caller_phone", "13900001234"),
        ("text", "申报的奖补资金一直没有到账"),
        ("kind", "help"),
        ("category", "0802"),
        ("urgency", "ordinary"),
        ("do", "dispatch"),
        ("idem", "aa21"),
    ];
    let got = county.post(Some(&agent), "/desk/hotline/new", &typed).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is taken before");
    assert!(got.body.contains("请填写企业服务专员的账号"), "{}", got.body);
    let typed: Vec<_> = typed.into_iter().chain([("officer", "officer")]).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &typed).await;
    done(&got);
    let id = got.to.trim_start_matches("/desk/orders/").parse().unwrap();
    let dispatch = county.app.order(id).await.unwrap().unwrap().1.dispatch.unwrap();
    assert_eq!(dispatch.officer.map(|officer| officer.to_string()).as_deref(), Some("officer"));
}

/// Whom the hotline names reads the order and decides by their own hand; with the last of them it is decided, and nobody
/// of them reads it any longer.
#[tokio::test]
async fn arbiters_confirm_under_their_own_accounts() {
    let county = county().await;
    let (keeper, agent) = (county.sign_in("keeper").await, county.sign_in("agent").await);
    let officer = county.sign_in("officer").await;
    let (_, id, number) = write(&county).await;
    done(&act(&county, &agent, &id, "Dispatch", &[("unit", "区住建局")]).await);
    let back = [("ground", "not_our_power"), ("basis", "行政许可法#24"), ("explanation", "由别的部门主管")];
    done(&act(&county, &officer, &id, "Return", &back).await);
    let refer = [("settlement", "referred"), ("reason", "职责有争议")];
    done(&act(&county, &keeper, &id, "SettleReturn", &refer).await);
    let orgs = [("editor", "区委编办"), ("lawyer", "区司法局"), ("stranger", "区司法局")];
    for (name, org) in orgs {
        let account = fadu_app::accounts::Account {
            person: name.into(),
            name: name.into(),
            role: Role::Officer,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        county.app.put_account(account, "a-long-password").await.unwrap();
    }
    let lawyer = county.sign_in("lawyer").await;
    let order = format!("/desk/orders/{id}");
    assert_eq!(county.get(Some(&lawyer), &order).await.status, StatusCode::NOT_FOUND, "not named yet");
    let named = [
        ("unit", "区水务局"),
        ("reason", "按三定规定"),
        ("panel_platform", "keeper"),
        ("panel_establishment", "editor"),
        ("panel_justice", "lawyer"),
    ];
    done(&act(&county, &keeper, &id, "Arbitrate", &named).await);
    let unit = async || {
        let order = county.app.order(id.parse().unwrap()).await.unwrap().unwrap().1;
        (order.status(), order.unit().unwrap().to_string())
    };
    let found = format!("待您确认的合议 {number}");
    assert!(county.get(Some(&lawyer), "/desk/hotline").await.body.contains(&found));
    assert!(county.get(Some(&lawyer), &order).await.body.contains("由区水务局承办"));
    let stranger = county.sign_in("stranger").await;
    assert_eq!(county.get(Some(&stranger), &order).await.status, StatusCode::NOT_FOUND, "a colleague");
    let editor = county.sign_in("editor").await;
    for member in [&keeper, &editor] {
        done(&act(&county, member, &id, "ConfirmPanel", &[]).await);
        assert_eq!(unit().await, ("arbitration", "区住建局".to_owned()));
    }
    done(&act(&county, &lawyer, &id, "ConfirmPanel", &[]).await);
    assert_eq!(unit().await, ("dispatched", "区水务局".to_owned()));
    assert_eq!(county.get(Some(&lawyer), &order).await.status, StatusCode::NOT_FOUND, "it is decided");
}

/// The row of the dispatch catalogue names who assists: dispatched with one button it goes to them too, and the form of a
/// dispatch has them filled in. Whom a report is about is never among them (信访工作条例 30).
#[tokio::test]
async fn the_catalogue_says_who_assists() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let row = Route {
        category: "0106".into(),
        area: String::new(),
        unit: OrgId::new("区住建局"),
        assisting: vec![OrgId::new("区水务局")],
        power: None,
    };
    let keeper = Actor {
        person: PersonId::new("keeper"),
        role: Role::CatalogueManager,
        org: OrgId::new(fadu_sim::BUREAU),
    };
    let act = DeskAct::SetRoutes { routes: vec![row] };
    let call = Call { actor: &keeper, matter: Some(Desk::id()), act, private: BTreeMap::new(), key: None };
    county.app.act::<Desk>(call).await.unwrap();
    let typed = [("text", "路灯坏了"), ("category", "0106"), ("urgency", "ordinary")];
    let help = [("kind", "help"), ("do", "dispatch"), ("idem", "ac01")];
    let report = [("kind", "report"), ("against", "区水务局"), ("do", "dispatch"), ("idem", "ac02")];
    for (more, assisting) in [(&help[..], vec!["区水务局"]), (&report[..], vec![])] {
        let typed: Vec<_> = typed.iter().chain(more).copied().collect();
        let got = county.post(Some(&agent), "/desk/hotline/new", &typed).await;
        done(&got);
        let id = got.to.trim_start_matches("/desk/orders/").parse().unwrap();
        let dispatch = county.app.order(id).await.unwrap().unwrap().1.dispatch.unwrap();
        let named: Vec<_> = dispatch.assisting.iter().map(OrgId::as_str).collect();
        assert_eq!(named, assisting);
    }
    let typed: Vec<_> = typed
        .into_iter()
        .chain([("kind", "help"), ("do", "take"), ("idem", "ac03")])
        .collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &typed).await;
    let page = county.get(Some(&agent), &got.to).await.body;
    let field = page.split("name=\"assisting\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(field.contains("区水务局"), "{field}");
}

#[tokio::test]
async fn who_calls_again_about_the_same_is_entered_as_such() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let (_, first, number) = write(&county).await;
    let typed = [
        ("caller_phone", "13900001234"),
        ("text", "还是停水，没有人来修"),
        ("kind", "help"),
        ("category", "0101"),
        ("urgency", "ordinary"),
    ];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
        typed.iter().chain(more).copied().collect()
    };
    let page = county
        .post(Some(&agent), "/desk/hotline/new", &with(&[("do", "look")]))
        .await
        .body;
    let button = format!("repeat:{number}");
    assert!(page.contains(&format!("value=\"{button}\"")), "{page}");
    let chosen: Vec<_> = typed.into_iter().chain([("do", button.as_str())]).collect();
    let page = county.post(Some(&agent), "/desk/hotline/new", &chosen).await.body;
    assert!(page.contains(&format!("value=\"{number}\"")), "in its field: {page}");
    let take = [("repeat_of", number.as_str()), ("do", "take"), ("idem", "aa11")];
    let take: Vec<_> = typed.into_iter().chain(take).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    done(&got);
    let id = got.to.trim_start_matches("/desk/orders/").parse().unwrap();
    let entry = county.app.order(id).await.unwrap().unwrap().1.entry.unwrap();
    assert_eq!(entry.repeat_of, Some(first.parse().unwrap()));
    let unknown = with(&[("repeat_of", "G0"), ("do", "take"), ("idem", "aa12")]);
    let got = county.post(Some(&agent), "/desk/hotline/new", &unknown).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("没有这个编号的工单"));
}

#[tokio::test]
async fn a_seat_sees_what_is_known_and_dispatches_with_one_button() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let (_, first, number) = write(&county).await;
    let typed = [
        ("caller_phone", "13900001234"),
        ("text", "阳光小区三期从昨天晚上开始停水，物业说管道爆裂，到现在还没修好，请尽快派人处理！"),
    ];
    let look: Vec<_> = typed.into_iter().chain([("do", "look")]).collect();
    let page = county.post(Some(&agent), "/desk/hotline/new", &look).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.matches(&number).count() >= 2, "in the history and among the like");
    assert!(page.body.contains("受理并派单给区住建局"), "{}", page.body);
    let take =
        [("kind", "help"), ("category", "0101"), ("urgency", "urgent"), ("do", "dispatch"), ("idem", "aa01")];
    let take: Vec<_> = typed.into_iter().chain(take).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    done(&got);
    let id = got.to.trim_start_matches("/desk/orders/").to_owned();
    let (row, order) = county.app.order(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.org.as_str()), ("dispatched", "区住建局"));
    assert_eq!(order.suggestion.unwrap().rank("0101"), Some(1), "what was proposed is kept");

    // The same once more is merged into the first, by the hotline itself.
    let keeper = county.sign_in("keeper").await;
    let number = number.to_lowercase();
    done(&act(&county, &keeper, &id, "Merge", &[("into", &number)]).await);
    county.app.relay().await.unwrap();
    assert_eq!(county.app.order(first.parse().unwrap()).await.unwrap().unwrap().1.n_children, 1);
    let nothing = act(&county, &keeper, &first, "Merge", &[("into", "G0")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);

    // A consult is answered from the knowledge at the first call.
    let ask = [
        ("text", "请问申请许可多久给答复"),
        ("kind", "consult"),
        ("category", "0906"),
        ("urgency", "ordinary"),
    ];
    let look: Vec<_> = ask.into_iter().chain([("do", "look")]).collect();
    let page = county.post(Some(&agent), "/desk/hotline/new", &look).await.body;
    let answer = page.split("value=\"answer:").nth(1).unwrap().split('"').next().unwrap();
    let answer = format!("answer:{answer}");
    let take: Vec<_> = ask.into_iter().chain([("do", answer.as_str()), ("idem", "aa02")]).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    let id = got.to.trim_start_matches("/desk/orders/").to_owned();
    assert_eq!(county.app.order(id.parse().unwrap()).await.unwrap().unwrap().0.status, "answered");

    // What is happening now needs no form; a form without a category keeps what was typed.
    let fire = [("text", "着火了"), ("do", "emergency:fire"), ("idem", "aa03")];
    done(&county.post(Some(&agent), "/desk/hotline/new", &fire).await);
    let none = [("text", "说不清的事情"), ("do", "take"), ("idem", "aa04")];
    let got = county.post(Some(&agent), "/desk/hotline/new", &none).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("说不清的事情") && got.body.contains("请选择类别"));
    // Not with a forged mark, and not from a unit.
    let forged = Session { cookie: agent.cookie.clone(), csrf: "x".into() };
    assert!(
        county
            .post(Some(&forged), "/desk/hotline/new", &none)
            .await
            .to
            .starts_with("/sign-in")
    );
    let officer = county.sign_in("officer").await;
    assert_eq!(county.get(Some(&officer), "/desk/hotline/new").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_is_not_read_where_it_is_about() {
    let county = county().await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let (officer, water) = (county.sign_in("officer").await, county.sign_in("water").await);
    let take = [
        ("text", "某单位工程质量有严重问题，请查处"),
        ("kind", "report"),
        ("category", "0104"),
        ("urgency", "ordinary"),
        ("against", "区住建局"),
        ("do", "take"),
        ("idem", "bb01"),
    ];
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    let id = got.to.trim_start_matches("/desk/orders/").to_owned();
    let got = act(&county, &keeper, &id, "Dispatch", &[("unit", "区住建局")]).await;
    assert!(got.status == StatusCode::CONFLICT && got.body.contains("PET-08"), "{}", got.body);
    done(
        &act(&county, &keeper, &id, "Dispatch", &[("unit", "区水务局"), ("reason", "被举报单位回避")]).await,
    );
    let order = format!("/desk/orders/{id}");
    assert_eq!(county.get(Some(&officer), &order).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.get(Some(&water), &order).await.status, StatusCode::OK);
    let inspector = county.sign_in("inspector").await;
    assert_eq!(county.get(Some(&inspector), &order).await.status, StatusCode::OK);
}

/// A seat asks the caller, and a dispatch asks of what came without a seat, which unit a report is about.
#[tokio::test]
async fn a_report_goes_nowhere_before_it_is_said_whom_it_is_about() {
    let county = county().await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let seat = [
        ("text", "某单位工程质量有严重问题，请查处"),
        ("kind", "report"),
        ("category", "0104"),
        ("urgency", "ordinary"),
        ("do", "dispatch"),
        ("idem", "bb02"),
    ];
    let got = county.post(Some(&agent), "/desk/hotline/new", &seat).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.body.contains("请选择被举报的单位") && got.body.contains("没有指明单位"), "{}", got.body);
    let none: Vec<_> = seat.into_iter().chain([("against", "none")]).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &none).await;
    done(&got);
    let id: fadu_kernel::MatterId = got.to.trim_start_matches("/desk/orders/").parse().unwrap();
    assert_eq!(county.app.order(id).await.unwrap().unwrap().0.status, "dispatched");

    let by_web: Vec<_> = written()
        .into_iter()
        .filter(|(name, _)| !matches!(*name, "kind" | "public" | "idem"))
        .chain([("kind", "report"), ("idem", "fedcba9876543210")])
        .collect();
    let got = county.post(None, "/12345", &by_web).await;
    done(&got);
    let id = got.to.split('/').nth(2).unwrap().to_owned();
    let page = county.get(Some(&keeper), &format!("/desk/orders/{id}")).await.body;
    assert!(page.contains("被举报单位") && page.contains("没有指明单位"), "{page}");
    let water = [("unit", "区水务局"), ("reason", "被举报单位回避")];
    let got = act(&county, &keeper, &id, "Dispatch", &water).await;
    assert!(got.status == StatusCode::CONFLICT && got.body.contains("PET-08"), "{}", got.body);
    let itself = [("unit", "区住建局"), ("against", "区住建局"), ("reason", "")];
    let got = act(&county, &keeper, &id, "Dispatch", &itself).await;
    assert!(got.status == StatusCode::CONFLICT && got.body.contains("PET-08"), "{}", got.body);
    let named: Vec<_> = water.into_iter().chain([("against", "区住建局")]).collect();
    done(&act(&county, &keeper, &id, "Dispatch", &named).await);
    let officer = county.sign_in("officer").await;
    let order = format!("/desk/orders/{id}");
    assert_eq!(county.get(Some(&officer), &order).await.status, StatusCode::NOT_FOUND);
}

/// What a caller told is addressed: a figure names the entry, and its number opens it to staff alone.
#[tokio::test]
async fn a_figure_of_requests_leads_the_public_to_none_of_them() {
    let county = county().await;
    write(&county).await;
    fadu_figures::tail(&*county.app.store, county.app.region, &county.figures)
        .await
        .unwrap();
    let page = county.get(None, "/figures/hot.taken").await.body;
    assert!(page.contains("1 条记录") && !page.contains("receipts"), "{page}");
    let agent = county.sign_in("agent").await;
    assert!(county.get(Some(&agent), "/figures/hot.taken").await.body.contains("receipts"));
}

/// A number that the caller wrote into the words is read by who opened the caller's data, and by nobody else.
#[tokio::test]
async fn numbers_within_the_words_are_masked_until_somebody_opens_them() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let text = "路灯坏了，请打13900005678联系，2025-03-01报过";
    let typed =
        [("kind", "help"), ("text", text), ("category", "0106"), ("caller_name", "张三"), ("idem", "mm01")];
    let got = county.post(None, "/12345", &typed).await;
    done(&got);
    let id = got.to.split('/').nth(2).unwrap().to_owned();
    assert!(county.get(None, got.to.trim()).await.body.contains(text), "who wrote it reads it");
    let order = format!("/desk/orders/{id}");
    let page = county.get(Some(&agent), &order).await.body;
    assert!(page.contains("139*****678") && page.contains("2025-03-01") && !page.contains("13900005678"));
    done(&act(&county, &agent, &id, "OpenCaller", &[("reason", "联系来电人")]).await);
    assert!(county.get(Some(&agent), &order).await.body.contains(text));
}

/// The order of the units shows its formula, and who has answered little has no place in it.
#[tokio::test]
async fn units_stand_beside_each_other_with_the_formula() {
    let county = county().await;
    let (agent, officer) = (county.sign_in("agent").await, county.sign_in("officer").await);
    let (_, id, _) = write(&county).await;
    done(&act(&county, &agent, &id, "Dispatch", &[("unit", "区住建局")]).await);
    let reply = [("result", "solved"), ("text", "水管已经修好")];
    let address = format!("/desk/orders/{id}/acts/Reply");
    done(&county.multipart(&officer, &address, &reply, Some(b"%PDF-1.7 a photo")).await);
    fadu_figures::tail(&*county.app.store, county.app.region, &county.figures)
        .await
        .unwrap();
    let page = county
        .get(Some(&officer), "/desk/hotline/units")
        .await
        .body
        .replace("&#x2f;", "/");
    for said in ["÷ 3", "不排", "区住建局", "1 / 1（100.0%）", "0 / 0（—）", "不作考核的唯一依据"]
    {
        assert!(page.contains(said), "{said} in {page}");
    }
}

#[tokio::test]
async fn bad_input_has_its_answer() {
    let county = county().await;
    let with = |change: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        let kept = written()
            .into_iter()
            .filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        kept.map(|(name, value)| (name, value.to_owned()))
            .chain(change.iter().cloned())
            .collect()
    };
    let rows = [
        (vec![("text", String::new())], 422, "请写明什么事"),
        (vec![("text", "长".repeat(17_000))], 422, "不能超过10000字"),
        (vec![("text", "😀😀😀😀😀😀😀😀😀\u{0}<b>&amp;".to_owned())], 303, ""),
        (vec![("kind", "gift".to_owned())], 422, "请选择一项"),
        (vec![("category", "0909".to_owned())], 422, "请选择属于哪一类"),
        (vec![("caller_phone", "打电话".to_owned())], 422, "联系电话不对"),
        (vec![("address", "路".to_owned())], 422, "标准地址编码"),
    ];
    for (n, (mut change, status, says)) in rows.into_iter().enumerate() {
        change.push(("idem", format!("{n:016}")));
        let form = with(&change);
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let got = county.post(None, "/12345", &form).await;
        assert_eq!(got.status.as_u16(), status, "{change:?}");
        assert!(got.body.contains(says), "{says}");
    }
    let wrong = county.post(None, "/12345/track", &[("number", "G1"), ("secret", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (follow, _, number) = write(&county).await;
    let code = follow.rsplit('/').next().unwrap();
    let found = county
        .post(None, "/12345/track", &[("number", &number.to_lowercase()), ("secret", code)])
        .await;
    assert_eq!(found.to, follow);
    // The clock of the machine steps back: nothing is lost, and the order is still found.
    county.clock.set(start_of(date(2025, 3, 2)));
    assert_eq!(county.get(None, &follow).await.status, StatusCode::OK);
}
