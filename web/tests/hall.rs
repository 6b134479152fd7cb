//! 大厅的页面。 A citizen takes a number and waits, a clerk serves by keyboard's forms, the back office answers, boards follow,
//! and who was served says how it was.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, store::Store};
use fadu_figures::Figures;
use fadu_hall::evaluation::{Contact, Evaluation};
use fadu_hall::outlier::Outlier;
use fadu_hall::ticket::Ticket;
use fadu_kernel::Role;
use fadu_law::Shelf;
use fadu_service::{Definition, Item};
use fadu_store::Sqlite;
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

const PASSWORD: &str = "a-long-password";

struct County {
    _folder: tempfile::TempDir,
    router: Router,
    web: Web,
    app: Arc<App>,
    clock: Movable,
    department: String,
}

/// A page as it was answered.
struct Page {
    status: u16,
    location: String,
    refresh: String,
    cookie: String,
    text: String,
}

impl Page {
    /// The value of the first attribute that begins so, such as `name="csrf" value="`.
    fn between(&self, start: &str, end: &str) -> String {
        let rest = self
            .text
            .split_once(start)
            .unwrap_or_else(|| panic!("no {start} in {}", self.text))
            .1;
        rest.split_once(end).unwrap().0.to_owned()
    }

    fn action(&self, ending: &str) -> String {
        let found = self.text.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut found = found.filter(|action| action.contains(ending));
        found
            .next()
            .unwrap_or_else(|| panic!("no form for {ending} in {}", self.text))
            .replace("&amp;", "&")
    }
}

async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions)
        .await
        .unwrap();
    fadu_sim::enter_hall(&app, &["clerk"]).await.unwrap();
    let department = app
        .catalogue()
        .all::<Item>()
        .find(|(_, item)| item.is_open())
        .map(|(_, item)| item.department.clone())
        .unwrap();
    let people = [
        ("clerk", Role::WindowClerk, "hall"),
        ("idle", Role::WindowClerk, "hall"),
        ("officer", Role::Officer, department.as_str()),
        ("head", Role::AgencyHead, department.as_str()),
        ("bureau", Role::Officer, fadu_sim::BUREAU),
        ("manager", Role::CatalogueManager, fadu_sim::BUREAU),
    ];
    for (person, role, org) in people {
        let account = Account {
            person: person.into(),
            name: person.into(),
            role,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        app.put_account(account, PASSWORD).await.unwrap();
    }
    // The demonstration's hand-over posts the clerk; four people wait.
    fadu_sim::hand_over(&app, "clerk").await.unwrap();
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
    let web = Web::new(Arc::clone(&app), figures, Shelf::from_index(), site);
    County { _folder: folder, router: router(web.clone()), web, app, clock, department }
}

impl County {
    async fn send(&self, request: Request<Body>) -> Page {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (location, refresh, cookie) = (header("location"), header("refresh"), header("set-cookie"));
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        // Templates write a slash as a reference; tests read addresses as a browser does.
        let text = String::from_utf8_lossy(&bytes).replace("&#x2f;", "/").replace("&amp;", "&");
        Page { status, location, refresh, cookie, text }
    }

    async fn get(&self, cookie: &str, path: &str) -> Page {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap())
            .await
    }

    async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    async fn sign_in(&self, person: &str) -> String {
        let page = self.post("", "/sign-in", &[("username", person), ("password", PASSWORD)]).await;
        page.cookie.split(';').next().unwrap().to_owned()
    }

    /// Serves the next of the line, who is to have this number, to the end. The address where they say how it was.
    async fn serve(&self, clerk: &str, number: &str) -> String {
        for (act, fields) in [("Call", vec![]), ("Serve", vec![]), ("Finish", vec![("outcome", "advised")])] {
            let done = self.act(clerk, WINDOW, &format!("acts/{act}"), &fields).await;
            assert_eq!(done.status, 303, "{number} {act}");
        }
        let id = Ticket::id("H1", self.app.moment().today, number);
        format!("/evaluate/{id}/{}", self.app.keys.track_code(id))
    }

    /// Sends the form of the page at `from` whose address contains `act`, and comes back to a page.
    async fn act(&self, cookie: &str, from: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(cookie, from).await;
        let csrf = page.between("name=\"csrf\" value=\"", "\"");
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(cookie, &page.action(act), &fields).await
    }
}

