//! 地址表。 Every address of the pages and the interface × every kind of person: who gets past its door, and that what they
//! read says 模拟 in a simulated county. The addresses are read from the sources, so that one that nobody thought about is
//! one that fails here.

use crate::county::{County, county, mark_of, terminal};
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_kernel::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// `method <tab> address <tab> who`: `anyone`, `staff`, the posts by name, or `none` where this county has no hall, no
/// hotline and no checkpoint yet.
const TABLE: &str = include_str!("routes.tsv");

const STAFF: [&str; 7] = ["clerk", "officer", "head", "government", "manager", "inspector", "operator"];

/// Where an address is served: by a county, or by the terminal of supervision, which stands apart from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    County,
    Terminal,
}

/// Method and address of every `.route("…", get(…).post(…))` below `src`.
fn written(of: Of) -> Vec<(Method, String)> {
    let mut routes = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let apart = if name.starts_with("supervision_") { Of::Terminal } else { Of::County };
            if apart != of {
                continue;
            }
            let source = std::fs::read_to_string(path).unwrap();
            // What a test of the file itself serves is no address of the program.
            let served = source.split("#[cfg(test)]").next().unwrap();
            for call in served.split(".route(").skip(1) {
                let Some(rest) = call.trim_start().strip_prefix('"') else { continue };
                let (address, rest) = rest.split_once('"').unwrap();
                let methods = within(rest);
                for (word, method) in [("get(", Method::GET), ("post(", Method::POST)] {
                    if methods.contains(word) {
                        routes.push((method, address.to_owned()));
                    }
                }
            }
        }
    }
    routes.sort_by(|a, b| (&a.1, a.0.as_str()).cmp(&(&b.1, b.0.as_str())));
    routes
}

/// The text up to the parenthesis that closes the call.
fn within(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// An address with its names filled in, and whether all of them exist; what does not exist changes nothing when asked for.
fn filled(address: &str, item: &str) -> (String, bool) {
    let of_item = ["/items", "/desk/items", "/desk/new-case", "/desk/matters", "/api"];
    let of_item = of_item.iter().any(|prefix| address.starts_with(prefix)) && !address.contains("{act}");
    let (mut path, mut real) = (String::new(), true);
    for (i, part) in address.split(['{', '}']).enumerate() {
        path.push_str(match part {
            _ if i % 2 == 0 => part,
            "id" if of_item => item,
            "kind" if of_item => "items",
            _ => {
                real = false;
                "0000000000007"
            }
        });
    }
    (path, real)
}

struct Person {
    name: &'static str,
    cookie: String,
    csrf: String,
}

async fn answer(
    county: &County,
    person: &Person,
    method: &Method,
    path: &str,
) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    if !person.cookie.is_empty() {
        request = request.header(header::COOKIE, &person.cookie);
    }
    let body = if method == Method::POST {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        Body::from(format!("csrf={}", person.csrf))
    } else {
        Body::empty()
    };
    let answer = county.ask(request.body(body).unwrap()).await;
    // A program is told of a fault in another way; a page has none where the store is well.
    let fault = match path.starts_with("/api/") {
        true => answer.0 == StatusCode::INTERNAL_SERVER_ERROR,
        false => answer.0.is_server_error(),
    };
    assert!(!fault, "{} {method} {path}", person.name);
    answer
}

/// Whether the person gets past the door: a page of which nothing is told to them is shut as well.
async fn ask(county: &County, person: &Person, method: &Method, (path, real): &(String, bool)) -> bool {
    let (status, headers, _) = answer(county, person, method, path).await;
    assert!(status != StatusCode::METHOD_NOT_ALLOWED, "{method} {path} is written and not served");
    let to = headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    let turned_away = matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
        || (*real && status == StatusCode::NOT_FOUND)
        || to.is_some_and(|to| to.starts_with("/sign-in"));
    !turned_away
}

