//! 微信公众号。 The webhook of an official account in its plain mode: the signature of each call is checked (SHA-1 over token,
//! moment and nonce, as the platform prescribes), old and repeated calls are turned away, and a message of text becomes an
//! order. It is answered in the same call, with number, code and the way to follow it.
//!
//! Who writes is known by a pseudonym alone: the platform's id of a person is hashed under the county's key and kept
//! nowhere. Encrypted mode is not there: the address is served under TLS.

use crate::Web;
use crate::hotline::categories;
use crate::open311::tree::Node;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::{Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::hints::hints;
use fadu_hotline::order::LONGEST;
use fadu_hotline::order::act::Proposed;
use fadu_hotline::place::Place;
use fadu_hotline::words::{Channel, Kind, Lane, Urgency};
use fadu_hotline::{Intake, Order, OrderAct};
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_understand::{Proposal, propose, propose_beside};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Deserialize;
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// The configuration that is shipped to be copied; a test reads it.
pub const EXAMPLE: &str = include_str!("../wechat.example.toml");
/// A call that was signed longer ago than that, or later than now, is a replay or a wrong clock.
const FRESH_MS: i64 = 5 * 60_000;
/// Bytes of a message; the platform's own limit on text is far below.
const LARGEST: usize = 64 * 1024;
/// Shorter than that is a greeting.
const SHORTEST: usize = 6;

pub fn routes() -> Router<Web> {
    Router::new().route("/wechat", get(verify).post(message))
}

/// `wechat.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// As it was entered at the platform.
    pub token: String,
    /// Where a message goes in which no word of the dispatch categories is known.
    pub category: String,
}

impl Config {
    /// Errors: what is wrong, in a sentence.
    pub fn read(text: &str) -> Result<Config, String> {
        let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
        if config.token.len() < 16 || !config.token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("token: 16 to 32 letters and digits".to_owned());
        }
        let known = Categories::shipped()
            .item(&config.category)
            .is_some_and(|(_, item)| !item.emergency);
        if known { Ok(config) } else { Err(format!("category: {} is none to dispatch", config.category)) }
    }
}

/// The account, once it is configured, and the calls of the last minutes by their signatures.
pub struct Wechat {
    config: Config,
    seen: Mutex<HashMap<String, i64>>,
}

impl Wechat {
    pub fn new(config: Config) -> Wechat {
        Wechat { config, seen: Mutex::default() }
    }

    /// Signed by who has the token, just now. Digests are compared, so how far they agree tells nothing.
    fn signed(&self, call: &Signed, now: i64) -> bool {
        let mut parts = [self.config.token.as_str(), call.timestamp.as_str(), call.nonce.as_str()];
        parts.sort_unstable();
        let expected = hex(&Sha1::digest(parts.concat()));
        let fits = Sha1::digest(&expected) == Sha1::digest(call.signature.to_ascii_lowercase());
        let at = call.timestamp.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000));
        fits && at.is_some_and(|at| (at - now).abs() <= FRESH_MS)
    }

    /// The first call with this signature in the time in which it is fresh.
    fn is_new(&self, call: &Signed, now: i64) -> bool {
        let Ok(mut seen) = self.seen.lock() else { return false };
        seen.retain(|_, at| *at + 2 * FRESH_MS > now);
        seen.insert(call.signature.to_ascii_lowercase(), now).is_none()
    }
}

#[derive(Debug, Deserialize)]
struct Signed {
    signature: String,
    timestamp: String,
    nonce: String,
    #[serde(default)]
    echostr: String,
}

/// The platform asks once whether the address is ours.
async fn verify(State(web): State<Web>, Query(call): Query<Signed>) -> Response {
    match web.wechat.get() {
        Some(wechat) if wechat.signed(&call, web.app.moment().ms) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], call.echostr).into_response()
        }
        Some(_) => StatusCode::FORBIDDEN.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// 一条消息, as far as it is read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Message {
    to: String,
    from: String,
    kind: String,
    text: String,
    id: String,
}

