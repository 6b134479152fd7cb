//! 项目办理。 A tenderer's own page: what is asked and objected to, and from the evaluation to the archive what the committee
//! reported, whom the publicity names, who is awarded and why, whom the notice goes to, the contract and its performance. Only the acts that fit the
//! step stand here, asked for in words; a paper is handed in as a file, and the fact holds its digest.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::{Incoming, Sent, filled};
use crate::trading_pages::{candidate_row, kept, status_tag, yuan};
use crate::view::{Field, act_form, due_badge, fact, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::{Call, Problem};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Calendar, Fen, Invalid, Limit, Matter, MatterId};
use fadu_trading::Project;
use fadu_trading::draw::sha256;
use fadu_trading::project::{
    Act, BondsTo, ChoiceMethod, Contract, Fact, Meeting, Objection, SkipGround, Stage, Vote,
};
use fadu_trading::regime::Regime;
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/tenders", get(list))
        .route("/desk/tenders/{id}", get(page))
        .route("/desk/tenders/{id}/acts/{act}", post(do_act))
        .route("/desk/tenders/{id}/papers/{digest}", get(paper))
}

const LIST: &str = "/desk/tenders";
/// Rows that the form of a meeting offers; as many are filled as members voted.
const MOST_MEMBERS: usize = 9;
const LEAST_MEMBERS: usize = 3;

/// The acts of this page, in the order of a tender.
const ACTS: [&str; 17] = [
    "Clarify",
    "AnswerObjection",
    "Reevaluate",
    "PublishCandidates",
    "ReportClearing",
    "Choose",
    "Award",
    "SendNotice",
    "ReportToSupervisor",
    "SignContract",
    "FileContract",
    "PublishContract",
    "ReturnBonds",
    "ChangeContract",
    "Pay",
    "AcceptWork",
    "Archive",
];

/// 不由前一名中标的情形 (实施条例 55).
const GROUNDS: [(&str, Option<SkipGround>, &str); 5] = [
    ("none", None, "没有：由排名第一的候选人，或者定标委员会所定的候选人中标"),
    ("gave_up", Some(SkipGround::GaveUp), "前一名放弃中标"),
    ("force_majeure", Some(SkipGround::ForceMajeure), "前一名因不可抗力不能履行合同"),
    ("no_bond", Some(SkipGround::NoPerformanceBond), "前一名不按要求提交履约保证金"),
    ("unlawful", Some(SkipGround::Unlawful), "前一名被查实存在影响中标结果的违法行为"),
];

const BONDS: [(&str, BondsTo, &str); 3] = [
    ("losers", BondsTo::Losers, "未中标的投标人；终止招标的，全部投标人"),
    ("winner", BondsTo::Winner, "中标人"),
    ("earlier", BondsTo::Earlier, "重新招标以前各次的全部投标人"),
];

type Form = HashMap<String, String>;
/// The act whose form came back, its answers, and what is wrong with them.
type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);

/// Where an act of a project is done, for the acts that have their place here.
pub fn href_of_act(act: &str, id: MatterId) -> Option<String> {
    ACTS.contains(&act).then(|| format!("{LIST}/{id}#act-{act}"))
}

/// Tenderer and supervisor; to every other body there is nothing at these addresses.
fn concerned(project: &Project, actor: &Actor) -> bool {
    project.tenderer == actor.org || project.registration.supervisor == actor.org
}

fn project_of(visit: &Visit, id: &str) -> Result<(Actor, MatterId, Project), Fail> {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    match found.filter(|(_, project)| concerned(project, &actor)) {
        Some((id, project)) => Ok((actor, id, project.clone())),
        None => Err(Fail::NotFound(visit.clone())),
    }
}

