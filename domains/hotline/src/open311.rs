//! 开放接口。 The hotline in the words of GeoReport v2: services, requests and their states, as plain values. Reading and
//! writing them as JSON or XML, keys and addresses are the web's.

use crate::categories::{Categories, Group, Item};
use crate::order::act::Evidence;
use crate::order::{Act, Intake, Order};
use crate::place::{Micro, Place, Point};
use crate::words::{Channel, Kind, Urgency};
use fadu_kernel::Calendar;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A service that may be asked for: one item of the dispatch categories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Service {
    pub service_code: String,
    pub service_name: String,
    pub description: String,
    /// Whether a definition with attributes exists: always, the kind of request is asked for.
    pub metadata: bool,
    /// `realtime`: the number is given at once.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub keywords: String,
    pub group: String,
}

fn service((group, item): (&Group, &Item)) -> Service {
    Service {
        service_code: item.code.clone(),
        service_name: item.name.clone(),
        description: item.about.clone(),
        metadata: true,
        kind: "realtime",
        keywords: item.about.replace('、', ","),
        group: group.name.clone(),
    }
}

/// What is transferred at once is no service: nobody should wait for a number there.
pub fn services(list: &Categories) -> Vec<Service> {
    list.items().filter(|(_, item)| !item.emergency).map(service).collect()
}

pub fn find_service(list: &Categories, code: &str) -> Option<Service> {
    list.item(code).filter(|(_, item)| !item.emergency).map(service)
}

/// One question of a service definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    pub variable: bool,
    pub code: &'static str,
    pub datatype: &'static str,
    pub required: bool,
    pub datatype_description: &'static str,
    pub order: u8,
    pub description: &'static str,
    /// Key and name of each choice.
    pub values: Vec<(&'static str, &'static str)>,
}

/// The same two questions under every service.
pub fn attributes() -> Vec<Attribute> {
    let choice = |code, order, description, values| Attribute {
        variable: true,
        code,
        datatype: "singlevaluelist",
        required: false,
        datatype_description: "选一项",
        order,
        description,
        values,
    };
    vec![
        choice("kind", 1, "诉求类型", KINDS.iter().map(|(key, kind)| (*key, kind.zh())).collect()),
        choice("public", 2, "是否同意公开", vec![("yes", "同意"), ("no", "不同意")]),
    ]
}

const KINDS: [(&str, Kind); 6] = [
    ("consult", Kind::Consult),
    ("help", Kind::Help),
    ("complaint", Kind::Complaint),
    ("suggestion", Kind::Suggestion),
    ("report", Kind::Report),
    ("praise", Kind::Praise),
];

/// What a client posts, each field as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Post {
    pub service_code: String,
    pub description: String,
    pub lat: String,
    pub long: String,
    pub address_id: String,
    pub address_string: String,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub email: String,
    /// Where a picture lies. It is kept for who handles the request and never fetched: the county calls no address it
    /// was given.
    pub media_url: String,
    /// `attribute[CODE]` → value
    pub attribute: BTreeMap<String, String>,
}

