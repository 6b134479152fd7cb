//! 输出。 A project's facts as releases: one at each step the law makes public, each telling all that is public by then.
//! Bidders and their number stay out until the opening (招标投标法 22); who sat on the committee stays out altogether.
//!
//! Since a release repeats what earlier ones said and takes nothing back, the compiled release is the last of them under
//! its own id: the same that merging by the rules of the standard gives. A new round is a new process with its own ocid.

use fadu_kernel::{Matter, MatterId, OrgId, PersonId, Role, Stamp};
use fadu_trading::project::file::Scoring;
use fadu_trading::project::{BidRow, Fact, Method, Project};
use fadu_trading::regime::Kind;
use fadu_trading::time::{civil_time, instant_ms};
use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

/// Where the bid extension that we write by is described.
pub const BID_EXTENSION: &str =
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json";

/// Whether it may be a publisher's prefix: letters, digits and hyphens.
pub fn is_prefix(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// 发布者。
#[derive(Clone, Debug)]
pub struct Export {
    /// The prefix that the standard's registry gave to the publisher: `ocds-213czf`.
    pub prefix: String,
    pub publisher: String,
    /// Where the packages can be fetched.
    pub base_url: String,
    /// Address of the bid extension's `extension.json`.
    pub bid_extension: String,
}

/// One project's facts in their order, each with its instant.
pub struct Package<'f> {
    pub id: MatterId,
    pub facts: &'f [(i64, Fact)],
}

impl Export {
    /// Every release of a project, in order.
    pub fn releases(&self, package: &Package) -> Vec<Value> {
        let mut telling = Telling {
            export: self,
            id: package.id,
            project: Project::default(),
            announced: 0,
            rest: Map::new(),
            payments: Vec::new(),
            changes: Vec::new(),
        };
        let mut releases = Vec::new();
        for (n, (ms, fact)) in package.facts.iter().enumerate() {
            // What a new round begins anew is told under the old ocid before it is gone.
            let ended = matches!(fact, Fact::Retendered { .. })
                .then(|| telling.release("tenderUpdate", n, *ms, Some("unsuccessful")));
            releases.extend(ended.flatten());
            telling.hear(fact, *ms);
            let status = matches!(fact, Fact::Terminated { .. }).then_some("cancelled");
            releases.extend(tag(fact).and_then(|tag| telling.release(tag, n, *ms, status)));
        }
        releases
    }
}

/// The step of a fact that the law makes public; others are told with the next.
fn tag(fact: &Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::Announced { .. } => "tender",
        Fact::Clarified { of_prequalification: false, .. } | Fact::Postponed { .. } => "tenderAmendment",
        Fact::OpeningClosed { .. } => "tenderUpdate",
        Fact::Terminated { .. } => "tenderCancellation",
        Fact::CandidatesPublished { .. } => "award",
        Fact::Awarded { .. } => "awardUpdate",
        Fact::ContractSigned { .. } => "contract",
        Fact::ContractChanged { .. } => "contractAmendment",
        Fact::Paid { .. } => "implementation",
        Fact::WorkAccepted { .. } => "implementationUpdate",
        _ => return None,
    })
}

/// 编译发布: for each process its last release, under the id that merging gives it.
pub fn compiled(releases: &[Value]) -> Vec<Value> {
    let mut last: Vec<Value> = Vec::new();
    for release in releases {
        match last.iter_mut().find(|known| known["ocid"] == release["ocid"]) {
            Some(known) => known.clone_from(release),
            None => last.push(release.clone()),
        }
    }
    for release in &mut last {
        let text = |name: &str| release[name].as_str().unwrap_or_default().to_owned();
        release["id"] = json!(format!("{}-{}", text("ocid"), text("date")));
        release["tag"] = json!(["compiled"]);
    }
    last
}

/// 发布包。
pub fn package(export: &Export, releases: Vec<Value>, published_ms: i64) -> Value {
    let mut package = head(export, "releases", published_ms);
    package["releases"] = Value::Array(releases);
    package
}

/// 记录包: each process with its releases and its compiled release.
pub fn records(export: &Export, releases: Vec<Value>, published_ms: i64) -> Value {
    let mut package = head(export, "records", published_ms);
    let records = compiled(&releases).into_iter().map(|compiled| {
        let own: Vec<&Value> =
            releases.iter().filter(|release| release["ocid"] == compiled["ocid"]).collect();
        json!({"ocid": compiled["ocid"], "releases": own, "compiledRelease": compiled})
    });
    package["records"] = records.collect();
    package
}

fn head(export: &Export, name: &str, published_ms: i64) -> Value {
    json!({
        "uri": format!("{}/ocds/{name}.json", export.base_url.trim_end_matches('/')),
        "version": "1.1",
        "extensions": [export.bid_extension],
        "publishedDate": time(published_ms),
        "publisher": {"name": export.publisher},
    })
}

