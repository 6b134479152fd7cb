//! 12345的研判. A model learnt from labelled requests speaks on the seat with what it got right; a burst becomes one parent;
//! bulletins, heat, tomorrow's load; an answer on an amended article is flagged.

use crate::hotline_county::{County, Session, county, county_with};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_hotline::calls::{Record, Tally};
use fadu_hotline::{Calls, CallsAct, Order};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_law::Shelf;
use fadu_law::text::parse;
use fadu_understand::{Keeper, Lesson, Level, Model};
use fadu_web::{Boundaries, router};
use http_body_util::BodyExt;
use jiff::civil::date;
use std::collections::BTreeMap;
use tower::ServiceExt;

/// Three classes that a person tells apart by their first words; the rest is nobody's.
fn lessons() -> Vec<Lesson> {
    let classes = [("01", "自来水停水物业"), ("02", "公交信号灯停车"), ("04", "工资社保医保")];
    let around: Vec<char> =
        "东南西北前后左右上下大小多少高低远近新旧早晚冷热红白黑黄山水田林路桥楼房门窗街巷村镇"
            .chars()
            .collect();
    let mut lessons = Vec::new();
    for (c, (code, things)) in classes.into_iter().enumerate() {
        for n in 0..60usize {
            let mut at = n * 31 + c * 7;
            let words = (0..16).map(|i| {
                at = (at * 13 + n * 5 + i * 3 + c + 1) % 9973;
                around[at % around.len()]
            });
            let words: String = words.collect();
            lessons.push(Lesson { text: format!("{words}，{things}，{n}号"), code: code.to_owned() });
        }
    }
    lessons
}

async fn order(county: &County, id: &str) -> Order {
    county.app.order(id.parse().unwrap()).await.unwrap().unwrap().1
}

#[tokio::test]
async fn the_seat_shows_what_the_model_gets_right_and_keeps_what_was_chosen() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    let text = ("text", "小区自来水停水，物业不管，请处理");
    let look = county
        .post(Some(&agent), "/desk/hotline/new", &[text, ("do", "look")])
        .await
        .body;
    assert!(look.contains("没有训练过模型，按分类词表得出，没有测过准确率"), "{look}");

    let keeper = Keeper::at(&county.folder.path().join("understand"));
    keeper.prepare().unwrap();
    let (model, bytes) = Model::train(&lessons(), Level::Group, vec![], keeper.folder()).unwrap();
    keeper.keep(&model.card, &bytes).unwrap();
    let card = &model.card;
    let look = county
        .post(Some(&agent), "/desk/hotline/new", &[text, ("do", "look")])
        .await
        .body;
    let measured = format!(
        "训练时没有见过的{}件里，首位对{}件（{}）",
        card.n_held_out(),
        card.top1,
        card.accuracy().percent()
    );
    assert!(look.contains(&measured), "taken up by the running server: {look}");
    assert!(
        look.contains(&format!("总猜最多的一类只对{}件", card.majority_top1))
            && look.contains("住房与城市管理")
    );

    // Another category than the one proposed: both are on record.
    let take =
        [("kind", "help"), ("category", "0203"), ("urgency", "ordinary"), ("do", "take"), ("idem", "bb01")];
    let take: Vec<_> = std::iter::once(text).chain(take).collect();
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    let id = got.to.trim_start_matches("/desk/orders/").to_owned();
    let suggestion = order(&county, &id).await.suggestion.unwrap();
    assert_eq!((&suggestion.model, suggestion.top[0].0.as_str()), (&card.model, "01"));
    assert_ne!(suggestion.rank("0203"), Some(1), "the choice was the agent's");
    let page = county.get(Some(&agent), &got.to).await.body;
    assert!(page.contains("训练过的模型：采用了第"), "{page}");

    // What a citizen writes on the web is read by it too; the category stays the one that they chose.
    let web = [text, ("kind", "help"), ("category", "0203"), ("idem", "bb02")];
    let got = county.post(None, "/12345", &web).await;
    let written = order(&county, got.to.split('/').nth(2).unwrap()).await;
    assert_eq!((written.category(), &written.suggestion.as_ref().unwrap().model), ("0203", &card.model));
}