/// The elements directly under `<xml>`. Errors: what is no such document, or has a DOCTYPE: nothing is ever unfolded.
fn read(body: &[u8]) -> Result<Message, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "not UTF-8")?;
    let mut reader = Reader::from_str(text);
    let (mut message, mut open, mut value) = (Message::default(), Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().map_err(|_| "not well-formed")? {
            Event::DocType(_) => return Err("a DOCTYPE"),
            Event::Start(start) => {
                if open.len() > 8 {
                    return Err("too deep");
                }
                open.push(start.name().as_ref().to_owned());
                value.clear();
            }
            Event::Text(part) => value.push_str(&part),
            Event::CData(part) => value.push_str(&part),
            Event::GeneralRef(part) => {
                let name = part.to_string();
                match part.resolve_char_ref().map_err(|_| "a wrong character reference")? {
                    Some(c) => value.push(c),
                    None => value.push_str(
                        quick_xml::escape::resolve_predefined_entity(&name).ok_or("an unknown entity")?,
                    ),
                }
            }
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                if open.len() == 1 && open[0] == "xml" {
                    let field = match name.as_str() {
                        "ToUserName" => &mut message.to,
                        "FromUserName" => &mut message.from,
                        "MsgType" => &mut message.kind,
                        "Content" => &mut message.text,
                        "MsgId" => &mut message.id,
                        _ => continue,
                    };
                    field.clone_from(&value);
                }
            }
            Event::Eof if open.is_empty() => break,
            Event::Eof => return Err("cut off"),
            _ => {}
        }
    }
    match message {
        Message { ref from, ref id, .. } if from.is_empty() || id.len() > 64 => Err("without a sender"),
        message => Ok(message),
    }
}