async fn list(visit: Visit) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let (today, calendar) = (app.moment().today, app.calendar());
    let mut found: Vec<(MatterId, &Project)> = catalogue
        .all::<Project>()
        .filter(|(_, project)| concerned(project, &actor))
        .collect();
    found.sort_by_key(|(id, project)| (std::cmp::Reverse(project.registered), *id));
    let row = |(id, project): &(MatterId, &Project)| {
        let due = project.docket(&calendar).due.map(|due| due.to_string());
        context! {
            title => project.registration.title.clone(), href => format!("{LIST}/{id}"), number => project.number.clone(),
            tenderer => project.tenderer.to_string(), status => status_tag(project), clock => due_badge(due.as_deref(), None, today, &calendar),
        }
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    Ok(visit.page("desk/tenders.html", "项目办理", context! { rows => rows }))
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (actor, id, project) = project_of(visit, id)?;
    let app = &visit.web.app;
    let (today, calendar) = (app.moment().today, app.calendar());
    let happened = app
        .project_facts(id)
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "项目办理", LIST))?;
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let acts = forms(visit, &actor, id, &project, failed);
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(act, _, wrong)| {
            wrong.iter().map(move |one| {
                context! { id => format!("{act}-{}", one.field), text => one.message.clone() }
            })
        })
        .collect();
    let questions = questions(visit, &happened).await?;
    let objections = objections(visit, &project, &happened).await?;
    let due = project.docket(&calendar).due.map(|due| due.to_string());
    let candidates: Vec<Value> = project.candidates().iter().map(candidate_row).collect();
    let papers: Vec<Value> = papers(&happened)
        .into_iter()
        .map(|(zh, digest, ms)| {
            let href = format!("{LIST}/{id}/papers/{digest}");
            context! { name => zh, on => clock_text(ms), digest => digest, href => href }
        })
        .collect();
    let page = visit.page("desk/tender.html", &project.registration.title, context! {
        crumbs => vec![link("项目办理", LIST)], errors => errors, number => project.number.clone(), status => status_tag(&project),
        clock => due_badge(due.as_deref(), None, today, &calendar), notes => notes(&project), facts => facts(id, &project, &calendar),
        report => report(id, &project, &happened), candidates => candidates, questions => questions, objections => objections,
        separated => project.separation.is_some(), meeting => meeting(&project), told => told(&project), contract => contract(&project),
        papers => papers,
        notices => crate::oversight_notices::links(id, &entries), all_href => format!("/desk/matters/projects/{id}"), acts => acts,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// The acts that fit the step and that this post may do; what the step waits for stands open.
fn forms(
    visit: &Visit,
    actor: &Actor,
    id: MatterId,
    project: &Project,
    failed: Option<Failed<'_>>,
) -> Vec<Value> {
    let app = &visit.web.app;
    let (today, parties) = (app.moment().today, project.parties());
    let own = project.tenderer == actor.org;
    let open = |&act: &&'static str| own && fits(project, act) && app.may::<Project>(actor, act, &parties);
    let form = |act: &'static str| {
        let kind = Project::acts().iter().find(|kind| kind.name == act)?;
        let plain = fields(project, act, today);
        let fields = match failed.filter(|(failed, _, _)| *failed == act) {
            Some((_, answers, wrong)) => filled(plain, answers, wrong),
            None => plain,
        };
        let url = format!("{LIST}/{id}/acts/{act}");
        Some(act_form(kind, &url, fields, waited_for(project, act), false))
    };
    ACTS.into_iter().filter(open).filter_map(form).collect()
}

fn fits(project: &Project, act: &str) -> bool {
    let tender = &project.tender;
    let (reported, awarded) = (tender.report.is_some(), project.award.as_ref());
    let noticed = awarded.is_some_and(|award| award.notice.is_some());
    let (contract, purchase) = (project.contract.as_ref(), project.regime() == Regime::Procurement);
    let over = project.terminated.is_some() || project.archived.is_some();
    match act {
        "ReturnBonds" => noticed || project.terminated.is_some() || !project.rounds_over.is_empty(),
        _ if over => false,
        "Clarify" => project.takes_bids(),
        "AnswerObjection" => project.objections.iter().any(Objection::is_open),
        "Reevaluate" => project.unredressed(false).is_some() && tender.opened.is_some() && contract.is_none(),
        "PublishCandidates" => reported && tender.publicity.is_none() && awarded.is_none() && !purchase,
        "ReportClearing" => reported && project.separation.is_some() && tender.clearing.is_none(),
        "Choose" => tender.clearing.is_some() && tender.meeting.is_none() && awarded.is_none(),
        "Award" => reported && contract.is_none(),
        "SendNotice" => awarded.is_some() && !noticed,
        "ReportToSupervisor" => awarded.is_some_and(|award| award.reported.is_none()),
        "SignContract" => noticed && contract.is_none(),
        "FileContract" => purchase && contract.is_some_and(|contract| !contract.filed),
        "PublishContract" => purchase && contract.is_some_and(|contract| !contract.published),
        "ChangeContract" | "Pay" => contract.is_some(),
        "AcceptWork" => contract.is_some_and(|contract| contract.accepted != Some(true)),
        "Archive" => contract.is_some_and(|contract| contract.accepted == Some(true)),
        _ => false,
    }
}

/// What comes next; the others of the page may be done, and nothing waits for them.
fn waited_for(project: &Project, act: &str) -> bool {
    match act {
        "AnswerObjection" | "PublishCandidates" | "ReportClearing" | "Choose" | "SendNotice"
        | "SignContract" | "Archive" => true,
        "Award" => {
            project.award.is_none() && (project.separation.is_none() || project.tender.meeting.is_some())
        }
        _ => false,
    }
}

fn has_prequalification(project: &Project) -> bool {
    project.tender.file.as_ref().is_some_and(|file| file.prequalification.is_some())
}

fn file_field(label: &str) -> Field {
    Field::text("file", label, true)
        .kind("file")
        .hint("PDF、JPG 或者 PNG，不超过10 MB；台账记下它的摘要")
}

fn choice(id: &str, label: &str, options: &[(&str, &str)]) -> Field {
    let options = options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
    Field::text(id, label, true).kind("choice").options(options)
}

fn yes_no(id: &str, label: &str) -> Field {
    choice(id, label, &[("yes", "是"), ("no", "否")])
}

fn candidate_choice(project: &Project, id: &str, label: &str) -> Field {
    let options = project.candidates().iter().map(|one| (one.bid.to_string(), one.bidder.clone()));
    Field::text(id, label, true).kind("choice").options(options)
}

fn fields(project: &Project, act: &str, today: Date) -> Vec<Field> {
    match act {
        "Clarify" => {
            let mut fields = vec![
                yes_no("affects", "是否可能影响投标文件编制")
                    .hint("可能影响的，离截止不足十五日时，截止时间自动顺延"),
            ];
            if has_prequalification(project) {
                fields.push(yes_no("first", "是否只针对资格预审文件"));
            }
            fields.push(
                file_field("澄清、修改文件").hint("发出后向所有人公开；PDF、JPG 或者 PNG，不超过10 MB"),
            );
            fields
        }
        "AnswerObjection" => {
            let open = project.objections.iter().filter(|one| one.is_open());
            let options = open.map(|one| (one.n.to_string(), format!("第{}号，{}提出", one.n, one.on)));
            vec![
                Field::text("n", "答复哪一号异议（质疑）", true).kind("choice").options(options),
                yes_no("upheld", "异议是否成立"),
                file_field("答复文书"),
            ]
        }
        "Reevaluate" => vec![Field::text("reason", "重新评标的理由", true).kind("long_text")],
        "PublishCandidates" => vec![
            Field::text("until", "公示到哪一天", true)
                .kind("date")
                .hint("公示期不得少于三日，从明日起算")
                .value(&offset(today, 3).to_string()),
        ],
        "ReportClearing" => vec![file_field("清标报告")],
        "Choose" => meeting_fields(project),
        "Award" => {
            let grounds = GROUNDS.map(|(value, _, zh)| (value, zh));
            vec![
                candidate_choice(project, "bid", "中标人"),
                choice("ground", "前一名不能中标的情形", &grounds).value("none"),
                Field::text("reason", "理由", false)
                    .kind("long_text")
                    .hint("有前一名不能中标的情形的，写明事实和证据"),
            ]
        }
        "ReportToSupervisor" => vec![file_field("招标投标情况的书面报告")],
        "SignContract" => vec![
            Field::text("bond", "履约保证金（元）", true)
                .kind("number")
                .hint("不得超过合同价的百分之十；没有的填0"),
            Field::text("differences", "与招标文件、投标文件不一致的条款", false)
                .kind("long_text")
                .hint("一行一条；没有的不填"),
            yes_no("transfers", "是否转让，或者分包主体、关键性工作"),
            file_field("合同文本"),
        ],
        "FileContract" => vec![file_field("备案的合同副本")],
        "PublishContract" => vec![file_field("合同公告")],
        "ReturnBonds" => {
            let to = BONDS.map(|(value, _, zh)| (value, zh));
            vec![choice("to", "退还给谁", &to), yes_no("interest", "是否连同银行同期存款利息")]
        }
        "ChangeContract" => vec![
            Field::text("amount", "增加的金额（元）", true)
                .kind("number")
                .hint("减少的写负数"),
            Field::text("reason", "变更的理由", true).kind("long_text"),
            file_field("补充协议"),
        ],
        "Pay" => vec![
            Field::text("amount", "付款金额（元）", true).kind("number"),
            Field::text("voucher", "付款凭证号", true),
        ],
        "AcceptWork" => vec![yes_no("passed", "验收是否合格"), file_field("验收书")],
        "Archive" => vec![
            Field::text("keep_until", "保存到哪一天", true)
                .kind("date")
                .hint("政府采购文件从采购结束之日起至少保存十五年"),
            file_field("归档目录"),
        ],
        _ => Vec::new(),
    }
}

/// One row for each member: seat, whom it votes for, why.
fn meeting_fields(project: &Project) -> Vec<Field> {
    let mut fields = Vec::new();
    for n in 0..MOST_MEMBERS {
        let required = n < LEAST_MEMBERS;
        let place = n + 1;
        fields.push(Field::text(&format!("seat-{n}"), &format!("第{place}名成员：席位"), required));
        let vote = candidate_choice(project, &format!("vote-{n}"), &format!("第{place}名成员：投给"));
        fields.push(Field { required, ..vote });
        fields.push(Field::text(&format!("reason-{n}"), &format!("第{place}名成员：理由"), required));
    }
    let method = project.separation.as_ref().map_or("", |one| method_zh(one.method));
    fields.push(
        candidate_choice(project, "chosen", "定标结果").hint(format!("招标文件载明的定标方法：{method}")),
    );
    fields.push(Field::text("reasons", "定标的书面理由", true).kind("long_text"));
    fields.push(Field::text("supervision", "监督小组的记录", true).kind("long_text"));
    fields.push(file_field("会议记录"));
    fields
}

fn method_zh(method: ChoiceMethod) -> &'static str {
    match method {
        ChoiceMethod::Ballot => "票决",
        ChoiceMethod::BallotThenLot => "票决抽签",
        ChoiceMethod::Price => "价格竞争",
        ChoiceMethod::Discussion => "集体议事",
    }
}