const WINDOW: &str = "/desk/window/H1/13";

#[tokio::test]
async fn a_citizen_takes_a_number_on_a_phone_and_waits() {
    let county = county().await;
    let halls = county.get("", "/hall").await;
    assert!(halls.text.contains("A 综合服务") && halls.text.contains("4人"), "{}", halls.text);
    assert_eq!(halls.refresh, "60");
    let wrong = county.post("", "/hall/H1/ticket", &[("day", "2025-03-04")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("请选择办什么") && wrong.text.contains("请选择预约时间"),
        "everything at once"
    );
    assert!(wrong.text.contains("value=\"2025-03-04\""), "what was typed is kept");

    let fields = [("zone", "A"), ("idem", "abc")];
    let taken = county.post("", "/hall/H1/ticket", &fields).await;
    let again = county.post("", "/hall/H1/ticket", &fields).await;
    assert_eq!((taken.status, &taken.location), (303, &again.location), "sent twice is one number");
    let ticket = county.get("", &taken.location).await;
    assert!(ticket.text.contains("A0004") && ticket.text.contains("4 人"), "{}", ticket.text);
    assert_eq!(ticket.refresh, "20", "without script too");
    assert!(ticket.text.contains("不等了"));
    let bare = county.get("", taken.location.split('?').next().unwrap()).await;
    assert!(
        bare.text.contains("A0004") && !bare.text.contains("不等了"),
        "without the code it is only looked at"
    );
    let act = ticket.action("acts/Leave");
    let stranger = county.post("", act.split("?code=").next().unwrap(), &[]).await;
    assert_eq!(stranger.status, 404);
    assert_eq!(county.post("", &act, &[]).await.status, 303);
    assert!(county.get("", &taken.location).await.text.contains("已放弃"));

    // A booked number joins the line on arrival.
    let booked = [("zone", "B"), ("day", "2025-03-04"), ("time", "570")];
    let booked = county.post("", "/hall/H1/ticket", &booked).await;
    assert!(county.get("", &booked.location).await.text.contains("已预约"));
    county.clock.set(start_of(jiff::civil::date(2025, 3, 4)) + 9 * 3_600_000);
    let there = county.get("", &booked.location).await;
    assert_eq!(county.post("", &there.action("acts/Arrive"), &[]).await.status, 303);
    assert!(county.get("", &booked.location).await.text.contains("等候叫号"));
    let id = Ticket::id("H1", jiff::civil::date(2025, 3, 3), "A0004");
    let state: Ticket = county.app.state_of(id).await.unwrap().unwrap();
    assert_eq!(state.channel, Some(fadu_hall::hall::Channel::Phone), "taken on one's own telephone");
    let sunday = [("zone", "B"), ("day", "2025-03-09"), ("time", "570")];
    let refused = county.post("", "/hall/H1/ticket", &sunday).await;
    assert!(refused.status == 409 && refused.text.contains("不是工作日"), "{}", refused.text);
    let nowhere = [
        "/hall/H9/ticket",
        "/tickets/0000000000001",
        "/tickets/x",
        "/boards/hall/H9",
        "/boards/hall/H9/events",
    ];
    for path in nowhere {
        assert_eq!(county.get("", path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_kiosk_is_large_and_gives_its_own_numbers() {
    let county = county().await;
    let page = county.get("", "/hall/H1/ticket?kiosk=1").await;
    assert!(page.text.contains("class=\"portal large\"") && page.text.matches("button-huge").count() == 3);
    assert!(!page.text.contains("type=\"text\""), "nothing to type");
    let taken = county.post("", "/hall/H1/ticket?kiosk=1", &[("zone", "A")]).await;
    let ticket = county.get("", &taken.location).await;
    assert!(ticket.text.contains("A0501") && ticket.text.contains("ticket-qr"), "{}", ticket.text);
    assert!(
        ticket.refresh.contains("url=/hall/H1/ticket?kiosk=1"),
        "it makes room for the next: {}",
        ticket.refresh
    );
}

/// The kiosk page carries its block, so that it can go on alone; what it sends afterwards is entered once, under its own day.
#[tokio::test]
async fn what_a_kiosk_gave_out_alone_is_entered_once() {
    let county = county().await;
    county.post("", "/hall/H1/ticket?kiosk=1", &[("zone", "A")]).await;
    let page = county.get("", "/hall/H1/ticket?kiosk=1").await;
    assert!(
        page.text.contains("/static/kiosk.js") && page.text.contains("data-last=\"999\""),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("value=\"A\" data-next=\"502\"")
            && page.text.contains("value=\"B\" data-next=\"501\"")
    );
    assert!(!county.get("", "/hall/H1/ticket").await.text.contains("kiosk.js"), "a telephone has no block");
    let script = county.get("", "/static/kiosk.js").await;
    assert!(script.status == 200 && script.text.contains("data-offline"));

    let (clerk, here) = (county.sign_in("clerk").await, "/desk/kiosks/H1/1");
    assert!(county.get(&clerk, "/desk/board/H1").await.text.contains(here));
    let midnight = start_of(jiff::civil::date(2025, 3, 3));
    let late = format!("A0599 {}", midnight - 60_000);
    let sent = format!("A0502 08:30\nA0503 {}\n{late}\nA0201 08:40", midnight + 8 * 3_600_000 + 1);
    let act = "/desk/kiosks/H1/1";
    let wrong = county.act(&clerk, here, act, &[("numbers", "A0502")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("应当像"), "{}", wrong.text);
    let done = county.act(&clerk, here, act, &[("numbers", &sent)]).await;
    assert!(done.status == 200 && done.text.contains("入账 3 个，已经在账 0 个"), "{}", done.text);
    assert!(done.text.contains("A0201：201不在自助机1的号段里"), "{}", done.text);
    let again = county.act(&clerk, here, act, &[("numbers", &sent)]).await;
    assert!(again.text.contains("入账 0 个，已经在账 3 个"), "{}", again.text);
    let id = Ticket::id("H1", jiff::civil::date(2025, 3, 2), "A0599");
    let ticket: Ticket = county.app.state_of(id).await.unwrap().unwrap();
    assert_eq!(ticket.day, Some(jiff::civil::date(2025, 3, 2)), "given out before midnight");
    let unsigned = county.post("", act, &[("numbers", &sent)]).await;
    assert_eq!((unsigned.status, unsigned.location.starts_with("/sign-in")), (303, true));
}

/// A manager pastes a week, staff and placings; sent again, nothing is entered twice; a line that cannot be read stops all.
#[tokio::test]
async fn a_manager_pastes_a_roster_staff_and_placings() {
    let county = county().await;
    let (manager, here) = (county.sign_in("manager").await, "/desk/hall-lists/H1");
    assert!(county.get(&manager, "/desk/board/H1").await.text.contains(here));
    let officer = county.sign_in("officer").await;
    assert_eq!(county.get(&officer, here).await.status, 404);
    let send = async |list: &str, text: &str| {
        county.act(&manager, here, &format!("{here}/{list}"), &[(list, text)]).await
    };
    let contract = "sim-sun,县级,,模采〔2025〕1号";
    let joined = send("clerks", contract).await;
    assert!(joined.text.contains("登记 1 条，已经有的 0 条"), "{}", joined.text);
    let shifts = "2025-03-10,02,sim-sun,9:00,12:00\n2025-03-10,02,sim-clerk-1,12:00,17:00\n2025-03-11,02,sim-sun,9:00,17:00";
    let wrong = send("roster", &format!("{shifts}\n2025-03-12,02,sim-sun,9,17")).await;
    assert!(
        wrong.status == 422 && wrong.text.contains("第4行") && wrong.text.contains("2025-03-10,02"),
        "{}",
        wrong.text
    );
    let week = "/desk/hall-lists/H1?day=2025-03-12";
    assert!(!county.get(&manager, week).await.text.contains("sim-sun"), "nothing was entered");
    assert!(send("roster", shifts).await.text.contains("登记 3 条，已经有的 0 条"));
    assert!(send("roster", shifts).await.text.contains("登记 0 条，已经有的 3 条"));
    let grid = county.get(&manager, week).await;
    assert!(grid.text.contains("sim-sun 9:00–12:00<br>sim-clerk-1 12:00–17:00"), "{}", grid.text);
    assert!(grid.text.contains("2025-03-11,02,sim-sun,9:00,17:00"), "to be pasted again");
    let twice = send("roster", "2025-03-11,03,sim-sun,10:00,11:00").await;
    assert_eq!(twice.status, 409, "one person in one place");
    let placing = format!("部门,{},X1,模拟事项,例外,涉及国家安全,模府〔2025〕2号", county.department);
    let placed = send("entries", &placing).await;
    assert!(placed.text.contains("登记 1 条"), "{}", placed.text);
    assert_eq!(send("entries", " ").await.status, 422);
    assert_eq!(county.act(&manager, here, here, &[]).await.status, 422, "an empty sheet is none");
}

#[tokio::test]
async fn a_clerk_serves_and_who_was_served_says_how_it_was() {
    let county = county().await;
    let taken = county.post("", "/hall/H1/ticket", &[("zone", "A")]).await;
    let clerk = county.sign_in("clerk").await;
    assert_eq!(county.get("", "/desk/window").await.status, 303, "to sign in");
    assert_eq!(county.get(&clerk, "/desk/window").await.location, WINDOW, "one window: nothing to choose");
    let idle = county.sign_in("idle").await;
    assert!(county.get(&idle, "/desk/window").await.text.contains("您现在没有排班"));
    let unposted = county.get(&idle, WINDOW).await;
    assert!(unposted.text.contains("不能叫号") && !unposted.text.contains("acts/Call"));
    let officer = county.sign_in("officer").await;
    assert_eq!(county.get(&officer, WINDOW).await.status, 404);
    let foreign = county.post(&clerk, &format!("{WINDOW}/acts/Call"), &[("csrf", "x")]).await;
    assert!(foreign.location.starts_with("/sign-in"), "a form of another session");

    for number in ["A0001", "A0002", "B0001", "A0003", "A0004"] {
        assert_eq!(county.act(&clerk, WINDOW, "acts/Call", &[]).await.status, 303);
        let page = county.get(&clerk, WINDOW).await;
        assert!(page.text.contains(&format!("panel-number\">{number} ")), "{number} in {}", page.text);
        assert!(!page.text.contains("acts/Skip"), "called once only");
        if number == "A0001" {
            county.act(&clerk, WINDOW, "acts/Recall", &[]).await;
            assert_eq!(county.act(&clerk, WINDOW, "acts/Skip", &[]).await.status, 303);
            continue;
        }
        if number == "A0004" {
            let mine = county.get("", &taken.location).await;
            assert!(mine.text.contains("窗口 13"), "{}", mine.text);
        }
        county.act(&clerk, WINDOW, "acts/Serve", &[]).await;
        let wrong = county
            .act(&clerk, WINDOW, "acts/Finish", &[("outcome", "received"), ("reason", "记得带")])
            .await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("要写明办件编号") && wrong.text.contains("记得带"));
        assert_eq!(
            county
                .act(&clerk, WINDOW, "acts/Finish", &[("outcome", "advised")])
                .await
                .status,
            303
        );
    }
    let mine = county.get("", &taken.location).await;
    let evaluate = mine.between("class=\"button\" href=\"", "\"");
    let page = county.get("", &evaluate).await;
    assert_eq!(page.text.matches("name=\"grade\"").count(), 5);
    assert!(!page.text.contains(" checked"), "no default");
    let no_grade = county.post("", &page.action("/evaluate/"), &[("comment", "等太久")]).await;
    assert_eq!(no_grade.status, 422);
    assert!(no_grade.text.contains("请选择一个等级") && no_grade.text.contains("等太久"));
    let said =
        [("grade", "bad"), ("tags", "等候时间长"), ("comment", "等太久"), ("applicant_phone", "19900000001")];
    assert_eq!(county.post("", &page.action("/evaluate/"), &said).await.status, 303);
    let done = county.get("", &evaluate).await;
    assert!(done.text.contains("已经收到您的评价：不满意") && !done.text.contains("name=\"grade\""));
    assert_eq!(
        county.post("", &page.action("/evaluate/"), &said).await.status,
        409,
        "one contact, one evaluation"
    );
    assert_eq!(county.get("", &format!("{}X", &evaluate[..evaluate.len() - 1])).await.status, 404);

    // The body evaluated calls back; it reads the telephone, the bureau's manager reads it masked.
    let bureau = county.sign_in("bureau").await;
    let list = county.get(&bureau, "/desk/calls").await;
    assert!(list.text.contains("回访"), "{}", list.text);
    let ticket = list.between("href=\"/desk/calls/evaluation/", "\"");
    let here = format!("/desk/calls/evaluation/{ticket}");
    assert!(county.get(&bureau, &here).await.text.contains("19900000001"));
    let manager = county.sign_in("manager").await;
    assert!(county.get(&manager, &here).await.text.contains("199*****001"));
    let steps = [
        ("CallBack", vec![("reached", "yes"), ("note", "已致歉")]),
        ("Verify", vec![("holds", "yes"), ("note", "属实")]),
        ("Repair", vec![("what", "增开窗口")]),
    ];
    for (act, fields) in steps {
        assert_eq!(
            county.act(&bureau, &here, &format!("acts/{act}"), &[]).await.status,
            422,
            "{act} needs words"
        );
        assert_eq!(county.act(&bureau, &here, &format!("acts/{act}"), &fields).await.status, 303, "{act}");
    }
    assert!(county.get(&bureau, &here).await.text.contains("已了结"));
    assert!(!county.get(&bureau, "/desk/calls").await.text.contains(&here));
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

/// Four people, two minutes apart, at one window: three evaluations from one browser, one from a browser that made its name up.
#[tokio::test]
async fn an_evaluation_is_bound_to_the_browser_that_it_comes_from() {
    let county = county().await;
    let clerk = county.sign_in("clerk").await;
    let day = jiff::civil::date(2025, 3, 3);
    let forged = "device=0123456789abcdef01234567.0123456789abcdef01234567";
    let (mut own, mut flags, mut devices) = (String::new(), Vec::new(), Vec::new());
    for (n, number) in ["A0001", "A0002", "B0001", "A0003"].into_iter().enumerate() {
        county.clock.set(start_of(day) + (9 * 60 + 2 * n as i64) * 60_000);
        let here = county.serve(&clerk, number).await;
        let page = county.get(if n == 3 { forged } else { &own }, &here).await;
        assert_eq!(page.cookie.is_empty(), n == 1 || n == 2, "{number}: {}", page.cookie);
        if n == 0 {
            assert!(page.cookie.contains("HttpOnly") && page.cookie.contains("Path=/evaluate"));
            own = page.cookie.split(';').next().unwrap().to_owned();
        }
        let from: &str = if n == 3 { forged } else { &own };
        let sent = county.post(from, &page.action("/evaluate/"), &[("grade", "good")]).await;
        assert_eq!(sent.status, 303, "{number}");
        let id = Evaluation::id(&Contact::Ticket(format!("H1 {day} {number}")));
        let evaluation: Evaluation = county.app.state_of(id).await.unwrap().unwrap();
        flags.push(evaluation.outlier);
        devices.push(evaluation.said.unwrap().device);
    }
    assert_eq!(flags, [None, None, Some(Outlier::SameDevice(3)), None]);
    assert!(devices[0] == devices[2] && !devices[0].is_empty(), "{devices:?}");
    assert!(!own.contains(&devices[0]), "the ledger does not hold the browser's name");
    assert_eq!(devices[3], "", "a name that we did not give binds nothing");
}

/// Three were served and two said how it was: the page, and the same as a document.
#[tokio::test]
async fn the_month_is_released_with_what_was_said_and_by_how_many() {
    let county = county().await;
    let clerk = county.sign_in("clerk").await;
    let said = [("A0001", "very_good", ""), ("A0002", "bad", "?from=qr")];
    for (number, grade, from) in said {
        let here = county.serve(&clerk, number).await;
        let page = county.get("", &format!("{here}{from}")).await;
        let fields = [("grade", grade), ("tags", "等候时间长")];
        assert_eq!(county.post("", &page.action("/evaluate/"), &fields).await.status, 303, "{number}");
    }
    county.serve(&clerk, "B0001").await;
    fadu_figures::tail(&*county.app.store, county.app.region, &county.web.figures)
        .await
        .unwrap();
    let page = county.get("", "/evaluations?month=2025-03").await;
    for told in [
        "2025年3月，收到评价2个，主动评价率66.7%（2/3）。",
        "满意率50.0%（1/2），平均7.0分（十分制）。",
        "差评1个，有效差评1个，回访率0.0%（0/1）",
        "差评标签：等候时间长1次。",
        "尚未结束",
        "<td class=\"num\" data-label=\"二维码\">1</td>",
    ] {
        assert!(page.text.contains(told), "{told} in {}", page.text);
    }
    assert!(!page.text.contains("clerk") && !page.text.contains("窗口13"), "neither people nor windows");
    let before = county.get("", "/evaluations").await;
    assert!(before.text.contains("2025年2月，收到评价0个，主动评价率—（0/0）。"), "{}", before.text);
    for (path, status) in [
        ("/evaluations/2025-03/docx", 200),
        ("/evaluations/2025-03/pdf", 200),
        ("/evaluations/2025-03/txt", 404),
        ("/evaluations/2025-13/pdf", 404),
        ("/evaluations/2025-04/pdf", 404),
    ] {
        assert_eq!(county.get("", path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_front_calls_and_the_back_answers() {
    let county = county().await;
    let clerk = county.sign_in("clerk").await;
    let fields =
        [("trigger", "question"), ("department", county.department.as_str()), ("question", "能否容缺受理")];
    assert_eq!(county.act(&clerk, WINDOW, "acts/Raise", &fields[..2]).await.status, 422);
    let queue = [("trigger", "queue"), fields[1], fields[2]];
    let refused = county.act(&clerk, WINDOW, "acts/Raise", &queue).await;
    assert_eq!(refused.status, 409, "four wait, the line is ten");
    let of_nothing = county.act(&clerk, WINDOW, "acts/Raise", &fields).await;
    assert!(
        of_nothing.status == 422 && of_nothing.text.contains("请写明是哪个排队号"),
        "{}",
        of_nothing.text
    );
    assert_eq!(county.act(&clerk, WINDOW, "acts/Call", &[]).await.status, 303);
    assert_eq!(county.act(&clerk, WINDOW, "acts/Raise", &fields).await.status, 303);
    let bureau = county.sign_in("bureau").await;
    assert!(county.get(&bureau, "/desk/calls").await.text.contains("没有等您办理的"), "another body's");
    let officer = county.sign_in("officer").await;
    let list = county.get(&officer, "/desk/calls").await;
    let here = format!("/desk/calls/call/{}", list.between("href=\"/desk/calls/call/", "\""));
    let ticket = Ticket::id("H1", jiff::civil::date(2025, 3, 3), "A0001");
    let asked = county.get(&officer, &here).await;
    assert!(asked.text.contains(&format!("href=\"/tickets/{ticket}\"")), "{}", asked.text);
    assert_eq!(county.act(&officer, &here, "acts/Answer", &[]).await.status, 303);
    let empty = county.act(&officer, &here, "acts/GiveOpinion", &[("opinion", " ")]).await;
    assert_eq!(empty.status, 422);
    assert_eq!(
        county
            .act(&officer, &here, "acts/GiveOpinion", &[("opinion", "可以容缺")])
            .await
            .status,
        303
    );
    assert!(county.get(&clerk, WINDOW).await.text.contains("可以容缺"));
    assert_eq!(county.act(&clerk, WINDOW, "acts/Close", &[("outcome", "solved")]).await.status, 303);
    assert!(county.get(&clerk, WINDOW).await.text.contains("没有未办结的呼叫"));

    // What cannot be done: written down at the window, given to the department, answered with a way.
    let stuck =
        [("hall", "H1"), ("subject", "跑了三次"), ("why", "no_result"), ("applicant_phone", "19900000002")];
    assert_eq!(county.act(&clerk, "/desk/calls", "/desk/calls", &stuck[..1]).await.status, 422);
    let here = county.act(&clerk, "/desk/calls", "/desk/calls", &stuck).await.location;
    assert!(!county.get(&clerk, &here).await.text.contains("19900000002"), "masked at the window");
    let to = [("department", county.department.as_str())];
    assert_eq!(county.act(&clerk, &here, "acts/Assign", &to).await.status, 303);
    assert!(county.get(&officer, &here).await.text.contains("19900000002"));
    let no_way = county.act(&officer, &here, "acts/Answer", &[("done", "no")]).await;
    assert_eq!(no_way.status, 409, "why not and what to do instead");
    let answer = [("done", "no"), ("reason", "缺土地证明"), ("way", "到自然资源局补办")];
    assert_eq!(county.act(&officer, &here, "acts/Answer", &answer).await.status, 303);
    let told = [("solved", "no"), ("note", "已告知")];
    let unasked = county.act(&clerk, &here, "acts/Close", &told).await;
    assert_eq!(unasked.status, 409, "who reported it may still ask the next level");
    let on_their_word = [&told[..], &[("reporter_word", "当面说不再反映")]].concat();
    assert_eq!(county.act(&clerk, &here, "acts/Close", &on_their_word).await.status, 303);
}

/// Reported from a phone without an account, followed by number and code, sent up because the answer is no help.
#[tokio::test]
async fn who_could_not_get_it_done_says_so_from_a_phone() {
    let county = county().await;
    let blank = county.get("", "/stuck?about=B123").await;
    assert!(blank.text.contains("value=\"B123\""), "what it is about comes along");
    let typed = [("why", "no_result"), ("applicant_phone", "199"), ("about", "B123"), ("hall", "H1")];
    let wrong = county.post("", "/stuck", &typed).await;
    assert!(wrong.status == 422 && wrong.text.contains("请填写什么事没有办成"), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"B123\""), "what was typed is kept");
    let wrong = county
        .post("", "/stuck", &[&typed[..], &[("subject", "跑了三次")]].concat())
        .await;
    assert!(wrong.status == 422 && wrong.text.contains("联系电话不对"), "{}", wrong.text);
    let fields =
        [typed[0], ("applicant_phone", "19900000002"), typed[3], ("subject", "跑了三次"), ("idem", "abc")];
    let told = county.post("", "/stuck", &fields).await;
    assert_eq!(told.status, 303, "{}", told.text);
    assert_eq!(county.post("", "/stuck", &fields).await.location, told.location, "sent twice is one report");
    let mine = told.location.as_str();
    let page = county.get("", mine).await;
    assert!(page.text.contains("等交办") && !page.text.contains("19900000002"), "{}", page.text);
    let (address, code) = mine.rsplit_once('/').unwrap();
    assert_eq!(county.get("", &format!("{address}/{}", "A".repeat(code.len()))).await.status, 404);
    let number = page.between("panel-number\">", "<");
    let found = county
        .post("", "/track", &[("number", number.as_str()), ("secret", code)])
        .await;
    assert_eq!(found.location, mine, "one place to ask for whatever has a number");

    let (clerk, officer) = (county.sign_in("clerk").await, county.sign_in("officer").await);
    let desk = format!("/desk/calls{address}");
    let to = [("department", county.department.as_str())];
    assert_eq!(county.act(&clerk, &desk, "acts/Assign", &to).await.status, 303);
    assert!(!county.get("", mine).await.text.contains("acts/Escalate"), "nothing to say before an answer");
    let answer = [("done", "no"), ("reason", "缺土地证明"), ("way", "到自然资源局补办")];
    assert_eq!(county.act(&officer, &desk, "acts/Answer", &answer).await.status, 303);
    assert!(county.get("", mine).await.text.contains("到自然资源局补办"));
    assert_eq!(county.post("", &format!("{mine}/acts/Escalate"), &[]).await.status, 422);
    let reason = [("reason", "自然资源局说不归它管")];
    assert_eq!(county.act("", mine, "acts/Escalate", &reason).await.status, 303);
    let page = county.get("", mine).await;
    assert!(page.text.contains("等答复") && page.text.contains("部门负责人"), "{}", page.text);
    assert!(!county.get(&officer, &desk).await.text.contains("acts/Answer"), "it has come to the head");
    let head = county.sign_in("head").await;
    let answer = [("done", "yes"), ("reason", ""), ("way", "")];
    assert_eq!(county.act(&head, &desk, "acts/Answer", &answer).await.status, 303);
    assert!(county.get("", mine).await.text.contains("答复：已经办成"));
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

/// The next event of a stream, within two seconds.
async fn event(body: &mut Body) -> Option<String> {
    let mut text = String::new();
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(2), body.frame()).await.ok()??;
        text += &String::from_utf8_lossy(frame.unwrap().data_ref()?);
        // A comment keeps the connection alive and says nothing.
        if text.contains("data:") && text.ends_with("\n\n") {
            return Some(text);
        }
    }
}

#[tokio::test]
async fn boards_follow_every_call() {
    let county = county().await;
    let open = async |path: &str, cookie: &str| {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let answer = county.router.clone().oneshot(request).await.unwrap();
        (answer.status(), answer.into_body())
    };
    let page = county.get("", "/boards/hall/H1").await;
    assert!(
        page.text.contains("data-events=\"/boards/hall/H1/events\"")
            && page.text.contains("http-equiv=\"refresh\"")
    );
    let manager = county.sign_in("manager").await;
    let board = county.get(&manager, "/desk/board/H1").await;
    assert!(board.text.contains("忙闲") && board.text.contains("窗口 13"), "{}", board.text);
    let (status, _) = open("/boards/hall/H1/events?view=manager", "").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "the manager's board is no public one");
    let mut screens = Vec::new();
    for _ in 0..20 {
        screens.push(open("/boards/hall/H1/events", "").await.1);
    }
    let (_, mut own) = open("/boards/hall/H1/events?view=manager", &manager).await;
    for screen in &mut screens {
        assert!(event(screen).await.unwrap().contains("现在没有叫号"), "the picture as it stands");
    }
    assert!(event(&mut own).await.unwrap().contains("空闲"));
    assert_eq!(county.web.n_board_sources(), 1, "one source for all of them");
    let clerk = county.sign_in("clerk").await;
    county.act(&clerk, WINDOW, "acts/Call", &[]).await;
    let called = std::time::Instant::now();
    for screen in &mut screens {
        assert!(event(screen).await.unwrap().contains("A0001"));
    }
    assert!(called.elapsed() < Duration::from_millis(500), "{:?}", called.elapsed());
    assert!(event(&mut own).await.unwrap().contains("A0001"));
    // A board that lost its connection asks again and gets the whole picture.
    drop(screens);
    let (_, mut again) = open("/boards/hall/H1/events", "").await;
    assert!(event(&mut again).await.unwrap().contains("A0001"));
    // Streams end when the server stops, and nothing is drawn for nobody.
    county.web.end_streams();
    assert_eq!(event(&mut again).await, None);
    drop((again, own));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(county.web.n_board_sources(), 0);
}
