//! 公共资源交易的公开页面。 What anybody may see of a tender on each day of it; and a draw's file, downloaded from its
//! page and computed again by the program and by the shell.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, store::Store};
use fadu_figures::Figures;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_law::Shelf;
use fadu_store::Sqlite;
use fadu_trading::draw::Record;
use fadu_trading::project::{Act, Points};
use fadu_trading::{Draw, Project};
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

struct County {
    folder: tempfile::TempDir,
    clock: Movable,
    app: Arc<App>,
    router: Router,
    /// The next day to be lived through.
    next: Date,
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let clock = Movable::default();
        clock.set(start_of(date(2025, 1, 1)));
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock.clone()))
            .await
            .unwrap();
        let site = Site {
            bureau: "模拟局".into(),
            region_name: "模拟县".into(),
            simulated: true,
            demonstration_password: None,
            base_url: "http://localhost".into(),
            help_phone: "12345".into(),
            seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
        };
        let figures = Figures::load(&[fadu_service::FIGURES, fadu_law::FIGURES]).unwrap();
        let web = Web::new(Arc::clone(&app), figures, Shelf::from_index(), site);
        County { folder, clock, app, router: router(web), next: date(2025, 1, 1) }
    }

    /// Trading goes on until the evening of this day.
    async fn until(&mut self, last: Date) {
        while self.next <= last {
            fadu_sim::trading_day(&self.app, &self.clock, 2025, self.next).await.unwrap();
            self.next = fadu_kernel::calendar::offset(self.next, 1);
        }
        self.clock.set(start_of(last) + 18 * 3_600_000);
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        // Pages write a slash as an entity; a person's browser does not show it so.
        (status, String::from_utf8(bytes.to_vec()).unwrap().replace("&#x2f;", "/"))
    }

    async fn page(&self, path: &str) -> String {
        let (status, text) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    fn project(&self, title: &str) -> String {
        let catalogue = self.app.catalogue();
        let found = catalogue
            .all::<Project>()
            .find(|(_, project)| project.registration.title == title);
        found.unwrap().0.to_string()
    }
}

const SCHOOL: &str = "模拟实验小学教学楼";
const FIRM: &str = "甲建设公司（模拟）";

#[tokio::test]
async fn a_tender_is_public_step_by_step() {
    let mut county = County::new().await;
    let (_, text) = county.get("/trading").await;
    assert!(text.contains("没有这样的项目"), "an empty county has a page too");

    // Registered on 3 February, announced on the 4th, opened on the 25th at half past eight.
    county.until(date(2025, 2, 3)).await;
    let path = format!("/trading/projects/{}", county.project(SCHOOL));
    assert_eq!(county.get(&path).await.0, StatusCode::NOT_FOUND, "not before it is announced");
    county.until(date(2025, 2, 24)).await;
    let list = county.page("/trading?step=announced").await;
    assert!(list.contains(SCHOOL) && list.contains("2025-02-25 08:30"), "{list}");
    assert!(!county.page("/trading?step=opened").await.contains(SCHOOL));
    let before = county.page(&path).await;
    assert!(before.contains("还没有开标") && !before.contains(FIRM) && before.contains("评标专家抽取"));

    county.until(date(2025, 2, 25)).await;
    let opened = county.page(&path).await;
    assert!(opened.contains(FIRM) && opened.contains("9,000,000.00元"), "{opened}");
    assert!(opened.contains("还没有公示"), "the ranking is not public before it is published");
    county.until(date(2025, 3, 20)).await;
    let after = county.page(&path).await;
    for says in ["第1名", "中标通知书", "合同", "签订合同"] {
        assert!(after.contains(says), "{says}");
    }
    assert!(!after.contains("seat-"), "who scored is nobody's business");
    assert!(county.page("/trading?step=contracts").await.contains(SCHOOL));
    assert!(
        county
            .page("/trading?q=没有这样的".replace("没有这样的", "%E6%97%A0").as_str())
            .await
            .contains("没有这样的项目")
    );
}

