//! 来信成单。 Letters in a real mailbox become requests of a simulated county and are acknowledged through a real mail
//! server; what machines send is left alone; a server that is away loses nothing.

mod servers;

use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, store::Store};
use fadu_hotline::order::act::Evidence;
use fadu_hotline::words::{Channel, HandlingResult, Urgency};
use fadu_hotline::{Order, OrderAct};
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use fadu_mail::config::{Config, EXAMPLE, Secrets};
use fadu_mail::{Report, poll};
use fadu_service::Definition;
use fadu_store::Sqlite;
use fadu_understand::{Keeper, Lesson, Level, Model};
use jiff::civil::date;
use servers::Servers;
use std::collections::BTreeMap;
use std::sync::Arc;

struct County {
    _folder: tempfile::TempDir,
    app: Arc<App>,
    clock: Movable,
    servers: Servers,
    config: Config,
    secrets: Secrets,
    keeper: Keeper,
}

async fn county() -> Option<County> {
    let servers = Servers::start()?;
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions)
        .await
        .unwrap();
    assert!(fadu_sim::enter_hotline(&app, 2025).await.unwrap());
    let text = EXAMPLE
        .replace("imap.example.cn", "127.0.0.1")
        .replace("smtp.example.cn", "127.0.0.1")
        // Whole lines: a port drawn for the one may hold the digits of the other.
        .replace("port = 993\n", &format!("port = {}\n", servers.imap_port))
        .replace("port = 465\n", &format!("port = {}\n", servers.smtp_port))
        .replace("\"tls\"", "\"plain\"")
        .replacen("user = \"12345\"\npassword_file = \"smtp.password\"", "", 1)
        .replace("most_a_day = 20", "most_a_day = 3");
    let config = Config::read(&text).unwrap();
    let secrets = Secrets { imap: "secret".into(), smtp: String::new() };
    let keeper = Keeper::at(&folder.path().join("understand"));
    Some(County { _folder: folder, app, clock, servers, config, secrets, keeper })
}

impl County {
    async fn poll(&self) -> Report {
        poll(&self.app, &self.config, &self.secrets, &self.keeper, "http://localhost")
            .await
            .unwrap()
    }

    async fn orders_of(&self, mail: &str) -> Vec<Order> {
        let mut orders = Vec::new();
        for row in self.app.orders_of_caller(mail, 50).await.unwrap() {
            orders.push(self.app.order(row.id).await.unwrap().unwrap().1);
        }
        orders
    }
}

fn letter(from: &str, id: &str, headers: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "Return-Path: <{from}>\r\nFrom: =?utf-8?B?5byg5LiJ?= <{from}>\r\nTo: 12345@fuwu.example.cn\r\nMessage-ID: <{id}>\r\n{headers}"
    );
    let kind =
        if headers.contains("Content-Type") { "" } else { "Content-Type: text/plain; charset=utf-8\r\n" };
    format!("{head}{kind}\r\n{body}").into_bytes()
}

const SUBJECT: &str = "Subject: =?utf-8?B?6Lev54Gv5Z2P5LqG?=\r\n";