/// As the interface numbers them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPost {
    #[error("400: service_code was not provided")]
    NoService,
    #[error("404: service_code {0} was not found")]
    UnknownService(String),
    #[error("400: lat and long, address_string or address_id is needed")]
    NoPlace,
    #[error("400: {0} is not a coordinate")]
    NotACoordinate(&'static str),
    #[error("400: description was not provided")]
    NoDescription,
    #[error("400: media_url is not a web address of at most 200 characters")]
    Media,
    #[error("400: attribute {0} has no such value")]
    Attribute(&'static str),
}

impl BadPost {
    pub fn code(&self) -> u16 {
        match self {
            BadPost::UnknownService(_) => 404,
            BadPost::NoService
            | BadPost::NoPlace
            | BadPost::NotACoordinate(_)
            | BadPost::NoDescription
            | BadPost::Media
            | BadPost::Attribute(_) => 400,
        }
    }
}

/// The act that a post asks for, and the caller's data to be sealed beside it. A written address may name a door, so it
/// is the caller's and sealed; the order keeps the address code or the point.
pub fn take(
    list: &Categories,
    post: &Post,
    attachments: Vec<Evidence>,
) -> Result<(Act, BTreeMap<String, String>), BadPost> {
    if post.service_code.trim().is_empty() {
        return Err(BadPost::NoService);
    }
    let Some(service) = find_service(list, post.service_code.trim()) else {
        return Err(BadPost::UnknownService(post.service_code.clone()));
    };
    if post.description.trim().is_empty() {
        return Err(BadPost::NoDescription);
    }
    let place = place(post)?;
    let media = post.media_url.trim();
    let is_web = media.starts_with("http://") || media.starts_with("https://");
    if !media.is_empty() && (!is_web || media.chars().count() > 200) {
        return Err(BadPost::Media);
    }
    let kind = match post.attribute.get("kind") {
        None => Kind::Help,
        Some(key) => KINDS
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, kind)| *kind)
            .ok_or(BadPost::Attribute("kind"))?,
    };
    let public = match post.attribute.get("public").map(String::as_str) {
        Some("yes") => true,
        None | Some("no") => false,
        Some(_) => return Err(BadPost::Attribute("public")),
    };
    let lane = list
        .group(&service.service_code)
        .map_or(crate::words::Lane::General, |group| group.lane);
    let act = Act::Take(Box::new(Intake {
        channel: Channel::Open311,
        line: crate::desk::OWN_LINE.to_owned(),
        kind,
        text: post.description.clone(),
        category: service.service_code,
        place,
        urgency: Urgency::Ordinary,
        lane,
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public,
        lead: false,
        suggestion: None,
        proposed: None,
        persons: 1,
        attachments,
    }));
    let name = format!("{}{}", post.last_name.trim(), post.first_name.trim());
    let private = [
        ("caller_name", name.as_str()),
        ("caller_phone", post.phone.trim()),
        ("caller_address", post.address_string.trim()),
        ("caller_mail", post.email.trim()),
        ("caller_media", media),
    ];
    let private = private
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field.to_owned(), value.to_owned()));
    Ok((act, private.collect()))
}

fn place(post: &Post) -> Result<Place, BadPost> {
    let point = match (post.lat.trim(), post.long.trim()) {
        ("", "") => None,
        (lat, long) => {
            let lat = Micro::parse(lat).ok_or(BadPost::NotACoordinate("lat"))?;
            let long = Micro::parse(long).ok_or(BadPost::NotACoordinate("long"))?;
            let point = Point { lat, long };
            Some(point)
                .filter(|point| point.is_on_earth())
                .ok_or(BadPost::NotACoordinate("lat"))?
                .into()
        }
    };
    if point.is_none() && post.address_id.trim().is_empty() && post.address_string.trim().is_empty() {
        return Err(BadPost::NoPlace);
    }
    Ok(Place { address: post.address_id.trim().to_owned(), point })
}

/// A request as the public reads it. Only what was published carries words and a place, and the place is coarse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    pub service_request_id: String,
    /// `open` or `closed`; the interface has no third.
    pub status: &'static str,
    pub status_notes: &'static str,
    pub service_code: String,
    pub service_name: String,
    pub description: Option<String>,
    pub agency_responsible: Option<String>,
    pub requested: Option<Date>,
    pub expected: Option<Date>,
    pub address_id: Option<String>,
    pub lat: Option<String>,
    pub long: Option<String>,
}

/// The corner of its cell of a hundredth of a degree, once it is published: what a map may show, and all that a box is
/// held against, so that no series of boxes finds out more.
pub fn public_point(order: &Order) -> Option<Point> {
    order.published.as_ref()?;
    order.entry.as_ref()?.place.point.map(Point::coarse)
}

/// The last day on which something happened that the public sees.
pub fn updated(order: &Order) -> Option<Date> {
    let marks = [&order.taken, &order.answered, &order.handed_over, &order.parent_closed];
    let marks = marks.into_iter().flatten().map(|mark| mark.on);
    let dispatch = order.dispatch.as_ref().map(|dispatch| dispatch.on);
    let more = [
        dispatch,
        order.reply.as_ref().map(|reply| reply.on),
        order.merged.as_ref().map(|merged| merged.on),
        order.excluded.as_ref().map(|excluded| excluded.on),
        order.closed.as_ref().map(|closed| closed.on),
        order.published.as_ref().map(|published| published.on),
    ];
    marks.chain(more.into_iter().flatten()).max()
}

/// What a follower is told of a fact: whether the request was over with it. `None` for what is not the public's.
pub fn told(fact: &str) -> Option<&'static str> {
    match fact {
        "Taken" | "Dispatched" | "Extended" | "Replied" | "Redone" | "Unmerged" => Some("open"),
        "Closed"
        | "Answered"
        | "Excluded"
        | "HandedOver"
        | "PassedUp"
        | "Merged"
        | "EmergencyTransferred" => Some("closed"),
        _ => None,
    }
}