async fn message(State(web): State<Web>, Query(call): Query<Signed>, body: Bytes) -> Response {
    let Some(wechat) = web.wechat.get() else { return StatusCode::NOT_FOUND.into_response() };
    let now = web.app.moment().ms;
    if !wechat.signed(&call, now) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if body.len() > LARGEST {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let message = match read(&body) {
        Ok(message) => message,
        Err(why) => {
            tracing::warn!(why, "a message of the official account could not be read");
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    // The platform repeats a call that was answered late: answered already, it is acknowledged without a word.
    if !wechat.is_new(&call, now) {
        return "success".into_response();
    }
    let text = match answer(&web, wechat, &message).await {
        Ok(text) => text,
        Err(problem) => {
            tracing::error!(%problem, "a message of the official account was not taken");
            "系统暂时没有收到，请稍后再发，或者拨打12345。".to_owned()
        }
    };
    let reply = Node::root(
        "xml",
        [
            ("ToUserName", Node::text(message.from)),
            ("FromUserName", Node::text(message.to)),
            ("CreateTime", Node::number(now / 1000)),
            ("MsgType", Node::text("text")),
            ("Content", Node::text(text)),
        ],
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], reply.xml()).into_response()
}

const HELP: &str = "请用一段文字写明时间、地点、什么事和希望怎么解决，我们登记以后告诉您编号。查进度请发送编号。正在发生的险情请拨打110、119、120或者122。";

async fn answer(web: &Web, wechat: &Wechat, message: &Message) -> Result<String, Problem> {
    let text = message.text.trim();
    if message.kind != "text" || text.chars().count() < SHORTEST {
        return Ok(HELP.to_owned());
    }
    let person = PersonId::new(&format!("wechat-{}", web.app.keys.blind(&message.from)));
    if text.starts_with(['G', 'g']) && text.chars().all(|c| c.is_ascii_alphanumeric()) {
        let found = web.app.order_numbered(text).await?;
        // Of whose it is not, it is not said that it is there.
        let own = found.filter(|(_, order)| order.applicant.as_ref() == Some(&person));
        return Ok(own.map_or_else(
            || "没有找到您的这件诉求。".to_owned(),
            |(_, order)| format!("{}：{}", order.number, Order::status_zh(order.status())),
        ));
    }
    if text.chars().count() > LONGEST {
        return Ok(format!("超过{LONGEST}字，请分几次发送。"));
    }
    if !web.hotline.may_post(person.as_str(), web.app.moment().ms) {
        return Ok("您发得太快，请过一会儿再发。".to_owned());
    }
    let actor = Actor { person, role: Role::Citizen, org: OrgId::new("public") };
    // The platform numbers its messages: the same one is one order, whenever it comes again.
    let key = format!("wechat-{}-{}", web.app.keys.blind(&message.from), message.id);
    let proposal = propose(web.hotline.model().as_deref(), text);
    let (store, today) = (&*web.app.store, web.app.moment().today);
    let proposed = propose_beside(store, web.app.region, text, &Place::default(), today).await?;
    let intake = Intake {
        proposed: Proposed { place: web.places(text), ..proposed }.some(),
        ..intake(text, &categories(web), &wechat.config, proposal)
    };
    let act = OrderAct::Take(Box::new(intake));
    let call = Call { actor: &actor, matter: None, act, private: BTreeMap::new(), key: Some(key) };
    let id = match web.app.act::<Order>(call).await {
        Ok(done) => done.matter,
        Err(Problem::Refused(refusal)) => return Ok(refusal.because),
        Err(problem) => return Err(problem),
    };
    let number = web.app.order(id).await?.map(|(_, order)| order.number).unwrap_or_default();
    let code = web.app.keys.track_code(id);
    Ok(format!("已经登记，编号 {number}，查询密码 {code}。办理进度：{}/12345/{id}/{code}", web.site.base_url))
}

/// Nobody has read it yet: kind and category are what model and words speak for, put right by who dispatches.
fn intake(text: &str, list: &Categories, config: &Config, proposal: Option<Proposal>) -> Intake {
    let told = hints(text);
    let known = proposal.as_ref().and_then(|proposal| proposal.category().map(str::to_owned));
    let category = known
        .filter(|code| list.item(code).is_some())
        .unwrap_or_else(|| config.category.clone());
    Intake {
        channel: Channel::Wechat,
        line: OWN_LINE.to_owned(),
        kind: told.kind.unwrap_or(Kind::Help),
        text: text.to_owned(),
        lane: list.group(&category).map_or(Lane::General, |group| group.lane),
        category,
        place: Place::default(),
        urgency: told.urgency.unwrap_or(Urgency::Ordinary),
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        suggestion: proposal.map(|proposal| proposal.suggestion),
        proposed: None,
        persons: 1,
        attachments: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sign(token: &str, timestamp: &str, nonce: &str) -> Signed {
        let mut parts = [token, timestamp, nonce];
        parts.sort_unstable();
        Signed {
            signature: hex(&Sha1::digest(parts.concat())),
            timestamp: timestamp.into(),
            nonce: nonce.into(),
            echostr: String::new(),
        }
    }

    #[test]
    fn the_example_is_read_and_a_wrong_one_is_named() {
        let config = Config::read(EXAMPLE).unwrap();
        assert_eq!(config.category, "0906");
        for (from, to, names) in [
            ("\"0906\"", "\"0909\"", "category"),
            ("token = \"", "token = \" ", "token"),
            ("category", "kind", "kind"),
        ] {
            assert!(Config::read(&EXAMPLE.replacen(from, to, 1)).unwrap_err().contains(names), "{from}");
        }
    }

    #[test]
    fn a_call_is_signed_fresh_and_new() {
        let wechat = Wechat::new(Config::read(EXAMPLE).unwrap());
        let token = wechat.config.token.clone();
        let now = 1_740_960_000_000;
        for (call, fits) in [
            (sign(&token, "1740960000", "n"), true),
            (sign(&token, "1740959700", "n"), true),
            (sign(&token, "1740959699", "n"), false),
            (sign(&token, "1740960301", "n"), false),
            (sign("anothertoken0000", "1740960000", "n"), false),
            (Signed { nonce: "m".into(), ..sign(&token, "1740960000", "n") }, false),
            (sign(&token, "soon", "n"), false),
            (sign(&token, "9223372036854775807", "n"), false),
        ] {
            assert_eq!(wechat.signed(&call, now), fits, "{call:?}");
        }
        let call = sign(&token, "1740960000", "n");
        assert!(wechat.is_new(&call, now) && !wechat.is_new(&call, now + 1000));
        assert!(wechat.is_new(&sign(&token, "1740960000", "m"), now), "another nonce is another call");
    }

    #[test]
    fn a_message_is_read_and_nothing_is_unfolded() {
        let xml = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName><CreateTime>1</CreateTime>\
                   <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[路灯坏了 <b> & 😀]]></Content><MsgId>77</MsgId></xml>";
        let message = read(xml.as_bytes()).unwrap();
        assert_eq!((message.text.as_str(), message.id.as_str()), ("路灯坏了 <b> & 😀", "77"));
        let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><xml><FromUserName>&b;</FromUserName></xml>";
        assert_eq!(read(bomb.as_bytes()), Err("a DOCTYPE"));
        let nested = "<xml>".repeat(100_000);
        for wrong in [
            "",
            "no",
            "<xml><FromUserName>o1",
            "<xml><FromUserName>&lol;</FromUserName></xml>",
            "<xml></xml>",
            &nested,
        ] {
            assert!(read(wrong.as_bytes()).is_err(), "{}", &wrong[..wrong.len().min(40)]);
        }
        assert!(read(b"\xFF\xFE").is_err());
        let deep = "<xml><a><FromUserName>x</FromUserName></a><FromUserName>o1</FromUserName></xml>";
        assert_eq!(read(deep.as_bytes()).unwrap().from, "o1", "only what stands directly under xml");
    }

    proptest! {
        /// What people write comes through the platform's wrapping as it was; whatever else arrives is read or turned away.
        #[test]
        fn any_text_arrives(text in "[^\\u{0}-\\u{1F}\\u{FFFE}\\u{FFFF}]{0,40}", junk in "\\PC{0,80}") {
            let safe = text.replace("]]>", "]]]]><![CDATA[>");
            let xml = format!("<xml><FromUserName>o1</FromUserName><Content><![CDATA[{safe}]]></Content></xml>");
            prop_assert_eq!(read(xml.as_bytes()).unwrap().text, text);
            let _ = read(junk.as_bytes());
        }
    }
}