#[tokio::test]
async fn a_letter_becomes_a_request_and_is_acknowledged_once() {
    let Some(mut county) = county().await else { return };
    fadu_mail::check(&county.config, &county.secrets).await.unwrap();
    let photo = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n建设路的路灯坏了一周 😀\r\n--b\r\n\
                 Content-Disposition: attachment; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 x\r\n--b\r\n\
                 Content-Disposition: attachment; filename=\"a.exe\"\r\n\r\nMZ x\r\n--b--\r\n";
    let headers = format!("{SUBJECT}Content-Type: multipart/mixed; boundary=b\r\n");
    county
        .servers
        .deliver(&letter("zhang@example.com", "one@example.com", &headers, photo));
    let report = county.poll().await;
    assert_eq!(report, Report { seen: 1, taken: 1, ..Report::default() });
    let orders = county.orders_of("zhang@example.com").await;
    let entry = orders[0].entry.as_ref().unwrap();
    assert_eq!(
        (orders.len(), entry.channel, entry.text.as_str()),
        (1, Channel::Mail, "路灯坏了\n\n建设路的路灯坏了一周 😀")
    );
    assert_eq!((entry.category.as_str(), entry.attachments.len()), ("0106", 1), "what its words speak for");
    let number = orders[0].number.clone();
    let state = serde_json_text(&orders[0]);
    assert!(!state.contains("zhang@") && !state.contains("张三"), "who wrote is sealed");

    let sent = county.servers.sent();
    assert_eq!(sent.len(), 1);
    let answer = &sent[0];
    assert!(
        answer.starts_with("from:\nto:zhang@example.com\n")
            || answer.starts_with("from:None\n")
            || answer.starts_with("from:<>\n"),
        "{answer}"
    );
    for header in
        ["Auto-Submitted: auto-replied", "X-Loop: 12345@fuwu.example.cn", "In-Reply-To: <one@example.com>"]
    {
        assert!(answer.contains(header), "{header} in {answer}");
    }
    let answer = fadu_mail::letter::Letter::read(
        answer.split_once("\n").unwrap().1.split_once("\n").unwrap().1.as_bytes(),
        "x@y.cn",
    )
    .unwrap();
    assert!(
        answer.text.contains(&number) && answer.text.contains("/12345/") && answer.text.contains("a.exe"),
        "{answer:?}"
    );
    assert!(answer.text.contains("110") && answer.machine.is_some());
    assert_eq!((county.servers.n_in(""), county.servers.n_in("fadu-taken")), (0, 1));

    // Read again, as after a power cut between taking and moving: still one request.
    county
        .servers
        .deliver(&letter("zhang@example.com", "one@example.com", &headers, photo));
    assert_eq!(county.poll().await.taken, 1);
    assert_eq!(county.orders_of("zhang@example.com").await.len(), 1);

    // What is answered to the acknowledgement is added to the request; somebody else's is a request of its own.
    let reply = format!("Subject: Re: {number}\r\n");
    county
        .servers
        .deliver(&letter("zhang@example.com", "two@example.com", &reply, "今天还是没有亮"));
    county
        .servers
        .deliver(&letter("li@example.com", "three@example.com", &reply, "我也要补充"));
    let report = county.poll().await;
    assert_eq!((report.supplemented, report.taken), (1, 1));
    let orders = county.orders_of("zhang@example.com").await;
    assert!(
        orders.len() == 1
            && orders[0].supplements.len() == 1
            && orders[0].supplements[0].contains("今天还是没有亮")
    );
}

fn serde_json_text(order: &Order) -> String {
    format!("{order:?}")
}

#[tokio::test]
async fn a_mail_loop_ends_at_its_first_letter() {
    let Some(mut county) = county().await else { return };
    county
        .servers
        .deliver(&letter("robot@example.com", "one@example.com", SUBJECT, "路灯坏了"));
    county.poll().await;
    // The other machine thanks us for our thanks, a hundred times: bounces, holidays, our own letter come back.
    let ours = county.servers.sent().remove(0);
    let ours = ours.split_once('\n').unwrap().1.split_once('\n').unwrap().1.to_owned();
    for n in 0..40 {
        let id = format!("{n}@example.com");
        county.servers.deliver(&letter(
            "robot@example.com",
            &id,
            "Auto-Submitted: auto-replied\r\n",
            "谢谢您的来信",
        ));
        county.servers.deliver(&letter(
            "robot@example.com",
            &id,
            "X-Loop: 12345@fuwu.example.cn\r\n",
            "转发",
        ));
    }
    county.servers.deliver(b"Return-Path: <>\r\nFrom: MAILER-DAEMON@example.com\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nfailed\r\n--b--\r\n");
    county.servers.deliver(ours.as_bytes());
    let report = county.poll().await;
    assert_eq!(report, Report { seen: 82, automatic: 82, ..Report::default() });
    assert_eq!((county.servers.sent().len(), county.orders_of("robot@example.com").await.len()), (1, 1));
    assert_eq!(county.servers.n_in("fadu-automatic"), 82);

    // A machine that hides what it is gets no further than a day's letters.
    for n in 0..10 {
        county.servers.deliver(&letter(
            "robot@example.com",
            &format!("h{n}@example.com"),
            SUBJECT,
            &format!("第{n}封"),
        ));
    }
    let report = county.poll().await;
    assert_eq!((report.taken, report.by_hand), (2, 8), "three a day, the first letter among them");
    county.clock.set(start_of(date(2025, 3, 4)) + 9 * 3_600_000);
    county
        .servers
        .deliver(&letter("robot@example.com", "next@example.com", SUBJECT, "第二天"));
    assert_eq!(county.poll().await.taken, 1);
}

