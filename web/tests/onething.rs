//! 一件事，从手机到结果。 A citizen finds a theme, answers its question, fills one form, and sees what becomes of each
//! item, all over HTTP and without script.

use crate::county::{PASSWORD, mark_of};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, store::Store};
use fadu_figures::Figures;
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role};
use fadu_law::Shelf;
use fadu_onething::definition::Channel as Way;
use fadu_onething::{Joint, JointAct, Theme, ThemeAct};
use fadu_service::{Case, CaseAct, Item, ItemAct, Spared, Way as ItemWay};
use fadu_store::Sqlite;
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

const FOOD: &str = "511A0005200004-511602000000-000-115113016823646795-1-00";
const FIRE: &str = "511A0021300001-511602000000-000-11511300MB1A21304N-1-00";

struct County {
    _folder: tempfile::TempDir,
    router: Router,
    app: Arc<App>,
    clock: Movable,
    theme: MatterId,
}

async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let themes = fadu_sim::shipped_themes();
    let theme = themes.iter().find(|theme| theme.code == "restaurant-opening").unwrap().id();
    fadu_sim::enter_members(&app, &themes).await.unwrap();
    fadu_sim::enter_themes(&app, themes, "http://localhost").await.unwrap();
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&[fadu_service::FIGURES]).unwrap();
    let web = Web::new(Arc::clone(&app), figures, Shelf::from_index(), site);
    County { _folder: folder, router: router(web), app, clock, theme }
}

/// Status, where it leads, and the page.
type Answer = (StatusCode, String, String);

impl County {
    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let to = answer
            .headers()
            .get(header::LOCATION)
            .map_or("", |to| to.to_str().unwrap())
            .to_owned();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        // As a browser reads it.
        (status, to, String::from_utf8_lossy(&bytes).replace("&#x2f;", "/"))
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn page(&self, path: &str) -> String {
        let (status, _, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        page
    }

    /// A form as a browser sends it; a name that begins with `file_` brings a file.
    async fn post(&self, path: &str, parts: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, FORM_MEDIA);
        self.send(request.body(Body::from(multipart(parts))).unwrap()).await
    }

    async fn clerk(&self) -> Clerk<'_> {
        let account = Account {
            person: "clerk".into(),
            name: "clerk".into(),
            role: Role::WindowClerk,
            org: "hall".into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        self.app.put_account(account, PASSWORD).await.unwrap();
        let body = format!("username=clerk&password={PASSWORD}&return_to=");
        let request =
            Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        let mut clerk =
            Clerk { county: self, cookie: cookie.split(';').next().unwrap().into(), mark: String::new() };
        clerk.mark = mark_of(&clerk.get("/desk/new-case").await.2).to_owned();
        clerk
    }

    async fn joint(&self, id: MatterId) -> Joint {
        self.app.state_of(id).await.unwrap().unwrap()
    }

    fn on(&self, day: Date) {
        self.clock.set(start_of(day) + 9 * 3_600_000);
    }

    async fn act<M: Matter>(&self, role: Role, org: &str, matter: MatterId, act: M::Act) {
        let actor = Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) };
        let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key: None };
        self.app.act::<M>(call).await.unwrap();
        self.app.relay().await.unwrap();
    }

    async fn case_of(&self, joint: MatterId, item: &str) -> MatterId {
        let row = self.app.store.matter(fadu_sim::REGION, joint).await.unwrap().unwrap();
        let state: Joint = serde_json::from_str(&row.state).unwrap();
        state.child(item).unwrap().opened.as_ref().unwrap().case
    }
}

const FORM_MEDIA: &str = "multipart/form-data; boundary=edge";

fn multipart(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in parts {
        let file = if name.starts_with("file_") { "; filename=\"a.pdf\"" } else { "" };
        body +=
            &format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body + "--edge--\r\n"
}

/// At the window, signed in.
struct Clerk<'a> {
    county: &'a County,
    cookie: String,
    mark: String,
}

impl Clerk<'_> {
    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.county.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, parts: &[(&str, &str)]) -> Answer {
        let marked: Vec<_> = parts.iter().copied().chain([("csrf", self.mark.as_str())]).collect();
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, FORM_MEDIA);
        self.county.send(request.body(Body::from(multipart(&marked))).unwrap()).await
    }
}