/// The pages show a tender step by step; counting ledger numbers shows no more of it.
#[tokio::test]
async fn nobody_reads_a_tender_out_of_its_receipts() {
    let mut county = County::new().await;
    county.until(date(2025, 3, 31)).await;
    let catalogue = county.app.catalogue();
    let (project, _) = catalogue.all::<Project>().next().unwrap();
    let entries = county.app.store.entries_of(fadu_sim::REGION, project).await.unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        for path in [format!("/receipts/{}", entry.seq), format!("/receipts/{}/file", entry.seq)] {
            assert_eq!(county.get(&path).await.0, StatusCode::NOT_FOUND, "{} {path}", entry.fact);
        }
    }
}

#[tokio::test]
async fn bids_that_are_in_show_nowhere_before_the_opening() {
    let mut county = County::new().await;
    county.until(date(2025, 2, 24)).await;
    let path = format!("/trading/projects/{}", county.project(SCHOOL));
    let before = county.page(&path).await;
    // Deposited by hand, through the door, a day early.
    let id: fadu_kernel::MatterId = county.project(SCHOOL).parse().unwrap();
    for n in 0..4 {
        let actor = fadu_kernel::Actor {
            person: fadu_kernel::PersonId::new(&format!("sealed-{n}")),
            role: fadu_kernel::Role::FirmAgent,
            org: fadu_kernel::OrgId::new("sealed"),
        };
        let act = fadu_trading::bid::Act::Deposit {
            project: Some(id),
            nonce: "ab".repeat(16),
            digest: "cd".repeat(32),
            ticket: None,
        };
        let call =
            fadu_app::Call { actor: &actor, matter: None, act, private: Default::default(), key: None };
        county.app.act::<fadu_trading::Bid>(call).await.unwrap();
    }
    // The ledger's length stands in every footer: it tells that something was done in the county, not what.
    let body = |page: &str| {
        let (from, to) = (page.find("<main").unwrap(), page.find("</main>").unwrap());
        page[from..to].to_owned()
    };
    assert_eq!(body(&county.page(&path).await), body(&before));
}