struct Telling<'e> {
    export: &'e Export,
    id: MatterId,
    project: Project,
    announced: i64,
    /// What has been told of the process so far.
    rest: Map<String, Value>,
    payments: Vec<Value>,
    changes: Vec<Value>,
}

impl Telling<'_> {
    fn hear(&mut self, fact: &Fact, ms: i64) {
        // Who acted is not told, so it need not be known.
        let day = civil_time(ms).map(DateTime::date).unwrap_or_default();
        let stamp = Stamp { day, ms, person: PersonId::new(""), role: Role::Officer, org: OrgId::new("") };
        self.project.evolve(fact, &stamp);
        match fact {
            Fact::Announced { .. } => self.announced = ms,
            Fact::Retendered { .. } => self.rest.clear(),
            Fact::Paid { amount_fen, .. } => {
                let payment = json!({
                    "id": (self.payments.len() + 1).to_string(), "date": time(ms), "value": money(*amount_fen),
                });
                self.payments.push(payment);
            }
            Fact::ContractChanged { reason, .. } => {
                let change = json!({"id": (self.changes.len() + 1).to_string(), "date": time(ms), "rationale": reason});
                self.changes.push(change);
            }
            _ => {}
        }
    }

    /// `None` before the announcement: nothing of it is public.
    fn release(&mut self, tag: &str, n: usize, ms: i64, status: Option<&str>) -> Option<Value> {
        let project = &self.project;
        project.tender.announced?;
        let ocid = self.ocid(project.round);
        let opened = project.tender.opened.is_some();
        let mut release = Map::new();
        let mut tell = |name: &str, value: Value| drop(release.insert(name.to_owned(), value));
        tell("ocid", json!(ocid));
        tell("id", json!(format!("{ocid}-{}", n + 1)));
        tell("date", json!(time(ms)));
        tell("tag", json!([tag]));
        tell("initiationType", json!("tender"));
        tell("language", json!("zh"));
        tell("parties", self.parties(opened));
        tell("buyer", org(project.tenderer.as_str(), project.tenderer.as_str()));
        tell("tender", self.tender(status, opened));
        if project.round > 1 {
            tell(
                "relatedProcesses",
                json!([{
                    "id": "1", "relationship": ["unsuccessfulProcess"], "scheme": "ocid", "identifier": self.ocid(project.round - 1),
                }]),
            );
        }
        if opened && !project.tender.bids.is_empty() {
            let details: Vec<Value> = project.tender.bids.iter().map(|row| bid(row, project)).collect();
            tell("bids", json!({"details": details}));
        }
        let awards = self.awards();
        if !awards.is_empty() {
            tell("awards", awards.into());
        }
        if let Some(contract) = self.contract(&ocid) {
            tell("contracts", json!([contract]));
        }
        // What was told once stays told.
        self.rest.extend(release);
        Some(Value::Object(self.rest.clone()))
    }

    fn ocid(&self, round: u16) -> String {
        let round = if round > 1 { format!("-{round}") } else { String::new() };
        format!("{}-{}{round}", self.export.prefix, self.id)
    }

    /// In the order in which they became known, so that merging keeps it.
    fn parties(&self, opened: bool) -> Value {
        let project = &self.project;
        let owner = project.tenderer.as_str();
        let pays = if self.payments.is_empty() {
            json!(["buyer", "procuringEntity"])
        } else {
            json!(["buyer", "payer", "procuringEntity"])
        };
        let mut parties = vec![json!({"id": owner, "name": owner, "roles": pays})];
        let winner = project.award.as_ref().map(|award| award.bid);
        let candidates = if project.tender.publicity.is_some() { project.candidates() } else { &[] };
        let mut named: Vec<&str> = Vec::new();
        for row in project.tender.bids.iter().filter(|_| opened) {
            let Some((reading, _)) = &row.read else { continue };
            if named.contains(&reading.code.as_str()) {
                continue;
            }
            named.push(&reading.code);
            let mut roles = vec!["tenderer"];
            if winner == Some(row.bid) || candidates.iter().any(|candidate| candidate.bid == row.bid) {
                roles.insert(0, "supplier");
            }
            if winner == Some(row.bid) && !self.payments.is_empty() {
                roles.insert(0, "payee");
            }
            parties.push(json!({
                "id": reading.code, "name": reading.bidder, "roles": roles,
                "identifier": {"scheme": "CN-USCC", "id": reading.code, "legalName": reading.bidder},
            }));
        }
        parties.into()
    }

    fn tender(&self, status: Option<&str>, opened: bool) -> Value {
        let (project, registration) = (&self.project, &self.project.registration);
        let usual = if project.award.is_some() { "complete" } else { "active" };
        let mut tender = json!({
            "id": format!("{}-{}", project.number, project.round),
            "title": registration.title,
            "status": status.unwrap_or(usual),
            "procuringEntity": org(project.tenderer.as_str(), project.tenderer.as_str()),
            "value": money(registration.estimate_fen),
            "mainProcurementCategory": category(registration.kind),
            "submissionMethod": ["electronicSubmission"],
        });
        let mut period = json!({"startDate": time(self.announced)});
        if let Some(deadline) = project.tender.deadline {
            period["endDate"] = json!(time(instant_ms(deadline)));
        }
        tender["tenderPeriod"] = period;
        let (method, details) = match &project.method {
            Some(Method::Invited { .. }) => ("selective", "邀请招标"),
            Some(Method::NotTendered { .. }) => ("limited", "不招标"),
            Some(Method::Open) | None => ("open", "公开招标"),
        };
        tender["procurementMethod"] = json!(method);
        tender["procurementMethodDetails"] = json!(details);
        if let Some(file) = &project.tender.file {
            let criteria = match file.scoring {
                Scoring::LowestPrice => "priceOnly",
                Scoring::Points => "ratedCriteria",
            };
            tender["awardCriteria"] = json!(criteria);
        }
        let read = project.tender.bids.iter().filter_map(|row| row.read.as_ref());
        let mut tenderers: Vec<Value> = Vec::new();
        for (reading, _) in read.filter(|_| opened) {
            let tenderer = org(&reading.code, &reading.bidder);
            if !tenderers.contains(&tenderer) {
                tenderers.push(tenderer);
            }
        }
        if !tenderers.is_empty() {
            tender["numberOfTenderers"] = json!(tenderers.len());
            tender["tenderers"] = tenderers.into();
        }
        tender
    }

    /// 中标候选人 while they are published, then who of them won. The id of an award is that of its bid.
    fn awards(&self) -> Vec<Value> {
        let project = &self.project;
        if project.tender.publicity.is_none() {
            return Vec::new();
        }
        let award = |candidate: &fadu_trading::project::Candidate| {
            let row = project.bid(candidate.bid)?;
            let (reading, _) = row.read.as_ref()?;
            let won = project.award.as_ref().filter(|award| award.bid == candidate.bid);
            let status = match (&project.award, won) {
                (None, _) => "pending",
                (Some(_), Some(_)) => "active",
                (Some(_), None) => "unsuccessful",
            };
            let mut award = json!({
                "id": candidate.bid.to_string(), "status": status, "value": money(candidate.price_fen),
                "suppliers": [org(&reading.code, &reading.bidder)],
            });
            if let Some(won) = won {
                award["date"] = json!(time(instant_ms(won.on.at(0, 0, 0, 0))));
            }
            Some(award)
        };
        project.candidates().iter().filter_map(award).collect()
    }

    fn contract(&self, ocid: &str) -> Option<Value> {
        let signed = self.project.contract.as_ref()?;
        let award = self.project.award.as_ref()?;
        let mut contract = json!({
            "id": format!("{ocid}-1"),
            "awardID": award.bid.to_string(),
            "status": if signed.accepted == Some(true) { "terminated" } else { "active" },
            "value": money(signed.contract.price_fen.saturating_add(signed.changes_fen)),
            "dateSigned": time(instant_ms(signed.on.at(0, 0, 0, 0))),
        });
        if !self.changes.is_empty() {
            contract["amendments"] = self.changes.clone().into();
        }
        if !self.payments.is_empty() {
            contract["implementation"] = json!({"transactions": self.payments});
        }
        Some(contract)
    }
}