/// What a form says, read field by field; everything that is wrong with it is said at once.
struct Answers<'a> {
    form: &'a Form,
    /// Digest of the file that came with it.
    paper: Option<String>,
    wrong: Vec<Invalid>,
}

impl Answers<'_> {
    fn text(&self, id: &str) -> String {
        self.form.get(id).map_or("", |text| text.trim()).to_owned()
    }

    fn wrong<T>(&mut self, id: &str, message: &str) -> Option<T> {
        self.wrong.push(Invalid::new(id, message));
        None
    }

    fn written(&mut self, id: &str, message: &str) -> Option<String> {
        let text = self.text(id);
        if text.is_empty() { self.wrong(id, message) } else { Some(text) }
    }

    fn date(&mut self, id: &str) -> Option<Date> {
        match self.text(id).parse() {
            Ok(day) => Some(day),
            Err(_) => self.wrong(id, "请填写像 2025-03-03 这样的日期"),
        }
    }

    fn fen(&mut self, id: &str) -> Option<i64> {
        match Fen::parse(&self.text(id)) {
            Some(fen) => Some(fen.0),
            None => self.wrong(id, "请填写金额，单位元，如 1,234,567.80"),
        }
    }

    fn yes(&mut self, id: &str) -> Option<bool> {
        match self.text(id).as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => self.wrong(id, "请选择是或者否"),
        }
    }

    fn bid(&mut self, id: &str) -> Option<MatterId> {
        match self.text(id).parse() {
            Ok(bid) => Some(bid),
            Err(_) => self.wrong(id, "请选择候选人"),
        }
    }

    fn paper(&mut self) -> Option<String> {
        match self.paper.clone() {
            Some(digest) => Some(digest),
            None => self.wrong("file", "请选择文件"),
        }
    }

    /// 定标会议: the rows in which anything was filled in.
    fn meeting(&mut self, project: &Project) -> Option<Meeting> {
        let mut votes = Vec::new();
        for n in 0..MOST_MEMBERS {
            let of = |what: &str| format!("{what}-{n}");
            let blank = ["seat", "vote", "reason"].iter().all(|what| self.text(&of(what)).is_empty());
            if blank && n >= LEAST_MEMBERS {
                continue;
            }
            let seat = self.written(&of("seat"), "请填写成员的席位");
            let bid = self.bid(&of("vote"));
            let reason = self.written(&of("reason"), "请填写投票的理由");
            if let (Some(seat), Some(bid), Some(reason)) = (seat, bid, reason) {
                votes.push(Vote { seat, bid, reason });
            }
        }
        let chosen = self.bid("chosen");
        let reasons = self.written("reasons", "请填写定标的书面理由");
        let supervision = self.written("supervision", "请填写监督小组的记录");
        let digest = self.paper();
        Some(Meeting {
            members: votes.iter().map(|vote| vote.seat.clone()).collect(),
            method: project.separation.as_ref()?.method,
            votes,
            chosen: chosen?,
            reasons: reasons?,
            supervision: supervision?,
            digest: digest?,
        })
    }

    /// The act; `None` where something is wrong with the form.
    fn act(&mut self, name: &str, project: &Project) -> Option<Act> {
        let act = match name {
            "Clarify" => {
                let affects = self.yes("affects");
                let first = if has_prequalification(project) { self.yes("first") } else { Some(false) };
                let digest = self.paper();
                Act::Clarify { digest: digest?, affects_bids: affects?, of_prequalification: first? }
            }
            "AnswerObjection" => {
                let n: Option<u32> = self.text("n").parse().ok();
                let n = if n.is_none() { self.wrong("n", "请选择答复哪一号异议") } else { n };
                let (upheld, digest) = (self.yes("upheld"), self.paper());
                Act::AnswerObjection { n: n?, upheld: upheld?, digest: digest? }
            }
            "Reevaluate" => Act::Reevaluate { reason: self.written("reason", "请写明理由")? },
            "PublishCandidates" => Act::PublishCandidates { until: self.date("until")? },
            "ReportClearing" => Act::ReportClearing { digest: self.paper()? },
            "Choose" => Act::Choose { meeting: Box::new(self.meeting(project)?) },
            "Award" => {
                let chosen = self.text("ground");
                let ground = GROUNDS.iter().find(|(value, ..)| *value == chosen).and_then(|(_, one, _)| *one);
                Act::Award { bid: self.bid("bid")?, ground, reason: self.text("reason") }
            }
            "SendNotice" => Act::SendNotice { told: others(project).map(|(bid, _)| bid).collect() },
            "ReportToSupervisor" => Act::ReportToSupervisor { digest: self.paper()? },
            "SignContract" => {
                let (bond, transfers, digest) = (self.fen("bond"), self.yes("transfers"), self.paper());
                let differences = self.text("differences");
                let lines = differences.lines().map(str::trim).filter(|line| !line.is_empty());
                Act::SignContract {
                    contract: Box::new(Contract {
                        price_fen: project.award.as_ref().map_or(0, |award| award.price_fen),
                        digest: digest?,
                        performance_bond_fen: bond?,
                        differences: lines.map(str::to_owned).collect(),
                        transfers_main_part: transfers?,
                    }),
                }
            }
            "FileContract" => Act::FileContract { digest: self.paper()? },
            "PublishContract" => Act::PublishContract { digest: self.paper()? },
            "ReturnBonds" => {
                let chosen = self.text("to");
                let to = BONDS.iter().find(|(value, ..)| *value == chosen).map(|(_, to, _)| *to);
                let to = if to.is_none() { self.wrong("to", "请选择退还给谁") } else { to };
                let with_interest = self.yes("interest");
                Act::ReturnBonds { to: to?, with_interest: with_interest? }
            }
            "ChangeContract" => {
                let (amount, reason) = (self.fen("amount"), self.written("reason", "请写明变更的理由"));
                let digest = self.paper();
                Act::ChangeContract { amount_fen: amount?, reason: reason?, digest: digest? }
            }
            "Pay" => {
                let amount = self.fen("amount");
                let voucher = self.written("voucher", "请填写付款凭证号");
                Act::Pay { amount_fen: amount?, voucher: voucher? }
            }
            "AcceptWork" => {
                let (passed, digest) = (self.yes("passed"), self.paper());
                Act::AcceptWork { passed: passed?, digest: digest? }
            }
            "Archive" => {
                let (keep_until, index) = (self.date("keep_until"), self.paper());
                Act::Archive { index: index?, keep_until: keep_until? }
            }
            _ => return None,
        };
        self.wrong.is_empty().then_some(act)
    }
}