/// One of each kind, signed in, and somebody who is not.
async fn people(county: &County) -> Vec<Person> {
    let citizen = Account {
        person: "citizen".into(),
        name: "citizen".into(),
        role: Role::Citizen,
        org: "public".into(),
        password: String::new(),
        demonstration: false,
        closed: false,
    };
    county.app.put_account(citizen, crate::county::PASSWORD).await.unwrap();
    let mut people = vec![Person { name: "nobody", cookie: String::new(), csrf: String::new() }];
    for name in ["citizen", "firm"].into_iter().chain(STAFF) {
        let session = county.sign_in(name).await;
        let (_, html) = session.page("/").await;
        let csrf = mark_of(&html).to_owned();
        assert!(!csrf.is_empty(), "{name} is signed in");
        people.push(Person { name, cookie: session.cookie().to_owned(), csrf });
    }
    people
}

/// A line for each address of this store, with who gets past its door.
async fn doors(county: &County, of: Of) -> String {
    let people = people(county).await;
    let mut found = String::new();
    // Signing out would end the session of whoever asks next.
    for (method, address) in written(of).into_iter().filter(|(_, address)| address != "/sign-out") {
        let path = filled(&address, &county.item);
        let mut past = Vec::new();
        for person in &people {
            if ask(county, person, &method, &path).await {
                past.push(person.name);
            }
        }
        let who = match past[..] {
            _ if past.len() == people.len() => "anyone".to_owned(),
            _ if past == STAFF => "staff".to_owned(),
            [] => "none".to_owned(),
            _ => past.join(" "),
        };
        found.push_str(&format!("{method}\t{address}\t{who}\n"));
    }
    found
}

#[tokio::test]
async fn every_address_opens_to_exactly_these() {
    let of_county = doors(&county().await, Of::County).await;
    let of_terminal = doors(&terminal().await, Of::Terminal).await;
    // Both have a first page, open to anyone.
    let found: BTreeSet<&str> = of_county.lines().chain(of_terminal.lines()).collect();
    let expected: BTreeMap<&str, &str> = TABLE.lines().filter_map(|line| line.rsplit_once('\t')).collect();
    let wrong: Vec<&str> = found
        .iter()
        .filter(|line| {
            line.rsplit_once('\t')
                .is_none_or(|(route, who)| expected.get(route) != Some(&who))
        })
        .copied()
        .collect();
    assert!(wrong.is_empty(), "not as the table says:\n{}", wrong.join("\n"));
    assert_eq!(expected.len(), found.len(), "the table names an address that nobody serves");
}

/// What programs post bears a key or a signature, or the account itself.
const OF_PROGRAMS: [&str; 4] = ["/api/", "/cti/", "/open311/", "/wechat"];

/// Forms with files whose matter is looked for first, and there is none of that number here. Whatever is found there,
/// `submission::Incoming` gives nothing of a form without its mark.
const LOOKED_FOR_FIRST: [&str; 6] = [
    "/desk/openings/{id}/shares",
    "/desk/orders/{id}/acts/{act}",
    "/desk/petitions/{id}/acts/{act}",
    "/joint/{matter}/{code}/acts/{act}",
    "/themes/{id}/apply",
    "/track/{matter}/{code}/acts/{act}",
];

async fn unmarked(
    county: &County,
    person: &Person,
    path: &str,
    media: &str,
    body: &str,
) -> (StatusCode, String) {
    let request = Request::post(path)
        .header(header::COOKIE, &person.cookie)
        .header(header::CONTENT_TYPE, media);
    let (status, headers, _) = county.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
    let to = headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap());
    (status, to.to_owned())
}