async fn ask(county: &County, n: usize, address: &str) -> String {
    let idem = format!("cc{n:014}");
    let text = format!("第{n}号楼从早上开始停水，请派人来看");
    let form = [
        ("kind", "help"),
        ("text", text.as_str()),
        ("category", "0101"),
        ("address", address),
        ("idem", idem.as_str()),
    ];
    let got = county.post(None, "/12345", &form).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    got.to.split('/').nth(2).unwrap().to_owned()
}

fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn a_burst_becomes_one_parent_by_a_persons_hand() {
    let county = county().await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let needed = county.app.hotline().unwrap().parameters.count("burst_orders").unwrap();
    let (here, there) = ("429997001005001", "429997002001001");
    let mut members = Vec::new();
    for n in 1..usize::from(needed) {
        members.push(ask(&county, n, here).await);
    }
    ask(&county, 900, there).await;
    let bursts = "/desk/hotline/bursts";
    let page = county.get(Some(&keeper), bursts).await.body;
    assert!(page.contains("现在没有达到标准的"), "one too few: {page}");
    members.push(ask(&county, 901, here).await);
    let page = county.get(Some(&keeper), bursts).await.body;
    assert!(page.contains(&format!("供水：同一片区{needed}件")) && page.contains("立一件主单"), "{page}");
    let seen = county.get(Some(&agent), bursts).await.body;
    assert!(seen.contains("由热线工作机构的人立主单") && !seen.contains("立一件主单，把这些并入"));

    let water = county.sign_in("water").await;
    assert_eq!(
        county.get(Some(&water), bursts).await.status,
        StatusCode::NOT_FOUND,
        "a unit reads its own orders"
    );

    let (category, area) = (field(&page, "category"), field(&page, "area"));
    let wish = [("category", category), ("area", area), ("idem", "dd01")];
    assert_eq!(
        county.post(Some(&agent), bursts, &wish).await.status,
        StatusCode::FORBIDDEN,
        "not the agent's to do"
    );
    let got = county.post(Some(&keeper), bursts, &wish).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    county.app.relay().await.unwrap();
    let parent = got.to.trim_start_matches("/desk/orders/").to_owned();
    assert_eq!(order(&county, &parent).await.n_children, u32::from(needed));
    for member in &members {
        let merged = order(&county, member).await.merged;
        assert_eq!(merged.map(|merged| merged.into.to_string()), Some(parent.clone()));
    }
    assert_eq!(
        county.post(Some(&keeper), bursts, &wish).await.to,
        bursts,
        "pressed twice, nothing is left to do"
    );

    let late = ask(&county, 902, here).await;
    let page = county.get(Some(&keeper), bursts).await.body;
    assert!(page.contains("并入主单"), "one alone joins the open parent: {page}");
    let got = county
        .post(Some(&keeper), bursts, &[("category", category), ("area", area), ("idem", "dd02")])
        .await;
    assert_eq!(got.to, format!("/desk/orders/{parent}"));
    assert!(order(&county, &late).await.merged.is_some());
    let forged = Session { cookie: keeper.cookie.clone(), csrf: "x".into() };
    assert!(county.post(Some(&forged), bursts, &wish).await.to.starts_with("/sign-in"));
}