async fn do_act(visit: Visit, Path((id, name)): Path<(String, String)>, form: Incoming) -> Page {
    visit.staff()?;
    let Sent { answers, files, wrong, .. } = form.read(&visit).await?;
    let (actor, matter, project) = project_of(&visit, &id)?;
    visit.own_form(answers.get("csrf"))?;
    let known = Project::acts()
        .iter()
        .find(|kind| kind.name == name && ACTS.contains(&kind.name));
    let Some(kind) = known else { return Err(Fail::NotFound(visit)) };
    if !wrong.is_empty() {
        return show(&visit, &id, Some((&name, &answers, &wrong))).await;
    }
    let named = files.into_iter().map(|(_, name, bytes)| (name, bytes)).collect();
    let app = &visit.web.app;
    let kept = app.keep_evidence(named).await.map_err(|fault| Fail::fault(&visit, fault))?;
    let paper = kept.into_iter().next().map(|evidence| evidence.digest);
    let mut said = Answers { form: &answers, paper, wrong: Vec::new() };
    let Some(act) = said.act(&name, &project) else {
        return show(&visit, &id, Some((&name, &answers, &said.wrong))).await;
    };
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    let back = format!("{LIST}/{matter}");
    match app.act::<Project>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, Some((&name, &answers, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, kind.zh, &back)),
    }
}