pub fn status(order: &Order) -> &'static str {
    if order.is_closed() || order.archived.is_some() { "closed" } else { "open" }
}

/// `None` for what the interface never shows: a lead, and what was never taken.
pub fn request(list: &Categories, order: &Order, calendar: &Calendar) -> Option<Request> {
    let entry = order.entry.as_ref().filter(|entry| !entry.lead)?;
    let published = order.published.as_ref();
    let point = public_point(order);
    Some(Request {
        service_request_id: order.number.clone(),
        status: status(order),
        status_notes: Order::status_zh(order.status()),
        service_code: entry.category.clone(),
        service_name: entry
            .category_name
            .clone()
            .unwrap_or_else(|| list.name(&entry.category).to_owned()),
        description: published.map(|published| published.text.clone()),
        agency_responsible: order.unit().map(ToString::to_string),
        requested: order.taken.as_ref().map(|mark| mark.on),
        expected: order.due(calendar).filter(|_| !order.is_closed()),
        address_id: published.map(|_| entry.place.area()).filter(|area| !area.is_empty()),
        lat: point.map(|point| point.lat.to_string()),
        long: point.map(|point| point.long.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> Post {
        Post {
            service_code: "0103".into(),
            description: "小区门禁坏了一周".into(),
            lat: "29.83901".into(),
            long: "115.2113".into(),
            last_name: "张".into(),
            first_name: "三".into(),
            phone: "13800000000".into(),
            address_string: "阳光小区3栋2单元".into(),
            ..Post::default()
        }
    }

    #[test]
    fn services_are_the_categories_but_for_emergencies() {
        let all = services(Categories::shipped());
        assert_eq!(all.len(), 52);
        assert_eq!(find_service(Categories::shipped(), "0103").unwrap().service_name, "物业服务");
        assert_eq!(find_service(Categories::shipped(), "0909"), None, "what is happening now is no service");
        assert_eq!(attributes()[0].values.len(), 6);
    }

    #[test]
    fn a_post_becomes_an_intake_and_sealed_data() {
        let (act, private) = take(Categories::shipped(), &post(), Vec::new()).unwrap();
        let Act::Take(intake) = act else { panic!("{act:?}") };
        assert_eq!((intake.kind, intake.channel, intake.public), (Kind::Help, Channel::Open311, false));
        assert_eq!(intake.place.point.map(|point| point.lat), Some(Micro(29_839_010)));
        assert_eq!(private["caller_name"], "张三");
        assert_eq!(private["caller_address"], "阳光小区3栋2单元", "a written address may name a door");
        let attribute =
            [("kind".to_owned(), "complaint".to_owned()), ("public".to_owned(), "yes".to_owned())];
        let (act, _) =
            take(Categories::shipped(), &Post { attribute: attribute.into(), ..post() }, Vec::new()).unwrap();
        let Act::Take(intake) = act else { panic!("{act:?}") };
        assert!(intake.kind == Kind::Complaint && intake.public);
    }

    #[test]
    fn a_bad_post_is_told_which_field() {
        let bad = |change: fn(&mut Post)| {
            let mut post = post();
            change(&mut post);
            take(Categories::shipped(), &post, Vec::new()).unwrap_err()
        };
        assert_eq!(bad(|post| post.service_code.clear()), BadPost::NoService);
        assert_eq!(bad(|post| post.service_code = "9999".into()).code(), 404);
        assert_eq!(bad(|post| post.service_code = "0909".into()).code(), 404);
        assert_eq!(bad(|post| post.description = " \n".into()), BadPost::NoDescription);
        assert_eq!(bad(|post| post.lat = "north".into()), BadPost::NotACoordinate("lat"));
        assert_eq!(bad(|post| post.long.clear()), BadPost::NotACoordinate("long"));
        assert_eq!(bad(|post| post.lat = "95".into()), BadPost::NotACoordinate("lat"));
        let nowhere = |post: &mut Post| {
            post.lat.clear();
            post.long.clear();
            post.address_string.clear();
        };
        assert_eq!(bad(nowhere), BadPost::NoPlace);
        assert_eq!(bad(|post| post.media_url = "file:///etc/passwd".into()), BadPost::Media);
        assert_eq!(bad(|post| post.media_url = format!("https://e.cn/{}", "x".repeat(200))), BadPost::Media);
        let attribute = |post: &mut Post| {
            post.attribute.insert("kind".into(), "x".into());
        };
        assert_eq!(bad(attribute), BadPost::Attribute("kind"));
    }
}
