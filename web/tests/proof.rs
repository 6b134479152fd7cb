//! 免证办，从办事指南到证照核验。 A firm is not asked for what is held elsewhere, promises what may be promised, shows its
//! licence; an officer and another department do the rest: over HTTP and without script.

use crate::county::{County, county};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::Call;
use fadu_app::licences::address;
use fadu_kernel::{Actor, Basis, Matter, MatterId, OrgId, PersonId, Role};
use fadu_proof::proof::{Entry, Form, Plan};
use fadu_proof::{Check, Exemption, Licence, Proof, ProofAct, Way, commitment};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Item};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const NAME: &str = "模拟商行000001号";

fn number() -> String {
    fadu_kernel::codes::complete_credit_code(&format!("91{}000000001", fadu_sim::REGION)).unwrap()
}

async fn act<M: Matter>(
    county: &County,
    role: Role,
    org: &str,
    id: Option<MatterId>,
    act: M::Act,
) -> MatterId {
    let person = match role {
        Role::FirmAgent => "firm",
        Role::Officer => "officer",
        Role::AgencyHead => "head",
        _ => "manager",
    };
    let actor = Actor { person: PersonId::new(person), role, org: OrgId::new(org) };
    let call = Call { actor: &actor, matter: id, act, private: BTreeMap::new(), key: None };
    county.app.act::<M>(call).await.unwrap().matter
}

/// The item of the county, and its first two required papers that an applicant would bring.
fn item(county: &County) -> (MatterId, Item, Vec<String>) {
    let id: MatterId = county.item.parse().unwrap();
    let item = county.app.catalogue().one::<Item>(id).unwrap().clone();
    let papers = item.current().unwrap().1.asked().map(|material| material.id.clone()).collect();
    (id, item, papers)
}

async fn spare(county: &County, item: &Item, subject: &str, is_field: bool, way: Way) {
    let entry = Entry {
        item_code: item.code.clone(),
        item_name: item.name.clone(),
        subject: subject.into(),
        name: format!("证明{subject}"),
        is_field,
        department: county.department.clone(),
        issuer: "乙局".into(),
        bases: vec![Basis::article("优化营商环境条例", 44)],
        risks: vec![],
    };
    let form =
        Form {
            version: "告知书-1".into(), conditions: "有经营场所".into(), liability: "撤销决定".into()
        };
    let plan = Plan {
        way,
        source: "nobody".into(),
        source_name: "模拟共享平台".into(),
        form: Some(form),
        document: "模政数〔2025〕1号".into(),
    };
    let listed = ProofAct::List { entry: Box::new(entry) };
    let proof = act::<Proof>(county, Role::CatalogueManager, "bureau", None, listed).await;
    act::<Proof>(county, Role::CatalogueManager, "bureau", Some(proof), ProofAct::Spare { plan }).await;
    county.app.relay().await.unwrap();
}

async fn apply(county: &County, item: MatterId, papers: &[String]) -> MatterId {
    let firm = Actor { person: PersonId::new("firm"), role: Role::FirmAgent, org: OrgId::new("public") };
    let materials = papers.iter().map(|id| (id.clone(), Paper::default())).collect();
    let private = [
        ("applicant_name", NAME.to_owned()),
        ("applicant_number", number()),
        ("applicant_phone", "19900000001".to_owned()),
    ];
    let private = private.map(|(field, value)| (field.to_owned(), value)).into();
    let act = CaseAct::Receive { item, channel: Channel::Online, materials };
    let call = Call { actor: &firm, matter: None, act, private, key: None };
    let case = county.app.act::<Case>(call).await.unwrap().matter;
    county.app.relay().await.unwrap();
    case
}

#[tokio::test]
async fn what_is_held_elsewhere_is_not_asked_for_anywhere() {
    let county = county().await;
    let (id, item, papers) = item(&county);
    let definition = item.current().unwrap().1.clone();
    let field = definition
        .fields
        .iter()
        .find(|field| !field.id.starts_with("applicant_"))
        .unwrap();
    let paper = definition.material(&papers[0]).unwrap();
    spare(&county, &item, &paper.id, false, Way::Shared).await;
    spare(&county, &item, &field.id, true, Way::Shared).await;

    let (firm, clerk) = (county.sign_in("firm").await, county.sign_in("clerk").await);
    let named = |what: &str| {
        fadu_web::citations(&county.app)
            .iter()
            .any(|cited| cited.what.starts_with(what))
    };
    assert!(named(&format!("证明 证明{}（", paper.id)), "the basis of a proof is cited");
    let because = "不再要求提交，因为模拟共享平台已有，由承办机关共享取得";
    let (status, guide) = look(&firm, &format!("/items/{id}")).await;
    assert!(status == StatusCode::OK && guide.contains(because), "the guide");
    for (name, page) in [
        ("the form", look(&firm, &format!("/items/{id}/apply")).await.1),
        ("the window", look(&clerk, &format!("/desk/new-case/{id}")).await.1),
    ] {
        assert!(page.contains(because), "{name} says why");
        assert!(page.contains("不再要求填写，因为"), "{name} says why of the field");
        assert!(!page.contains(&format!("name=\"file_{}\"", paper.id)), "{name} has no place for the paper");
        assert!(!page.contains(&format!("name=\"{}\"", field.id)), "{name} has no place for the field");
    }

    // The case tells both sides; who asks for it all the same is refused with the article.
    let case = apply(&county, id, &papers[1..]).await;
    let officer = county.sign_in("officer").await;
    let (_, desk) = look(&officer, &format!("/desk/cases/{case}")).await;
    assert!(desk.contains(because) && desk.contains(&format!("/desk/exemptions/{}", Exemption::id(case))));
    let code = county.app.keys.track_code(case);
    let (_, track) = look(&firm, &format!("/track/{case}/{code}")).await;
    assert!(track.contains("不用您提供的"), "{track}");
    let at = format!("/desk/cases/{case}");
    let (status, _, page) = officer
        .send(&at, &format!("{at}/acts/GiveNotice"), &[("missing", paper.id.as_str())])
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("LIC-40") && page.contains("国务院关于在线政务服务的若干规定"), "{page}");
}