#[tokio::test]
async fn anybody_computes_a_draw_again() {
    let mut county = County::new().await;
    county.until(date(2025, 2, 20)).await;
    let catalogue = county.app.catalogue();
    let (id, _) = catalogue.all::<Draw>().next().unwrap();
    let frozen = county.page(&format!("/draws/{id}")).await;
    assert!(
        frozen.contains("还没有抽取")
            && county.get(&format!("/draws/{id}/file")).await.0 == StatusCode::NOT_FOUND
    );

    county.until(date(2025, 2, 21)).await;
    assert!(county.page("/draws").await.contains(&format!("/draws/{id}")));
    let page = county.page(&format!("/draws/{id}")).await;
    assert!(page.contains("结果相符") && page.contains("没有公开"), "{page}");
    assert!(page.contains("不能证明") && page.contains("sha256sum"));
    let file = county.page(&format!("/draws/{id}/file")).await;
    let record = Record::read(&file).unwrap();
    let verified = record.verify().unwrap();
    assert!(record.seats.len() == 4 && record.seats.iter().all(|seat| page.contains(seat)));
    assert_eq!(record.commits.len(), 3, "tenderer, supervisor and centre");
    assert_eq!(verified.silent, ["县公共资源交易中心（模拟）"]);

    let at = |name: &str| county.folder.path().join(name);
    std::fs::write(at("draw.json"), &file).unwrap();
    std::fs::write(at("recipe.sh"), county.page("/draws/recipe.sh").await).unwrap();
    let shell = |name: &str| {
        std::process::Command::new("sh")
            .args([at("recipe.sh"), at(name)])
            .output()
            .unwrap()
    };
    let drawn = String::from_utf8(shell("draw.json").stdout).unwrap();
    assert_eq!(drawn.lines().collect::<Vec<_>>(), verified.seats);
    std::fs::write(at("forged.json"), file.replacen("employer", "-", 1)).unwrap();
    assert!(!shell("forged.json").status.success(), "an exclusion taken back");
    assert_eq!(county.get("/draws/0000000000001").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_year_of_trading_holds_and_the_ledger_with_it() {
    let mut county = County::new().await;
    county.until(date(2025, 12, 31)).await;
    let catalogue = county.app.catalogue();
    let states: Vec<(&str, &str)> = catalogue
        .all::<Project>()
        .map(|(_, project)| (project.registration.title.as_str(), project.status()))
        .collect();
    assert_eq!(states.len(), 7);
    let count = |wanted: &str| states.iter().filter(|(_, status)| *status == wanted).count();
    assert!(count("archived") > 0 && count("archived") + count("performing") == 6, "{states:?}");
    assert!(states.contains(&("模拟中学体育馆", "evaluating")), "{states:?}");
    for (id, _) in catalogue.all::<Project>() {
        county.page(&format!("/trading/projects/{id}")).await;
    }
    let mut n = 0;
    for (id, draw) in catalogue.all::<Draw>() {
        assert!(draw.concluded.is_some() && draw.secrets.len() == 3, "{id}");
        assert!(county.page(&format!("/draws/{id}")).await.contains("结果相符"), "{id}");
        n += 1;
    }
    assert_eq!(n, 9, "one for each tender, two for the inspection");
    let bridge = county
        .page(&format!("/trading/projects/{}", county.project("模拟桥梁加固")))
        .await;
    assert!(bridge.contains("暂停") && bridge.contains("恢复") && bridge.contains("第 1 号"));
    let road = county
        .page(&format!("/trading/projects/{}", county.project("模拟县道改造")))
        .await;
    assert!(road.contains("不排名") && road.contains("5票中5票"), "{road}");
    // A day that was begun and broken off is gone through again, and nothing happens twice.
    let before = county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
    county.clock.set(start_of(date(2025, 2, 25)));
    fadu_sim::trading_day(&county.app, &county.clock, 2025, date(2025, 2, 25))
        .await
        .unwrap();
    assert_eq!(county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq, before);
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

/// One form of the submission page: its fields, and the file.
fn multipart(fields: &[(&str, &str)], file: &[u8]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    body.extend(b"--x\r\ncontent-disposition: form-data; name=\"ciphertext\"; filename=\"a\"\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    Request::post("/trading/submit")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Body::from(body))
        .unwrap()
}

/// Begins like an envelope; what follows nobody here opens.
fn envelope(rest: &str) -> Vec<u8> {
    let mut bytes = fadu_bids::envelope::MAGIC.to_vec();
    bytes.resize(fadu_bids::envelope::HEADER, 0);
    [&bytes, rest.as_bytes()].concat()
}

impl County {
    async fn send(&self, fields: &[(&str, &str)], file: &[u8]) -> (u16, String) {
        let answer = self.router.clone().oneshot(multipart(fields, file)).await.unwrap();
        let status = answer.status().as_u16();
        assert!(answer.headers().get("location").is_none() && answer.headers().get("set-cookie").is_none());
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    fn written_somewhere(&self, needle: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        let all: Vec<u8> = files.flat_map(|file| std::fs::read(file.path()).unwrap()).collect();
        all.windows(needle.len()).any(|window| window == needle.as_bytes())
    }
}

#[tokio::test]
async fn a_sealed_bid_is_handed_in_changed_and_withdrawn_by_whoever_holds_its_secret() {
    let mut county = County::new().await;
    county.until(date(2025, 2, 24)).await;
    let project = county.project(SCHOOL);
    let form = county.page("/trading/submit").await;
    let secret = form.split("value=\"").map(|rest| &rest[..rest.find('"').unwrap_or(0)]);
    let secret = secret.filter(|value| value.len() == 32).last().unwrap().to_owned();
    let nonce = "5a".repeat(20);
    let with = |deed: &'static str, secret: &str, bid: &str, nonce: &str| {
        let all = [("deed", deed), ("project", &project), ("nonce", nonce), ("secret", secret), ("bid", bid)];
        all.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |fields: [(String, String); 5], file: &[u8]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        county.send(&fields, file).await
    };
    let (status, page) = send(with("deposit", &secret, "", "short"), b"").await;
    assert!(status == 422 && page.contains("至少32位") && page.contains("请选择加密后的投标文件"), "{page}");
    let (status, page) = send(with("deposit", &secret, "", &nonce), &envelope("one")).await;
    assert_eq!(status, 200, "{page}");
    let rows = county.app.store.entries(fadu_sim::REGION, 0, 10_000).await.unwrap();
    let bid = rows.iter().rfind(|row| row.kind == "bid").unwrap().matter.to_string();
    assert!(page.contains(&bid) && page.contains(&secret), "{page}");
    let (status, again) = send(with("deposit", &secret, "", &nonce), &envelope("one")).await;
    assert!(status == 200 && again.contains(&bid), "sent twice, it is one bid");

    let other = "0".repeat(32);
    assert_eq!(send(with("withdraw", &other, &bid, &nonce), b"").await.0, 403, "another secret");
    assert_eq!(send(with("withdraw", &secret, &bid, &"6b".repeat(20)), b"").await.0, 409, "another nonce");
    assert_eq!(send(with("replace", &secret, &bid, &nonce), &envelope("two")).await.0, 200);
    assert_eq!(send(with("reveal", &secret, &bid, &nonce), b"").await.0, 409, "not before the deadline");
    for needle in [nonce.as_str(), secret.as_str()] {
        assert!(!county.written_somewhere(needle), "{needle} is kept nowhere");
    }
    let kept = county
        .app
        .store
        .entries_of(fadu_sim::REGION, bid.parse().unwrap())
        .await
        .unwrap();
    assert!(kept.len() == 2 && kept.iter().all(|row| !row.body.contains(&project)), "{kept:?}");
    for row in county
        .app
        .store
        .refusals_of_day(fadu_sim::REGION, "2025-02-24", 99)
        .await
        .unwrap()
    {
        assert!(!format!("{row:?}").contains(&project), "{row:?}");
    }
    let (status, page) = send(with("explain", &secret, &bid, &nonce), b"").await;
    assert!(status == 422 && page.contains("没有等待答复的澄清要求"), "nobody has asked yet: {page}");
    assert_eq!(send(with("withdraw", &secret, &bid, &nonce), b"").await.0, 200);
    let (status, page) = send(with("deposit", &"1".repeat(32), "", &nonce), b"%PDF in the clear").await;
    assert!(status == 422 && page.contains("没有加密") && !county.written_somewhere("%PDF in the clear"));
    // A second past the deadline the door is shut.
    county.clock.set(start_of(date(2025, 2, 25)) + (8 * 60 + 30) * 60_000 + 1000);
    let (status, late) = send(with("deposit", &"1".repeat(32), "", &nonce), &envelope("late")).await;
    assert!(status == 409 && late.contains("TND-28"), "{late}");
}

const PASSWORD: &str = "a-long-password";

/// A member at the pages of the seat, or another citizen.
struct Seated<'a> {
    county: &'a County,
    cookie: String,
}

impl County {
    async fn citizen(&self, person: &str) -> Seated<'_> {
        let account = Account {
            person: person.into(),
            name: person.into(),
            role: Role::Citizen,
            org: "public".into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        self.app.put_account(account, PASSWORD).await.unwrap();
        let form = format!("username={person}&password={PASSWORD}&return_to=");
        let request =
            Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self
            .router
            .clone()
            .oneshot(request.body(Body::from(form)).unwrap())
            .await
            .unwrap();
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        Seated { county: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }
}

impl Seated<'_> {
    async fn ask(&self, request: Request<Body>) -> (u16, String) {
        let answer = self.county.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn page(&self, path: &str) -> (u16, String) {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn send(&self, page: &str, deed: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let (_, html) = self.page(page).await;
        let csrf = html.split("name=\"csrf\" value=\"").nth(1).unwrap();
        let mut body = format!("csrf={}", csrf.split('"').next().unwrap());
        for (name, value) in fields {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        let request = Request::post(format!("{page}/{deed}"))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}

/// A member who does not use the pages: free of interests, scores every bid with this reason, signs.
async fn evaluates(county: &County, project: MatterId, bids: &[MatterId], person: &PersonId, reason: &str) {
    let actor = Actor { person: person.clone(), role: Role::Citizen, org: OrgId::new("public") };
    let act = async |act: Act| {
        let call = Call { actor: &actor, matter: Some(project), act, private: BTreeMap::new(), key: None };
        county.app.act::<Project>(call).await.unwrap();
    };
    act(Act::DeclareInterest { bars: Vec::new() }).await;
    for bid in bids {
        let of = |criterion: &str, hundredths| Points {
            criterion: criterion.into(),
            hundredths,
            reason: reason.into(),
        };
        let points = vec![of("报价", 5000), of("技术", 3000)];
        county.app.score_bid(&actor, project, *bid, points, None).await.unwrap();
    }
    act(Act::SignSheets).await;
}

#[tokio::test]
async fn members_score_at_their_own_pages_and_see_each_other_only_once_all_have_signed() {
    let mut county = County::new().await;
    county.next = date(2025, 12, 1);
    county.until(date(2025, 12, 23)).await;
    let id = county.project("模拟中学体育馆");
    let matter: MatterId = id.parse().unwrap();
    let page = format!("/trading/evaluations/{id}");
    let members = fadu_sim::members_waiting(&county.app);
    assert_eq!(members.len(), 5);
    let catalogue = county.app.catalogue();
    let bids: Vec<MatterId> = catalogue
        .one::<Project>(matter)
        .unwrap()
        .tender
        .bids
        .iter()
        .map(|row| row.bid)
        .collect();
    assert_eq!(bids.len(), 3);

    assert_eq!(county.get(&page).await.0, StatusCode::SEE_OTHER, "nobody without an account");
    let other = county.citizen("other").await;
    assert_eq!(other.page(&page).await.0, 404, "nobody else's project is there");
    assert!(!other.page("/trading/evaluations").await.1.contains("模拟中学体育馆"));

    let member = county.citizen(members[0].as_str()).await;
    assert!(member.page("/trading/evaluations").await.1.contains("模拟中学体育馆"));
    let (_, html) = member.page(&page).await;
    assert!(html.contains("声明回避情况") && !html.contains(FIRM), "declared first: {html}");
    let file = format!("{page}/bids/{}/file", bids[0]);
    assert_eq!(member.page(&file).await.0, 404, "no bid is read before that");
    let first = bids[0].to_string();
    let scored = [
        ("bid", first.as_str()),
        ("points-0", "55.5"),
        ("reason-0", "报价合理"),
        ("points-1", "30"),
        ("reason-1", "工期安排合理"),
    ];
    let (status, html) = member.send(&page, "score", &scored).await;
    assert!(status == 409 && html.contains("TND-82"), "{html}");
    assert_eq!(member.send(&page, "declare", &[]).await.0, 422);
    assert_eq!(member.send(&page, "declare", &[("bars", "none")]).await.0, 303);
    assert_eq!(member.page(&file).await.0, 200);
    let (status, html) = member.send(&page, "reject", &[("bid", first.as_str())]).await;
    assert!(status == 422 && html.contains("请选择否决事由"), "{html}");
    assert_eq!(
        html.matches("<details class=\"more\" open>").count(),
        1,
        "the form with the mistake alone is open"
    );
    let vote = [("bid", first.as_str()), ("ground", "not_signed"), ("reason", "没有盖章")];
    assert_eq!(member.send(&page, "reject", &vote).await.0, 303);
    assert!(member.page(&page).await.1.contains("5 名成员中 1 名赞成否决"));

    // What cannot be read comes back with what was typed.
    let wrong = [("bid", first.as_str()), ("points-0", "60.01"), ("points-1", "30"), ("reason-1", "工期")];
    let (status, html) = member.send(&page, "score", &wrong).await;
    assert!(status == 422 && html.contains("满分60.00") && html.contains("60.01"), "{html}");
    assert!(html.contains("请写明“报价”得分的理由"), "{html}");
    let (status, html) = member.send(&page, "sign", &[]).await;
    assert!(status == 409 && html.contains("TRD-03"), "{html}");
    for bid in &bids {
        let mut scored = scored;
        let bid = bid.to_string();
        scored[0].1 = bid.as_str();
        assert_eq!(member.send(&page, "score", &scored).await.0, 303);
    }
    let (_, html) = member.page(&page).await;
    assert!(html.contains("85.50") && html.contains("工期安排合理"), "their own: {html}");
    assert!(!county.written_somewhere("工期安排合理"), "nobody else's, in clear, anywhere");
    assert_eq!(member.send(&page, "sign", &[]).await.0, 303);
    assert_eq!(member.send(&page, "score", &scored).await.0, 409, "signed is signed");

    for (n, person) in members[1..].iter().enumerate() {
        let (_, html) = member.page(&page).await;
        assert!(!html.contains("别人的理由") && !html.contains("全体成员的评分"), "{n} others have signed");
        evaluates(&county, matter, &bids, person, "别人的理由").await;
    }
    county.app.relay().await.unwrap();
    let (_, html) = member.page(&page).await;
    assert!(html.contains("全体成员的评分") && html.contains("别人的理由"), "{html}");
    assert_eq!(html.matches("第1席").count(), 3 + 1, "a row for each bid, and the member's own place");
    assert!(!county.page(&format!("/trading/projects/{id}")).await.contains("别人的理由"), "not public");
    reports(&county, &member, &page, matter, &members).await;
}

/// The committee signs what its page shows and brings it; the tenderer's officer has no part in it.
async fn reports(county: &County, member: &Seated<'_>, page: &str, matter: MatterId, members: &[PersonId]) {
    let (_, html) = member.page(page).await;
    let digest = html
        .split("name=\"digest\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let (status, html) = member.send(page, "sign-report", &[("digest", "0")]).await;
    assert!(status == 422 && html.contains("已经变化"), "what is signed is what was read: {html}");
    assert_eq!(member.send(page, "sign-report", &[("digest", digest.as_str())]).await.0, 303);
    assert_eq!(member.send(page, "report", &[("digest", digest.as_str())]).await.0, 409, "one of five");
    let catalogue = county.app.catalogue();
    let candidates = catalogue.one::<Project>(matter).unwrap().proposed().unwrap();
    let act = async |person: &PersonId, act: Act| {
        let actor = Actor { person: person.clone(), role: Role::Citizen, org: OrgId::new("public") };
        let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key: None };
        county.app.act::<Project>(call).await.unwrap();
    };
    for person in &members[1..3] {
        act(person, Act::SignReport { candidates: candidates.clone(), digest: digest.clone() }).await;
    }
    act(&members[3], Act::StateDissent { reason: "技术得分偏高".into() }).await;
    assert!(member.page(page).await.1.contains("技术得分偏高"), "who disagrees is read by the others");
    assert_eq!(member.send(page, "report", &[("digest", digest.as_str())]).await.0, 303);
    let catalogue = county.app.catalogue();
    let report = catalogue.one::<Project>(matter).unwrap().tender.report.clone().unwrap();
    assert_eq!(report.candidates.len(), candidates.len());
    assert!(member.page(page).await.1.contains("评标报告已经提出"));
}