const FORM: &[(&str, &str)] = &[
    ("idem", "form-one"),
    ("q_area", "yes"),
    ("applicant_name", "模拟餐饮店主"),
    ("applicant_number", "11010519491231002X"),
    ("applicant_phone", "13900000000"),
    ("shop_name", "模拟小馆"),
    ("address", "模拟路一号"),
    ("area_m2", "80"),
    ("formats", "热食类"),
    ("safety_person", "模拟甲"),
    ("file_application", "%PDF-1"),
    ("file_layout", "%PDF-2"),
    ("file_food_rules", "%PDF-3"),
    ("file_fire_statement", "%PDF-4"),
];

fn without(names: &[&str]) -> Vec<(&'static str, &'static str)> {
    FORM.iter().copied().filter(|(name, _)| !names.contains(name)).collect()
}

/// An item that closed while the application was on its way: the applicant reads why, and what came of it.
#[tokio::test]
async fn an_item_that_cannot_be_passed_on_says_so_to_the_applicant() {
    let county = county().await;
    let (status, to, page) = county.post(&format!("/themes/{}/apply", county.theme), FORM).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let here = to.strip_suffix("/submitted").unwrap().to_owned();
    let (id, _) = here.strip_prefix("/joint/").unwrap().split_once('/').unwrap();
    let id: MatterId = id.parse().unwrap();
    let suspend = ItemAct::Suspend { reason: "依据修改".into() };
    county
        .act::<Item>(Role::CatalogueManager, "bureau", Item::id(FIRE), suspend)
        .await;
    let page = county.page(&here).await;
    for said in ["未能转交，牵头部门处理中", "区行政审批局（牵头）", "暂停", "已收件，待受理"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let decline = JointAct::DeclineChild {
        item_code: FIRE.into(),
        reason: "这一事项已经暂停".into(),
        remedy: "可以自知道之日起六十日内申请行政复议".into(),
    };
    county.act::<Joint>(Role::Officer, "区行政审批局", id, decline).await;
    let page = county.page(&here).await;
    for said in ["这一事项已经暂停", "可以自知道之日起六十日内申请行政复议"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("未能转交，牵头部门处理中"), "{page}");
}

#[tokio::test]
async fn a_citizen_opens_a_restaurant_through_one_thing() {
    let county = county().await;
    let (theme, guide) = (county.theme, format!("/themes/{}", county.theme));
    let list = county.page("/themes").await;
    assert!(list.contains("国家清单") && list.contains(&guide), "the list leads to the guide");
    let page = county.page(&guide).await;
    for said in [
        "食品(含保健食品)经营许可核发",
        "区消防大队",
        "店堂属于公众聚集场所吗",
        "电子证照库：营业执照",
        "45个工作日",
        "哪些是模拟的",
        // What is published stands beside the frozen past as what it is; what was counted is a figure.
        "不是统计数",
        "/figures/ot.trip_cut",
    ] {
        assert!(page.contains(said), "the guide says {said}");
    }

    // The situation: nothing chosen, nonsense, then an answer.
    let apply = format!("{guide}/apply");
    assert!(county.page(&apply).await.contains("第 1 步"));
    for query in ["?next=q_area", "?q_area=nonsense"] {
        let (status, _, page) = county.get(&format!("{apply}{query}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("请选一项"));
    }
    let form = county.page(&format!("{apply}?q_area=yes")).await;
    assert!(form.contains("这些不问您要") && form.contains("因为电子证照库"), "not asked because …");
    assert!(
        !form.contains("name=\"licence_no\"") && !form.contains("file_licence\""),
        "what is shared is not asked"
    );
    assert!(form.contains("2个事项都要用") && form.contains("safety_person"));
    let small = county.page(&format!("{apply}?q_area=no")).await;
    assert!(
        !small.contains("safety_person") && !small.contains("区消防大队"),
        "only what this situation needs"
    );

    // Errors stand beside their fields and keep what was typed.
    let (status, _, page) = county.post(&apply, &without(&["applicant_number", "formats"])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in
        ["href=\"#formats\"", "href=\"#applicant_number\"", "value=\"模拟小馆\"", "value=\"form-one\""]
    {
        assert!(page.contains(said), "{said}");
    }

    // Filled in with an account whose session is over: to the sign-in, and back to this step.
    let marked: Vec<_> = FORM.iter().copied().chain([("csrf", "0f2c")]).collect();
    let (status, to, _) = county.post(&apply, &marked).await;
    let back = format!("/sign-in?return_to=%2Fthemes%2F{theme}%2Fapply%3Fq_area%3Dyes");
    assert_eq!((status, to), (StatusCode::SEE_OTHER, back));

    // One paper short: received all the same, and sent twice it is one.
    let (status, to, page) = county.post(&apply, &without(&["file_food_rules"])).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(county.post(&apply, &without(&["file_food_rules"])).await.1, to);
    let received = county.page(&to).await;
    let here = to.strip_suffix("/submitted").unwrap().to_owned();
    let (id, code) = here.strip_prefix("/joint/").unwrap().split_once('/').unwrap();
    let id: MatterId = id.parse().unwrap();
    let number = received
        .split("panel-number\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(received.contains(code) && number.starts_with('L'));
    assert_eq!(county.get(&format!("/joint/{id}/WRONGCODE123")).await.0, StatusCode::NOT_FOUND);

    county.app.relay().await.unwrap();
    let page = county.page(&here).await;
    assert!(page.contains("已收件，待受理") && page.contains("材料补齐以后开始"), "{page}");
    assert!(!page.contains("11010519491231002X") && !page.contains("模拟餐饮店主"), "no personal data on it");

    // Told once by the lead, supplied over the net.
    county.on(date(2025, 3, 4));
    let lacking =
        fadu_onething::acts::Lacking { id: "food_rules".into(), what: "食品安全管理制度".into() };
    county
        .act::<Joint>(Role::Officer, "区行政审批局", id, JointAct::GiveNotice { missing: vec![lacking] })
        .await;
    let page = county.page(&here).await;
    assert!(page.contains("请您做：补正材料") && page.contains("file_food_rules"));
    let supplement = format!("{here}/acts/Supplement");
    assert_eq!(county.post(&supplement, &[("idem", "s0")]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = county.post(&supplement, &[("idem", "s1"), ("file_food_rules", "%PDF-5")]).await;
    assert_eq!((sent.0, sent.1.as_str()), (StatusCode::SEE_OTHER, here.as_str()));
    county.app.relay().await.unwrap();

    // One is refused, with its reason and remedy; the other is granted.
    county.on(date(2025, 3, 5));
    let (food, fire) = (county.case_of(id, FOOD).await, county.case_of(id, FIRE).await);
    for (case, org) in [(food, "区行政审批局"), (fire, "区消防大队")] {
        county.act::<Case>(Role::Officer, org, case, CaseAct::Accept).await;
    }
    let page = county.page(&here).await;
    assert!(page.contains("联办中") && page.contains("在谁手里：区消防大队"));
    let decide = |granted, reason: &str| CaseAct::Decide {
        granted,
        reason: reason.into(),
        false_material: false,
        evidence: Vec::new(),
    };
    county
        .act::<Case>(Role::AgencyHead, "区行政审批局", food, decide(false, "操作间与厕所相通"))
        .await;
    county.act::<Case>(Role::AgencyHead, "区消防大队", fire, decide(true, "")).await;
    let page = county.page(&here).await;
    for said in ["操作间与厕所相通", "六十日内", "六个月内", "准予", "等待送达"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("acts/Withdraw"), "nothing is left to withdraw");
    county
        .act::<Joint>(
            Role::WindowClerk,
            "hall",
            id,
            JointAct::Deliver { way: fadu_onething::definition::Channel::Window },
        )
        .await;
    assert!(county.page(&here).await.contains("准予，已送达"));

    // Found again by number and code, and each item's own case behind it.
    let body = format!("number={number}&secret={code}");
    let request = Request::post("/track").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, to, _) = county.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, here.as_str()));
    let own = format!("/track/{food}/{}", county.app.keys.track_code(food));
    assert!(county.page(&here).await.contains(&own));
    assert!(county.page(&own).await.contains("不予许可"));
    assert!(county.app.verify_ledger(None).await.unwrap().is_ok());

    // A theme that was suspended takes no new application, and says why.
    let suspend = ThemeAct::Suspend { reason: "目录调整".into() };
    county.act::<Theme>(Role::CatalogueManager, "bureau", theme, suspend).await;
    assert!(!county.page("/themes").await.contains(&guide));
    assert!(county.page(&guide).await.contains("目录调整"));
    assert_eq!(county.get(&apply).await.0, StatusCode::SEE_OTHER);
    assert!(county.page(&here).await.contains("开办餐饮店"), "those that run go on");
}

/// Somebody without a telephone is visited at home; what was left open then is brought to the window.
#[tokio::test]
async fn a_clerk_takes_one_thing_and_what_was_missing_in_it() {
    let county = county().await;
    let clerk = county.clerk().await;
    let at = format!("/desk/new-case/themes/{}", county.theme);
    let found = clerk.get("/desk/new-case?q=%E9%A4%90%E9%A5%AE").await.2;
    assert!(found.contains(&at) && found.contains("一件事"), "{found}");

    let found = clerk.get("/desk/new-case?q=kbcyd").await.2;
    assert!(found.contains(&at), "by the first letters of how it sounds");
    assert!(!clerk.get("/desk/new-case?q=zzzz").await.2.contains(&at));

    let (status, _, page) = clerk.get(&at).await;
    assert!(status == StatusCode::OK && page.contains("第 1 步") && page.contains("店堂属于公众聚集场所吗"));
    assert_eq!(clerk.get(&format!("{at}?next=q_area")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let page = clerk.get(&format!("{at}?q_area=yes")).await.2;
    for said in
        ["综合窗口", "邮寄", "上门", "value=\"food_rules\"", "不得再要", "safety_person", "区消防大队"]
    {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("file_licence\"") && !page.contains("name=\"licence_no\""), "what is shared");
    let small = clerk.get(&format!("{at}?q_area=no")).await.2;
    assert!(!small.contains("safety_person") && !small.contains("fire_statement"));

    // No telephone, one field and one paper short.
    let brought = [
        ("idem", "w1"),
        ("q_area", "yes"),
        ("channel", "home_visit"),
        ("applicant_name", "模拟餐饮店主"),
        ("applicant_number", "11010519491231002X"),
        ("agent_name", "模拟乙"),
        ("agent_number", "440524188001010014"),
        ("shop_name", "模拟小馆"),
        ("address", "模拟路一号"),
        ("area_m2", "80"),
        ("safety_person", "模拟甲"),
        ("materials", "application"),
        ("materials", "layout"),
        ("file_fire_statement", "%PDF-4"),
    ];
    let (status, _, page) = clerk.post(&at, &brought).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "forgotten, unless the clerk says so");
    assert!(page.contains("请填写经营项目") && page.contains("value=\"application\" checked"), "{page}");
    assert!(!page.contains("联系电话不对"), "a telephone is needed online alone");
    let as_it_is: Vec<_> = brought.iter().copied().chain([("incomplete", "yes")]).collect();
    let elsewhere = [("channel", "online")];
    let online: Vec<_> = as_it_is
        .iter()
        .copied()
        .filter(|(name, _)| *name != "channel")
        .chain(elsewhere)
        .collect();
    let (status, _, page) = clerk.post(&at, &online).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("请选择怎么来的"));
    assert_eq!(
        page.matches(">怎么来的<").count(),
        1,
        "asked under a heading that is not the question: {page}"
    );
    let (status, to, page) = clerk.post(&at, &as_it_is).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let id: MatterId = to.split('/').nth(2).unwrap().parse().unwrap();
    assert!(clerk.get(&to).await.2.contains("已经收到您的申请"));
    let joint = county.joint(id).await;
    let lacking: Vec<&str> = joint.missing.iter().map(|lacking| lacking.id.as_str()).collect();
    assert_eq!(
        (joint.channel, joint.trips, lacking),
        (Some(Way::HomeVisit), 0, vec!["food_rules", "formats"])
    );
    county.app.relay().await.unwrap();

    // Told once; the field that was left empty can be supplied at the window alone.
    county
        .act::<Joint>(Role::Officer, "区行政审批局", id, JointAct::GiveNotice { missing: joint.missing })
        .await;
    let desk = format!("/desk/matters/joints/{id}");
    let supplement = format!("/desk/joints/{id}/supplement");
    let page = clerk.get(&desk).await.2;
    assert!(page.contains(&supplement) && !page.contains("acts/Supplement"), "a page, not JSON to type");
    let page = clerk.get(&supplement).await.2;
    assert!(page.contains("name=\"formats\"") && page.contains("value=\"food_rules\""), "{page}");
    assert!(!page.contains("shop_name") && !page.contains("value=\"layout\""), "only what is missing");
    let (status, _, page) = clerk.post(&supplement, &[("idem", "w2"), ("channel", "window")]).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("请勾选收到的材料"), "{page}");
    let came = [("idem", "w3"), ("channel", "window"), ("formats", "热食类"), ("materials", "food_rules")];
    let (status, to, page) = clerk.post(&supplement, &came).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, desk.as_str()), "{page}");
    let joint = county.joint(id).await;
    assert_eq!((joint.missing.len(), joint.trips), (0, 1), "a second journey, and it counts");
    county.app.relay().await.unwrap();
    assert!(county.joint(id).await.child(FOOD).unwrap().opened.is_some());
    assert_eq!(clerk.get(&supplement).await.1, desk, "nothing is missing any more");
}

#[tokio::test]
async fn the_whole_is_withdrawn_on_its_own_page() {
    let county = county().await;
    let apply = format!("/themes/{}/apply", county.theme);
    let (_, to, _) = county.post(&apply, FORM).await;
    let here = to.strip_suffix("/submitted").unwrap();
    county.app.relay().await.unwrap();
    assert!(county.page(here).await.contains("acts/Withdraw"));
    let withdraw = format!("{here}/acts/Withdraw");
    assert_eq!(county.post(&withdraw, &[("reason", "")]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.post(&withdraw, &[("reason", "不开了")]).await.0, StatusCode::SEE_OTHER);
    county.app.relay().await.unwrap();
    let page = county.page(here).await;
    assert_eq!(page.matches("已撤回").count(), 2, "both items");
    assert_eq!(
        county.post(&withdraw, &[("reason", "再撤")]).await.0,
        StatusCode::SEE_OTHER,
        "told how it stands"
    );
}

#[tokio::test]
async fn the_whole_is_evaluated_once_whichever_part_is_asked_about() {
    let county = county().await;
    fadu_sim::enter_hall(&county.app, &["clerk"]).await.unwrap();
    let mut form = without(&["q_area", "safety_person", "file_fire_statement"]);
    form.push(("q_area", "no"));
    let (_, to, page) = county.post(&format!("/themes/{}/apply", county.theme), &form).await;
    let here = to.strip_suffix("/submitted").unwrap_or_else(|| panic!("{page}"));
    let id: MatterId = here.split('/').nth(2).unwrap().parse().unwrap();
    county.app.relay().await.unwrap();
    let food = county.case_of(id, FOOD).await;
    let of = |matter: MatterId| format!("/evaluate/{matter}/{}", county.app.keys.track_code(matter));
    county.act::<Case>(Role::Officer, "区行政审批局", food, CaseAct::Accept).await;
    let granted =
        CaseAct::Decide { granted: true, reason: String::new(), false_material: false, evidence: vec![] };
    county.act::<Case>(Role::AgencyHead, "区行政审批局", food, granted).await;
    assert_eq!(county.get(&of(id)).await.0, StatusCode::NOT_FOUND, "not before it is handed over");
    assert!(!county.page(here).await.contains("/evaluate/"));
    county
        .act::<Joint>(Role::WindowClerk, "hall", id, JointAct::Deliver { way: Way::Window })
        .await;
    assert!(county.page(here).await.contains(&of(id)));
    let part = format!("/track/{food}/{}", county.app.keys.track_code(food));
    assert!(!county.page(&part).await.contains("/evaluate/"), "the whole is one contact");

    let say = async |at: String| {
        let request = Request::post(at).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        county.send(request.body(Body::from("grade=good")).unwrap()).await
    };
    let (status, _, page) = say(of(id)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert!(county.page(&of(food)).await.contains("已经收到您的评价：满意"), "asked about the part");
    assert_ne!(say(of(food)).await.0, StatusCode::SEE_OTHER, "and not again");
}

/// The source that the item's list names is not connected here: the page says so at the item that uses the paper.
#[tokio::test]
async fn what_was_not_asked_for_says_whether_it_was_obtained() {
    let county = county().await;
    let spared = Spared { way: ItemWay::Shared, basis: None, source: "登记数据".into() };
    let spare = ItemAct::Spare { subject: "licence".into(), spared };
    county.act::<Item>(Role::Clock, "system", Item::id(FOOD), spare).await;
    let (_, to, page) = county.post(&format!("/themes/{}/apply", county.theme), FORM).await;
    let here = to.strip_suffix("/submitted").unwrap_or_else(|| panic!("{page}"));
    for _ in 0..3 {
        county.app.relay().await.unwrap();
    }
    let page = county.page(here).await;
    assert!(page.contains("食品(含保健食品)经营许可核发：没有取得"), "{page}");
    assert!(!page.contains("消防安全检查：没有取得"), "of the other item nothing is known");
}

#[tokio::test]
async fn what_a_theme_rests_on_is_cited() {
    let county = county().await;
    let page = format!("/themes/{}", county.theme);
    let cited = fadu_web::citations(&county.app);
    let keys: Vec<String> = cited
        .iter()
        .filter(|cited| cited.href == page && cited.what.starts_with("主题 "))
        .map(|cited| cited.basis.key())
        .collect();
    assert!(keys.contains(&"行政许可法#42.1".to_owned()), "{keys:?}");
}

/// Through the pages, so that no way in keeps a scan or its name in clear.
#[tokio::test]
async fn a_scan_is_read_by_who_handles_the_case_until_its_person_is_erased() {
    const FIRST: &str = "%PDF-1.7 模拟申请书扫描件";
    const LATER: &str = "%PDF-1.7 模拟制度扫描件";
    let county = county().await;
    let mut form = without(&["file_application", "file_food_rules"]);
    form.push(("file_application", FIRST));
    let (status, to, page) = county.post(&format!("/themes/{}/apply", county.theme), &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let here = to.strip_suffix("/submitted").unwrap().to_owned();
    let id: MatterId = here.split('/').nth(2).unwrap().parse().unwrap();
    let lacking =
        fadu_onething::acts::Lacking { id: "food_rules".into(), what: "食品安全管理制度".into() };
    county
        .act::<Joint>(Role::Officer, "区行政审批局", id, JointAct::GiveNotice { missing: vec![lacking] })
        .await;
    let supplement = format!("{here}/acts/Supplement");
    let sent = county.post(&supplement, &[("idem", "s1"), ("file_food_rules", LATER)]).await;
    assert_eq!(sent.0, StatusCode::SEE_OTHER, "{}", sent.2);
    county.app.relay().await.unwrap();

    let food = county.case_of(id, FOOD).await;
    let joint: Joint = county.app.state_of(id).await.unwrap().unwrap();
    let case: Case = county.app.state_of(food).await.unwrap().unwrap();
    let of_joint = joint.materials.values().map(|paper| (id, paper.digest.clone()));
    let of_case = case.materials.values().map(|paper| (food, paper.digest.clone()));
    let held: Vec<(MatterId, String)> = of_joint.chain(of_case).collect();
    let mut read = String::new();
    for (matter, digest) in &held {
        let (media, bytes) = county.app.open_file(*matter, digest).await.unwrap().unwrap();
        assert_eq!(media, "application/pdf");
        read += &String::from_utf8(bytes).unwrap();
    }
    for scan in [FIRST, LATER] {
        assert_eq!(read.matches(scan).count(), 2, "{scan}: of the joint case and of the item's own");
    }

    let applicant = county.app.keys.subject("11010519491231002X");
    let erased = county
        .app
        .store
        .erase_person(county.app.region, &applicant, false)
        .await
        .unwrap();
    assert!(erased.is_some_and(|values| values > 0));
    for (matter, digest) in &held {
        assert!(county.app.open_file(*matter, digest).await.unwrap().is_none());
    }
    for file in std::fs::read_dir(county._folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for needle in [FIRST, LATER] {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{} holds `{needle}`", path.display());
        }
    }
    for matter in [id, food] {
        let entries = county.app.store.entries_of(county.app.region, matter).await.unwrap();
        assert!(entries.iter().all(|entry| !entry.body.contains("\"a.pdf\"")), "the name it had");
    }
}