#[tokio::test]
async fn a_server_that_is_away_loses_nothing_and_odd_letters_stop_nobody() {
    let Some(mut county) = county().await else { return };
    county.servers.stop_smtp();
    county
        .servers
        .deliver(&letter("zhang@example.com", "one@example.com", SUBJECT, "路灯坏了"));
    let report = county.poll().await;
    assert_eq!((report.failed, county.servers.n_in("")), (1, 1), "it lies where it lay");
    assert_eq!(county.orders_of("zhang@example.com").await.len(), 1, "and the request stands");
    county.servers.start_smtp();
    county
        .servers
        .deliver(&letter("nobody@example.com", "two@example.com", SUBJECT, "没有这个地址"));
    county
        .servers
        .deliver(&letter("later@example.com", "three@example.com", SUBJECT, "过一会儿"));
    county.servers.deliver(&letter("li@example.com", "four@example.com", "", ""));
    county
        .servers
        .deliver(&letter("wang@example.com", "five@example.com", SUBJECT, &"长".repeat(17_000)));
    county.servers.deliver(b"\x00\xFF\xFE no letter at all");
    county
        .servers
        .deliver(&letter("zhao@example.com", "six@example.com", SUBJECT, "\u{1}\u{202e}emoji 👨‍👩‍👧"));
    let report = county.poll().await;
    // Only the one that was put off is tried again; the request of an address that does not exist stands.
    assert_eq!((report.failed, county.servers.n_in("")), (1, 1), "{report:?}");
    assert_eq!(county.orders_of("zhang@example.com").await.len(), 1, "acknowledged now, taken once");
    for who in ["nobody@example.com", "later@example.com", "wang@example.com", "zhao@example.com"] {
        assert_eq!(county.orders_of(who).await.len(), 1, "{who}");
    }
    assert_eq!(
        county.orders_of("li@example.com").await.len(),
        0,
        "nothing was written: asked to write again"
    );
    let long = county.orders_of("wang@example.com").await.remove(0).entry.unwrap().text;
    assert_eq!(long.chars().count(), 10_000);
    let sent = county.servers.sent();
    assert_eq!(sent.iter().filter(|letter| letter.contains("to:li@example.com")).count(), 1);
    assert_eq!(sent.iter().filter(|letter| letter.contains("to:zhang@example.com")).count(), 1);
    let wrong = Secrets { imap: "wrong".into(), ..Secrets::default() };
    assert!(fadu_mail::check(&county.config, &wrong).await.is_err());
}