async fn bytes(county: &County, session: &Session, path: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(path)
        .header(header::COOKIE, &session.cookie)
        .body(Body::empty())
        .unwrap();
    let response = county.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn count(county: &County) {
    fadu_figures::tail(&*county.app.store, county.app.region, &county.figures)
        .await
        .unwrap();
}

#[tokio::test]
async fn bulletins_and_heat_tell_what_was_counted() {
    let county = county().await;
    let keeper = county.sign_in("keeper").await;
    let page = county
        .get(Some(&keeper), "/desk/hotline/bulletins?period=day&day=2025-03-03")
        .await
        .body;
    assert!(page.contains("本期没有可计的记录"), "{page}");
    for n in 0..3 {
        ask(&county, n, "429997001005001").await;
    }
    ask(&county, 4, "429997002001001").await;
    ask(&county, 5, "").await;
    count(&county).await;
    let page = county
        .get(Some(&keeper), "/desk/hotline/bulletins?period=day&day=2025-03-03")
        .await
        .body;
    assert!(page.contains("受理诉求5件") && page.contains("城关镇山下村（模拟）的供水3件"), "{page}");
    let week = county
        .get(Some(&keeper), "/desk/hotline/bulletins?period=week&day=2025-03-05")
        .await
        .body;
    assert!(week.contains("本期到2025年3月3日为止，尚未结束"), "{week}");
    let before = county
        .get(Some(&keeper), "/desk/hotline/bulletins?period=day&day=2025-03-02")
        .await
        .body;
    assert!(!before.contains("受理诉求5件"));

    let at = "/desk/hotline/bulletins/day/2025-03-03";
    let (status, pdf) = bytes(&county, &keeper, &format!("{at}/pdf")).await;
    assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF-"));
    let (status, docx) = bytes(&county, &keeper, &format!("{at}/docx")).await;
    assert!(status == StatusCode::OK && docx.starts_with(b"PK"));
    for wrong in ["/exe", "/pdf/x"] {
        assert_eq!(bytes(&county, &keeper, &format!("{at}{wrong}")).await.0, StatusCode::NOT_FOUND);
    }
    let later = "/desk/hotline/bulletins/day/2025-03-04/pdf";
    assert_eq!(bytes(&county, &keeper, later).await.0, StatusCode::NOT_FOUND, "it has not come");
    assert!(
        county.get(None, "/desk/hotline/bulletins").await.to.starts_with("/sign-in"),
        "not for the public"
    );

    let heat = county.get(Some(&keeper), "/desk/hotline/heat").await.body;
    assert!(heat.contains("城关镇山下村（模拟）") && heat.contains("写明地点的诉求4件"), "{heat}");
    assert!(
        heat.contains("<th scope=\"col\" class=\"num\">合计</th>"),
        "a heading stands over its numbers: {heat}"
    );
    let public = county.get(None, "/12345/heat").await.body;
    assert!(public.contains("还没有公开的诉求") && !public.contains("429997"), "nobody agreed: {public}");
    assert!(county.get(None, "/desk/hotline/heat").await.to.starts_with("/sign-in"));
}

/// Two towns side by side, as somebody else's outlines.
const OUTLINES: &str = r#"{"features": [
    {"properties": {"code": "429997", "name": "模拟县"}, "geometry": {"type": "Polygon", "coordinates": [[[115, 29], [115.4, 29], [115.4, 29.2], [115, 29.2], [115, 29]]]}},
    {"properties": {"code": "429997001", "name": "城关镇"}, "geometry": {"type": "Polygon", "coordinates": [[[115, 29], [115.2, 29], [115.2, 29.2], [115, 29.2], [115, 29]]]}},
    {"properties": {"code": "429997002", "name": ""}, "geometry": {"type": "Polygon", "coordinates": [[[115.2, 29], [115.4, 29], [115.4, 29.2], [115.2, 29.2], [115.2, 29]]]}}]}"#;