/// A paper that the tenderer handed in, for the bodies of the tender.
async fn paper(visit: Visit, Path((id, digest)): Path<(String, String)>) -> Page {
    let (_, id, _) = project_of(&visit, &id)?;
    let app = &visit.web.app;
    let happened = app
        .project_facts(id)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "查看文件", LIST))?;
    if !papers(&happened).iter().any(|(_, known, _)| *known == digest) {
        return Err(Fail::NotFound(visit));
    }
    kept(&visit, &digest).await
}

/// What was handed in here: name, digest, moment.
fn papers(happened: &[(i64, Fact)]) -> Vec<(&'static str, String, i64)> {
    let of = |fact: &Fact| {
        let (zh, digest) = match fact {
            Fact::Clarified { digest, .. } => ("澄清、修改", digest),
            Fact::ObjectionAnswered { digest, .. } => ("异议（质疑）答复", digest),
            Fact::ClearingReported { digest } => ("清标报告", digest),
            Fact::Chosen { meeting } => ("定标会议记录", &meeting.digest),
            Fact::SupervisorTold { digest, .. } => ("招标投标情况报告", digest),
            Fact::ContractSigned { contract, .. } => ("合同文本", &contract.digest),
            Fact::ContractFiled { digest, .. } => ("合同副本", digest),
            Fact::ContractPublished { digest, .. } => ("合同公告", digest),
            Fact::ContractChanged { digest, .. } => ("补充协议", digest),
            Fact::WorkAccepted { digest, .. } => ("验收书", digest),
            Fact::Archived { index, .. } => ("归档目录", index),
            _ => return None,
        };
        Some((zh, digest.clone()))
    };
    let all = happened
        .iter()
        .filter_map(|(ms, fact)| of(fact).map(|(zh, digest)| (zh, digest, *ms)));
    all.collect()
}