fn bid(row: &BidRow, project: &Project) -> Value {
    let status = match row {
        BidRow { void: Some(_), .. }
        | BidRow { rejected: Some(_), .. }
        | BidRow { unreadable: Some(_), .. } => "disqualified",
        BidRow { .. } if project.tender.report.is_some() => "valid",
        BidRow { .. } => "pending",
    };
    let mut bid = json!({"id": row.bid.to_string(), "date": time(row.received_ms), "status": status});
    if let Some((reading, price)) = &row.read {
        bid["tenderers"] = json!([org(&reading.code, &reading.bidder)]);
        bid["value"] = money(*price);
    }
    bid
}

fn org(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name})
}

/// Yuan, with two decimals only where they are needed.
fn money(fen: i64) -> Value {
    let amount = if fen % 100 == 0 { json!(fen / 100) } else { json!(fen as f64 / 100.0) };
    json!({"amount": amount, "currency": "CNY"})
}

fn category(kind: Kind) -> &'static str {
    match kind {
        Kind::Works => "works",
        Kind::WorksGoods => "goods",
        Kind::WorksServices
        | Kind::Procurement
        | Kind::Land
        | Kind::Minerals
        | Kind::StateAssets
        | Kind::Rural => "services",
    }
}

/// `2025-03-03T09:00:00+08:00`
fn time(ms: i64) -> String {
    civil_time(ms).map_or_else(String::new, |at| {
        let seconds = at.round(jiff::Unit::Second).unwrap_or(at);
        format!("{}+08:00", seconds.strftime("%Y-%m-%dT%H:%M:%S"))
    })
}

#[cfg(test)]
mod tests;