/// Every address that takes a form × every kind of person × how forms are sent: without the mark of their session they are
/// asked to sign in, and nothing is done. What comes from another site is turned away whoever sends it.
#[tokio::test]
async fn no_form_is_taken_without_its_mark_or_from_another_site() {
    let sent = [
        ("application/x-www-form-urlencoded", "csrf=&subject=x"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nx\r\n--b--\r\n",
        ),
    ];
    let mut not_asked = BTreeSet::new();
    for (county, of) in [(county().await, Of::County), (terminal().await, Of::Terminal)] {
        let people = people(&county).await;
        let size = async || county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
        let before = size().await;
        for (_, address) in written(of).into_iter().filter(|(method, _)| method == Method::POST) {
            let (path, _) = filled(&address, &county.item);
            let foreign = Request::post(&path).header(header::ORIGIN, "https://elsewhere.example");
            let foreign = foreign.header(header::HOST, "localhost").body(Body::empty()).unwrap();
            assert_eq!(county.ask(foreign).await.0, StatusCode::FORBIDDEN, "{address} from another site");
            if OF_PROGRAMS.iter().any(|prefix| address.starts_with(prefix)) {
                continue;
            }
            let row = format!("POST\t{address}\t");
            let who = TABLE.lines().find_map(|line| line.strip_prefix(&row));
            let is_past = |name: &str| match who {
                Some("anyone") => true,
                Some("staff" | "none") => STAFF.contains(&name),
                Some(names) => names.split(' ').any(|own| own == name),
                // Signing out, which the table leaves out.
                None => true,
            };
            let mut asked = false;
            for person in people.iter().filter(|person| !person.cookie.is_empty()) {
                for (media, body) in sent {
                    let (status, to) = unmarked(&county, person, &path, media, body).await;
                    let signs_in = status == StatusCode::SEE_OTHER && to.starts_with("/sign-in?");
                    let not_done = matches!(
                        status,
                        StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
                    );
                    assert!(signs_in || not_done, "{} {address} {media}: {status} {to}", person.name);
                    asked |= signs_in && is_past(person.name);
                }
            }
            if !asked {
                not_asked.insert(address);
            }
        }
        assert_eq!(size().await, before, "nothing was done");
    }
    let expected: BTreeSet<String> = LOOKED_FOR_FIRST.iter().map(|address| (*address).to_owned()).collect();
    assert_eq!(not_asked, expected);
}

/// 扫码用手机打开本页: what stands on a screen in the hall or on paper leads to itself.
#[tokio::test]
async fn every_public_page_carries_its_qr_code() {
    let mut drawn = 0;
    for county in [county().await, terminal().await] {
        for line in TABLE.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            let ["GET", address, "anyone"] = columns[..] else { continue };
            let (path, _) = filled(address, &county.item);
            let (status, headers, html) = county.ask(Request::get(path).body(Body::empty()).unwrap()).await;
            let media = headers.get(header::CONTENT_TYPE);
            if status == StatusCode::OK && media.is_some_and(|media| media == "text/html; charset=utf-8") {
                assert!(html.contains("<div class=\"qr\">") && html.contains("<svg"), "{address}");
                drawn += 1;
            }
        }
    }
    assert!(drawn > 15, "only {drawn} pages were drawn");
}

/// What no page of a county that exists says.
const SIMULATED: &str = "<strong>模拟环境</strong>";

/// Whoever reads it, and also where nothing is found or somebody is turned away.
#[tokio::test]
async fn every_page_of_a_simulated_county_says_so() {
    for (county, of, least) in [(county().await, Of::County, 30), (terminal().await, Of::Terminal, 2)] {
        let people = people(&county).await;
        let mut opened = BTreeSet::new();
        for (method, address) in written(of).into_iter().filter(|(method, _)| method == Method::GET) {
            let (path, _) = filled(&address, &county.item);
            for person in &people {
                let (status, headers, page) = answer(&county, person, &method, &path).await;
                let media = headers.get(header::CONTENT_TYPE).map(|media| media.as_bytes());
                if !media.is_some_and(|media| media.starts_with(b"text/html")) {
                    continue;
                }
                assert!(page.contains(SIMULATED), "{} reads {path}, and it does not say so", person.name);
                if status == StatusCode::OK && !address.contains('{') {
                    opened.insert(address.clone());
                }
            }
        }
        assert!(opened.len() >= least, "only these pages were opened: {opened:?}");
    }
}