/// Why the tender stands still.
fn notes(project: &Project) -> Vec<String> {
    let orders = project.suspensions().map(|order| format!("依{}暂停", order.document));
    let open = project.objections.iter().filter(|one| one.is_open());
    let waiting = open.map(|one| match one.due {
        Some(due) => format!("第{}号异议（质疑）应于{due}前答复", one.n),
        None => format!("第{}号异议（质疑）等待答复", one.n),
    });
    let upheld = project.unredressed(false);
    let upheld = upheld.map(|what| format!("{what}，还没有改正、重新评标或者重新招标"));
    orders.chain(waiting).chain(upheld).collect()
}

/// The dates of the tender, each with the last day that the law gives the next step.
fn facts(id: MatterId, project: &Project, calendar: &Calendar) -> Vec<Value> {
    let by = |days: u16, from: Date| {
        let last = Limit::days(days).end(from, calendar).ok();
        last.map_or_else(String::new, |last| format!("，最迟{last}"))
    };
    let tender = &project.tender;
    let mut facts = vec![
        fact("项目编码", id.to_string()),
        fact("招标人", project.tenderer.to_string()),
        fact("行政监督部门", project.registration.supervisor.to_string()),
        fact("类别", project.registration.kind.zh()),
    ];
    facts.extend(tender.opened.map(|on| fact("开标结束", on.to_string())));
    if let Some(report) = &tender.report {
        let publish = match (project.regime(), tender.publicity) {
            (Regime::Tendering, None) => format!("；公示{}", by(3, report.on)),
            _ => String::new(),
        };
        facts.push(fact("评标报告", format!("{}{publish}", report.on)));
    }
    facts.extend(tender.publicity.map(|(from, until)| fact("公示期", format!("{from}至{until}"))));
    if let Some(award) = &project.award {
        let told = match award.reported {
            Some(on) => format!("；{on}报告监督部门"),
            None => format!("；报告监督部门{}", by(15, award.on)),
        };
        facts.push(fact("确定中标人", format!("{}{told}", award.on)));
        let sign = |on: Date| match &project.contract {
            Some(_) => String::new(),
            None => format!("；签订合同{}", by(30, on)),
        };
        facts.extend(award.notice.map(|on| fact("中标通知书", format!("{on}{}", sign(on)))));
    }
    facts
}