/// By town with counts, for those who see it and those who do not; without outlines the page says that it has a table alone.
#[tokio::test]
async fn requests_are_drawn_on_the_countys_own_outlines() {
    let mut county = county().await;
    let keeper = county.sign_in("keeper").await;
    for n in 0..3 {
        ask(&county, n, "429997001005001").await;
    }
    ask(&county, 4, "429997002001001").await;
    ask(&county, 5, "429997003001001").await;
    count(&county).await;
    let plain = county.get(Some(&keeper), "/desk/hotline/heat").await.body;
    assert!(plain.contains("没有导入区划边界") && !plain.contains("<svg viewBox"), "{plain}");

    let web = county.web();
    assert!(web.set_boundaries(Boundaries::read("429997", OUTLINES).unwrap()));
    county.router = router(web);
    let page = county.get(Some(&keeper), "/desk/hotline/heat").await.body;
    for part in [
        "role=\"img\" aria-labelledby=\"map-title map-desc\"",
        "<title>城关镇：3件</title>",
        "<title>河口镇（模拟）：1件</title>",
        "class=\"heat-5\"",
        "class=\"map-county\"",
        "最多的是城关镇，3件。有1件所在的乡镇图上没有边界。",
        "<caption>各乡镇合计</caption>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let public = county.get(None, "/12345/heat").await.body;
    assert!(!public.contains("<svg viewBox") && !public.contains("城关镇"), "nobody agreed: {public}");
}

/// Calls of each hour of a day, more on weekdays.
async fn call_day(county: &County, day: jiff::civil::Date) {
    county.clock.set(start_of(day) + 23 * 3_600_000 + 1_800_000);
    let exchange =
        Actor { person: PersonId::new("exchange"), role: Role::Operator, org: OrgId::new(fadu_sim::BUREAU) };
    let weekday = day.weekday().to_monday_zero_offset() < 5;
    let mut matter: Option<MatterId> = None;
    for hour in 0..24u8 {
        let inbound = if weekday && (9..17).contains(&hour) { 12 } else { 3 };
        let line = Tally {
            line: "12345".into(),
            inbound,
            answered: inbound,
            abandoned_early: 0,
            abandoned_late: 0,
            dropped: 0,
        };
        let record = Record {
            hour,
            staffed: 4,
            lines: vec![line],
            wait_seconds: 30,
            talk_seconds: 600,
            digest: "ab".repeat(32),
        };
        let call = Call {
            actor: &exchange,
            matter,
            act: CallsAct::Record { day, record },
            private: BTreeMap::new(),
            key: None,
        };
        matter = Some(
            county
                .app
                .act::<Calls>(call)
                .await
                .unwrap_or_else(|problem| panic!("{problem:?}"))
                .matter,
        );
    }
}

#[tokio::test]
async fn tomorrows_load_stands_beside_the_roster_and_says_how_far_off_it_was() {
    let county = county().await;
    let keeper = county.sign_in("keeper").await;
    let page = county.get(Some(&keeper), "/desk/hotline/load").await.body;
    assert!(page.contains("没有可以预计的"), "{page}");
    // Five weeks from a Monday; the clock then stands on a Monday morning.
    let first = date(2025, 3, 3);
    for n in 0..35 {
        call_day(&county, offset(first, n)).await;
    }
    county.clock.set(start_of(offset(first, 35)) + 9 * 3_600_000);
    // A session lasts a shift.
    let keeper = county.sign_in("keeper").await;
    let page = county.get(Some(&keeper), "/desk/hotline/load").await.body;
    assert!(page.contains("全天预计") && page.contains("144.0次"), "8 hours of 12, 16 of 3: {page}");
    assert!(page.contains("比照搬前一天准") && page.contains("每小时平均差0.0次"), "{page}");
    assert!(page.contains("白班：8时至20时，6席") && page.contains("2.0"), "calls to each of six seats");
}

fn statute(version: &str, limit: &str) -> fadu_law::text::Statute {
    let body = format!(
        "第四十一条 颁发许可证件。\n\n第四十二条 行政机关应当自受理申请之日起{limit}内作出决定。\n\n"
    );
    parse(
        &format!("行政许可法({version}).md"),
        &format!("# 中华人民共和国行政许可法\n\n<!-- INFO END -->\n\n{body}"),
    )
    .unwrap()
}

#[tokio::test]
async fn an_answer_on_an_amended_article_is_flagged() {
    let shelf =
        Shelf::from_index().with(vec![statute("2019-04-23", "二十日"), statute("2025-03-05", "十五日")]);
    let county = county_with(shelf).await;
    let keeper = county.sign_in("keeper").await;
    let page = county.get(Some(&keeper), "/desk/hotline/knowledge").await.body;
    assert!(page.contains("申请许可多久给答复") && !page.contains("tag-stop"), "not amended yet: {page}");
    county.clock.set(start_of(date(2025, 3, 5)) + 9 * 3_600_000);
    let keeper = county.sign_in("keeper").await;
    let page = county.get(Some(&keeper), "/desk/hotline/knowledge").await.body;
    assert!(page.contains("2025-03-05的文本修改了这一条") && page.contains("tag tag-stop"), "{page}");
    let cited = fadu_web::citations(&county.app);
    let resting: Vec<&str> = cited
        .iter()
        .filter(|cited| cited.what.starts_with("知识 "))
        .map(|cited| cited.what.as_str())
        .collect();
    assert!(resting.contains(&"知识 申请许可多久给答复"), "`law impact` names it: {resting:?}");
}

#[tokio::test]
async fn a_version_that_is_imported_stands_on_the_pages_without_a_restart() {
    let county = county().await;
    let keeper = county.sign_in("keeper").await;
    let import = async |text: fadu_law::text::Statute| {
        fadu_web::texts::keep(&*county.app.store, county.app.region, &[text], vec![])
            .await
            .unwrap();
    };
    import(statute("2019-04-23", "二十日")).await;
    assert!(county.get(None, "/statutes").await.body.contains("2019-04-23"));
    let page = county.get(Some(&keeper), "/desk/impact").await.body;
    assert!(!page.contains("文本换为"), "one version changes nothing: {page}");
    import(statute("2025-03-05", "十五日")).await;
    assert!(county.get(None, "/statutes").await.body.contains("2025-03-05"));
    let page = county.get(Some(&keeper), "/desk/impact").await.body;
    for told in [
        "中华人民共和国行政许可法 2019-04-23文本换为2025-03-05文本",
        "第四十二条修改",
        "规则 LIC-14",
        "知识 申请许可多久给答复",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("第四十一条修改"), "{page}");
    let asked = "/desk/impact?statute=%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF%E6%B3%95&article=42";
    let page = county.get(Some(&keeper), asked).await.body;
    assert!(page.contains("<h2>知识</h2>") && page.contains("申请许可多久给答复"), "{page}");
    assert!(
        page.contains("<th scope=\"row\">LIC-14 许可决定自受理之日起"),
        "a rule with its sentence: {page}"
    );
}

/// What the command counted last is read at the desk, with n / N, and by whose limits.
#[tokio::test]
async fn what_earlier_requests_say_stands_on_a_page() {
    let county = county().await;
    let keeper = county.sign_in("keeper").await;
    let page = county.get(Some(&keeper), "/desk/hotline/tickets").await;
    assert!(page.status == StatusCode::OK && page.body.contains("还没有统计过"), "{}", page.body);
    let past = fadu_web::PastTickets {
        file: "messages.csv".into(),
        on: "2025-03-03".into(),
        rows: 8,
        in_time: fadu_kernel::Ratio::new(5, 7),
        by_weekdays: 2,
        left_out: 1,
        demonstration: true,
        categories: vec![("供水".into(), 4), ("物业服务".into(), 2)],
        named_by: "按分类词表".into(),
        without_category: 2,
        findings: 1,
    };
    let bytes = serde_json::to_vec(&past).unwrap();
    let (store, region) = (&county.app.store, county.app.region);
    store
        .put_blob(region, fadu_web::PAST_TICKETS, "application/json", bytes)
        .await
        .unwrap();
    let page = county
        .get(Some(&keeper), "/desk/hotline/tickets")
        .await
        .body
        .replace("&#x2f;", "/");
    for said in ["messages.csv", "5 / 7（71.4%）", "演示值", "供水", "66.7%", "2件没有类别"] {
        assert!(page.contains(said), "{said} in {page}");
    }
}