#[tokio::test]
async fn a_source_that_gives_nothing_leads_to_another_department() {
    let county = county().await;
    let (id, item, papers) = item(&county);
    spare(&county, &item, &papers[0], false, Way::Shared).await;
    let case = apply(&county, id, &papers[1..]).await;
    let officer = county.sign_in("officer").await;
    let line = format!("/desk/exemptions/{}/{}", Exemption::id(case), papers[0]);
    let (_, page) = look(&officer, &line).await;
    assert!(
        page.contains("没有接入这个来源") && page.contains("请部门核查") && page.contains(NAME),
        "{page}"
    );
    let head = county.sign_in("head").await;
    assert!(!look(&head, &line).await.1.contains("act-AskCheck"), "the officer's, not the head's");
    let inspector = county.sign_in("inspector").await;
    assert!(!look(&inspector, &line).await.1.contains(NAME), "masked for whoever has no part in it");

    let ask = |fields: &[(&str, &str)]| multipart(fields);
    let (status, page) =
        post_multipart(&county, &officer, &line, "AskCheck", ask(&[("to", ""), ("question", "是否有效")]))
            .await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("请填写请哪个部门核查"), "{page}");
    let (status, _) = post_multipart(
        &county,
        &officer,
        &line,
        "AskCheck",
        ask(&[("to", "bureau"), ("question", "是否有效")]),
    )
    .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    county.app.relay().await.unwrap();
    let exemption: Exemption = county.app.state_of(Exemption::id(case)).await.unwrap().unwrap();
    let check = exemption.lines[&papers[0]].checking.as_ref().unwrap().check.unwrap();
    let at = format!("/desk/checks/{check}");
    assert!(!look(&officer, &at).await.1.contains("act-Answer"), "who asks does not answer");
    let state: Check = county.app.state_of(check).await.unwrap().unwrap();
    assert_eq!(state.request.to, OrgId::new("bureau"));
}