/// 评标报告. Its words are shown where the digest that was signed is theirs.
fn report(id: MatterId, project: &Project, happened: &[(i64, Fact)]) -> Option<Value> {
    let report = project.tender.report.as_ref()?;
    let said = happened.iter().rev().find_map(|(_, fact)| match fact {
        Fact::EvaluationReported { digest, n_signed, silent, .. } => {
            Some((digest.clone(), *n_signed, silent.len()))
        }
        _ => None,
    });
    let (digest, n_signed, n_silent) = said.unwrap_or_default();
    let proposed = project.proposed().unwrap_or_default();
    let text = crate::trading_seat::report_text(id, project, &proposed);
    let seat = |leaf: &str| crate::trading_seat::seat_zh(project, leaf);
    let dissents: Vec<Value> = project
        .tender
        .dissents
        .iter()
        .map(|one| context! { seat => seat(&one.seat), reason => one.reason.clone() })
        .collect();
    Some(context! {
        on => report.on.to_string(), n_signed => n_signed, n_silent => n_silent, dissents => dissents,
        text => (sha256(&text) == digest).then_some(text), digest => digest,
    })
}

/// A text that was kept under its digest; of one that only its digest came of, that.
async fn text_of(visit: &Visit, digest: &str) -> Result<String, Fail> {
    let text = visit.web.app.kept_text(digest).await;
    text.map_err(|problem| Fail::from_problem(visit, problem, "项目办理", LIST))
}