/// 答复到了: a letter says that it is there, once, also after a server that was away; not a word of the answer travels.
#[tokio::test]
async fn who_wrote_is_written_that_the_answer_is_there() {
    let Some(mut county) = county().await else { return };
    county
        .servers
        .deliver(&letter("zhang@example.com", "one@example.com", SUBJECT, "建设路的路灯坏了一周"));
    assert_eq!(county.poll().await.taken, 1);
    let id = county.app.orders_of_caller("zhang@example.com", 1).await.unwrap()[0].id;
    let keeper = ("keeper", Role::CatalogueManager, fadu_sim::BUREAU.to_owned());
    let order = county.orders_of("zhang@example.com").await.remove(0);
    let desk = county.app.hotline().unwrap();
    let unit = desk.route(order.category(), "").unwrap().unit.clone();
    let dispatch = OrderAct::Dispatch {
        unit: unit.clone(),
        assisting: vec![],
        officer: None,
        category: None,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    let reply = OrderAct::Reply {
        result: HandlingResult::Solved,
        text: "路灯已经换好".into(),
        evidence: vec![Evidence { digest: "00".into(), name: "照片".into() }],
    };
    let officer = ("officer", Role::Officer, unit.to_string());
    for ((person, role, org), act) in [(keeper, dispatch), (officer, reply)] {
        let actor = Actor { person: PersonId::new(person), role, org: OrgId::new(&org) };
        let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
        county.app.act::<Order>(call).await.unwrap();
    }
    county.servers.stop_smtp();
    assert_eq!(county.poll().await.told, 0, "it waits for the server");
    county.servers.start_smtp();
    assert_eq!(county.poll().await.told, 1);
    assert_eq!(county.poll().await, Report::default(), "once");
    assert!(county.orders_of("zhang@example.com").await[0].untold.is_empty());
    let sent = county.servers.sent();
    let read = |letter: &String| {
        let bytes = letter.splitn(3, '\n').nth(2).unwrap().as_bytes();
        fadu_mail::letter::Letter::read(bytes, "x@y.cn").unwrap()
    };
    let told: Vec<_> = sent
        .iter()
        .map(read)
        .filter(|letter| letter.text.contains("有了答复"))
        .collect();
    assert_eq!((sent.len(), told.len()), (2, 1), "{told:?}");
    assert!(told[0].text.contains(&order.number) && told[0].text.contains("/12345/"), "{told:?}");
    assert!(!told[0].text.contains("换好") && told[0].machine.is_some());
}

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

/// As at a seat: category, urgency and like orders are proposed and on record; who dispatches is the first to choose.
#[tokio::test]
async fn a_letter_is_read_by_the_countys_own_model() {
    let Some(mut county) = county().await else { return };
    county.keeper.prepare().unwrap();
    let (model, bytes) = Model::train(&lessons(), Level::Group, vec![], county.keeper.folder()).unwrap();
    county.keeper.keep(&model.card, &bytes).unwrap();
    let body = "小区自来水停水三天了，物业不管，请尽快处理";
    county
        .servers
        .deliver(&letter("zhang@example.com", "one@example.com", "", body));
    assert_eq!(county.poll().await.taken, 1);
    county.servers.deliver(&letter("li@example.com", "two@example.com", "", body));
    assert_eq!(county.poll().await.taken, 1);
    let first = county.app.orders_of_caller("zhang@example.com", 1).await.unwrap()[0].id;
    let second = county.app.orders_of_caller("li@example.com", 1).await.unwrap()[0].id;
    let order = county.orders_of("li@example.com").await.remove(0);
    let suggestion = order.suggestion.as_ref().unwrap();
    assert_eq!((&suggestion.model, suggestion.top[0].0.as_str()), (&model.card.model, "01"));
    assert!(order.category().starts_with("01"), "under what the model proposes until somebody reads it");
    let proposed = order.proposed.as_ref().unwrap();
    assert_eq!(
        (proposed.urgency, proposed.alike(first)),
        (Some(Urgency::Urgent), Some(1000)),
        "{proposed:?}"
    );

    let desk = county.app.hotline().unwrap();
    let unit = desk.route("0102", "").unwrap().unit.clone();
    let keeper = Actor {
        person: PersonId::new("keeper"),
        role: Role::CatalogueManager,
        org: OrgId::new(fadu_sim::BUREAU),
    };
    let category = Some("0102".to_owned());
    let act = OrderAct::Dispatch {
        unit,
        assisting: vec![],
        officer: None,
        category,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    let call = Call { actor: &keeper, matter: Some(second), act, private: BTreeMap::new(), key: None };
    county.app.act::<Order>(call).await.unwrap();
    let entries = county.app.store.entries_of(county.app.region, second).await.unwrap();
    let (taken, dispatched) = (&entries[0].body, &entries[1].body);
    assert!(taken.contains("\"followed\":null"), "nobody chose: {taken}");
    assert!(
        dispatched.contains("\"suggested\":true") && dispatched.contains("\"followed\":1"),
        "{dispatched}"
    );
}