#[tokio::test]
async fn a_promise_is_read_signed_and_stands_in_for_the_paper() {
    let county = county().await;
    let (id, item, papers) = item(&county);
    spare(&county, &item, &papers[0], false, Way::Commitment).await;
    let case = apply(&county, id, &papers[1..]).await;
    let firm = county.sign_in("firm").await;
    let track = format!("/track/{case}/{}", county.app.keys.track_code(case));
    let (_, page) = look(&firm, &track).await;
    assert!(page.contains("看告知书，签署承诺"));
    let at = format!("{track}/promise");
    let (_, page) = look(&firm, &at).await;
    assert!(page.contains("有经营场所") && page.contains("撤销决定"));
    let (status, _, page) = firm.send(&at, &at, &[("subjects", &papers[0]), ("name", "别人")]).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("签名和申请时填写的"), "{page}");
    let fields = [("subjects", papers[0].as_str()), ("name", NAME), ("idem", "p1")];
    let (status, to, _) = firm.send(&at, &at, &fields).await;
    assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some(track.as_str())));
    county.app.relay().await.unwrap();
    assert!(look(&firm, &track).await.1.contains("因为已经书面承诺"));
    // What was signed opens under the key that goes at erasure; the ledger's digest confirms no guess at it.
    let exemption = Exemption::id(case);
    let state: Exemption = county.app.state_of(exemption).await.unwrap().unwrap();
    let line = &state.lines[&papers[0]];
    let signed = &line.promised.as_ref().unwrap().signed;
    let (_, text) = county.app.open_file(exemption, signed).await.unwrap().unwrap();
    let (told, today) = (line.wanted.form.as_ref().unwrap(), county.app.moment().today);
    let guess = commitment::text(&state.about, &line.wanted.name, told, NAME, today);
    assert_eq!(String::from_utf8(text).unwrap(), guess);
    assert_ne!(*signed, fadu_ledger::note::hex(&Sha256::digest(&guess)));
    act::<Case>(&county, Role::Officer, &county.department, Some(case), CaseAct::Accept).await;
    // A stranger with a wrong code reads nothing.
    let (status, _) = look(&firm, &format!("/track/{case}/AAAAAAAAAAAA/promise")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_licence_is_shown_by_its_holder_and_checked_by_anybody() {
    let county = county().await;
    let (id, _, papers) = item(&county);
    let case = apply(&county, id, &papers).await;
    let department = county.department.clone();
    let steps = [
        (Role::Officer, CaseAct::Accept),
        (
            Role::Officer,
            CaseAct::Verify {
                checkers: vec![PersonId::new("officer"), PersonId::new("head")],
                passed: true,
                note: "符合".into(),
                interested: false,
            },
        ),
        (Role::AgencyHead, CaseAct::ConfirmCheck { agrees: true, note: String::new() }),
        (
            Role::AgencyHead,
            CaseAct::Decide {
                granted: true,
                reason: String::new(),
                false_material: false,
                evidence: Vec::new(),
            },
        ),
        (Role::Officer, CaseAct::Deliver { way: "电子送达".into() }),
    ];
    for (role, step) in steps {
        act::<Case>(&county, role, &department, Some(case), step).await;
    }
    county.app.relay().await.unwrap();
    let firm = county.sign_in("firm").await;
    let licence = Licence::id(case);
    let (_, list) = look(&firm, "/licences").await;
    assert!(list.contains(&format!("/licences/{licence}")), "{list}");
    let (_, page) = look(&firm, &format!("/licences/{licence}")).await;
    assert!(page.contains("出示给对方扫码核验") && page.contains(NAME));
    let track = format!("/track/{case}/{}", county.app.keys.track_code(case));
    assert!(look(&firm, &track).await.1.contains(&format!("{track}/licence")));
    let officer = county.sign_in("officer").await;
    assert_eq!(look(&officer, &format!("/licences/{licence}")).await.0, StatusCode::NOT_FOUND);

    let (status, note) = firm.page(&format!("/licences/{licence}/file")).await;
    assert_eq!(status, StatusCode::OK);
    let code = address("", &note);
    let (status, page) = public(&county, Request::get(&code).body(Body::empty()).unwrap()).await;
    assert!(status == StatusCode::OK && page.contains("<h2>有效</h2>") && page.contains(NAME), "{page}");
    assert!(!page.contains(&code), "the page does not print its own address, which holds a name");
    let typed = |text: &str| {
        let body: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        Request::post("/licence/verify")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("text={body}")))
            .unwrap()
    };
    assert!(public(&county, typed(&note)).await.1.contains("<h2>有效</h2>"));
    let (status, page) = public(&county, typed(&note.replace("version 1", "version 2"))).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("签名不对"), "{page}");
    let (status, _) = public(&county, typed("不是证照")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);

    let revoke = fadu_proof::LicenceAct::Revoke {
        ground: fadu_proof::licence::RevokeGround::Annulled,
        reason: "承诺不实".into(),
        document: "模撤〔2025〕1号".into(),
    };
    act::<Licence>(&county, Role::AgencyHead, &department, Some(licence), revoke).await;
    let (_, page) = public(&county, Request::get(&code).body(Body::empty()).unwrap()).await;
    assert!(page.contains("已经撤回、撤销、注销或者吊销"), "the store has the last word: {page}");
    let (_, list) = public(&county, Request::get("/licence/revoked").body(Body::empty()).unwrap()).await;
    let number = county.app.licence(licence).await.unwrap().unwrap().number;
    assert!(list.starts_with("fadu-revoked-1\n") && list.contains(&format!("{number} -\n")), "{list}");
    let (_, page) = look(&firm, &format!("/licences/{licence}")).await;
    assert!(page.contains("不再签发声明"), "{page}");
}

/// A page as its reader sees it: templates write every slash of a value as an entity.
async fn look(session: &crate::county::Session<'_>, path: &str) -> (StatusCode, String) {
    let (status, text) = session.page(path).await;
    (status, text.replace("&#x2f;", "/"))
}

async fn public(county: &County, request: Request<Body>) -> (StatusCode, String) {
    let (status, value) = county.send(request).await;
    (status, value.as_str().map(|text| text.replace("&#x2f;", "/")).unwrap_or_default())
}

const BOUNDARY: &str = "----fadu";

fn multipart(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The form of one line, with the page's own mark.
async fn post_multipart(
    county: &County,
    session: &crate::county::Session<'_>,
    line: &str,
    act: &str,
    fields: Vec<(String, String)>,
) -> (StatusCode, String) {
    let (_, html) = session.page(line).await;
    let csrf = html
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let mut body = String::new();
    for (name, value) in fields.iter().chain([&("csrf".to_owned(), csrf.to_owned())]) {
        body.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    let request = Request::post(format!("{line}/acts/{act}"))
        .header(header::COOKIE, session.cookie())
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(Body::from(body))
        .unwrap();
    public(county, request).await
}