/// 提问: what, and never who.
async fn questions(visit: &Visit, happened: &[(i64, Fact)]) -> Result<Vec<Value>, Fail> {
    let mut rows = Vec::new();
    for (ms, fact) in happened {
        if let Fact::Asked { n, digest } = fact {
            let text = text_of(visit, digest).await?;
            rows.push(context! { n => *n, on => clock_text(*ms), text => text });
        }
    }
    Ok(rows)
}

async fn objections(visit: &Visit, project: &Project, happened: &[(i64, Fact)]) -> Result<Vec<Value>, Fail> {
    let mut rows = Vec::new();
    for one in project.objections.iter().filter(|one| one.round == project.round) {
        let end = match (one.answered, one.withdrawn) {
            (Some(on), _) if one.upheld => format!("{on}答复：成立"),
            (Some(on), _) => format!("{on}答复：不成立"),
            (None, Some(on)) => format!("{on}撤回"),
            (None, None) => "等待答复".to_owned(),
        };
        let about = match one.stage {
            Stage::Prequalification => "资格预审文件",
            Stage::File => "招标文件",
            Stage::Opening => "开标",
            Stage::Result => "评标结果",
        };
        let said = happened.iter().find_map(|(_, fact)| match fact {
            Fact::Objected { n, digest, .. } if *n == one.n => Some(digest.as_str()),
            _ => None,
        });
        let text = text_of(visit, said.unwrap_or_default()).await?;
        rows.push(
            context! { n => one.n, about => about, on => one.on.to_string(), end => end, text => text },
        );
    }
    Ok(rows)
}

/// 定标: every vote with its reason.
fn meeting(project: &Project) -> Option<Value> {
    let meeting = project.tender.meeting.as_ref()?;
    let bidder = |bid: MatterId| {
        let found = project.candidates().iter().find(|one| one.bid == bid);
        found.map_or_else(|| bid.to_string(), |one| one.bidder.clone())
    };
    let votes: Vec<Value> = meeting
        .votes
        .iter()
        .map(|vote| context! { seat => vote.seat.clone(), bidder => bidder(vote.bid), reason => vote.reason.clone() })
        .collect();
    Some(context! {
        method => method_zh(meeting.method), chosen => bidder(meeting.chosen), reasons => meeting.reasons.clone(),
        supervision => meeting.supervision.clone(), votes => votes,
    })
}

/// Everybody who was read out and is not awarded.
fn others(project: &Project) -> impl Iterator<Item = (MatterId, String)> {
    let winner = project.award.as_ref().map(|award| award.bid);
    let read = project.tender.bids.iter().filter(move |row| Some(row.bid) != winner);
    read.filter_map(|row| Some((row.bid, row.read.as_ref()?.0.bidder.clone())))
}

/// 中标人和一并通知的投标人.
fn told(project: &Project) -> Option<Value> {
    let award = project.award.as_ref()?;
    let winner = project.candidates().iter().find(|one| one.bid == award.bid);
    Some(context! {
        winner => winner.map(|one| one.bidder.clone()).unwrap_or_default(), price => yuan(award.price_fen),
        others => others(project).map(|(_, bidder)| bidder).collect::<Vec<_>>(), on => award.notice.map(|on| on.to_string()),
    })
}

fn contract(project: &Project) -> Vec<Value> {
    let Some(signed) = &project.contract else { return Vec::new() };
    let left = signed
        .contract
        .price_fen
        .saturating_add(signed.changes_fen)
        .saturating_sub(signed.paid_fen);
    let accepted = match signed.accepted {
        Some(true) => "合格",
        Some(false) => "不合格",
        None => "还没有",
    };
    let mut facts = vec![
        fact("合同价", format!("{}，{}签订", yuan(signed.contract.price_fen), signed.on)),
        fact("履约保证金", yuan(signed.contract.performance_bond_fen)),
        fact("变更合计", yuan(signed.changes_fen)),
        fact("已付款", format!("{}，未付{}", yuan(signed.paid_fen), yuan(left))),
        fact("验收", accepted),
    ];
    if project.regime() == Regime::Procurement {
        let done = |done: bool| if done { "已经办理" } else { "还没有" };
        facts.push(fact("合同备案", done(signed.filed)));
        facts.push(fact("合同公告", done(signed.published)));
    }
    facts
}
