//! 线索。 Two persons, one inspector: who may know that a lead is there, who reads it, and what the ledger says of it.

use super::{done, person, session};
use crate::hotline_county::county;
use axum::http::StatusCode;
use fadu_kernel::Role;

const WORDS: &str = "某工程开标前有人向评标专家打招呼";

#[tokio::test]
async fn an_inspector_opens_a_sealed_lead_and_nobody_else_can() {
    let county = county().await;
    person(&county, "keeper2", Role::CatalogueManager, fadu_sim::BUREAU).await;
    person(&county, "keeper3", Role::CatalogueManager, fadu_sim::BUREAU).await;
    person(&county, "inspector2", Role::Inspector, "县纪委监委").await;
    let keeper = county.sign_in("keeper").await;
    let mut form = vec![
        ("lead_text", WORDS),
        ("lead_accused", "模拟某甲"),
        ("accused_units", "区住建局"),
        ("to", "县纪委监委"),
        ("receiver", "inspector"),
        ("release_by", "keeper"),
        ("idem", "lead-1"),
    ];
    // One person alone releases nothing, and the refusal says so with its rule.
    let alone = county.post(Some(&keeper), "/desk/leads/new", &form).await;
    assert!(alone.status == StatusCode::CONFLICT && alone.body.contains("SUP-04"), "{}", alone.body);
    form.retain(|(name, _)| *name != "release_by" && *name != "idem");
    let unfilled = county.post(Some(&keeper), "/desk/leads/new", &form).await;
    assert_eq!(unfilled.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unfilled.body.contains(WORDS), "what was typed is kept");
    form.extend([("release_by", "keeper2"), ("idem", "lead-2")]);
    // Whom nobody has an account of, or who has another post, would be the only one to read it.
    for (field, slip) in
        [("receiver", "inspecter"), ("receiver", "officer"), ("to", "县纪委"), ("release_by", "agent")]
    {
        let others = form.iter().copied().filter(|(name, _)| *name != field);
        let slipped: Vec<_> = others.chain([(field, slip)]).collect();
        let got = county.post(Some(&keeper), "/desk/leads/new", &slipped).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {slip}");
        assert!(got.body.contains(WORDS), "what was typed is kept");
    }
    let got = county.post(Some(&keeper), "/desk/leads/new", &form).await;
    done(&got);
    let lead = got.to.clone();
    let page = county.get(Some(&keeper), &lead).await;
    assert!(page.status == StatusCode::OK && !page.body.contains(WORDS) && !page.body.contains("模拟某甲"));

    // Not released yet: the inspector does not know of it, and who has no hand in it never does.
    let (second, third) = (county.sign_in("keeper2").await, county.sign_in("keeper3").await);
    let (inspector, other) =
        (session(&county, "inspector", "/desk").await, session(&county, "inspector2", "/desk").await);
    let (officer, agent) = (county.sign_in("officer").await, county.sign_in("agent").await);
    assert_eq!(county.get(Some(&inspector), &lead).await.status, StatusCode::NOT_FOUND);
    let release = format!("{lead}/acts/Release");
    let by_proposer = county.post(Some(&keeper), &release, &[]).await;
    assert!(by_proposer.status == StatusCode::CONFLICT && by_proposer.body.contains("SUP-04"));
    done(&county.post(Some(&second), &release, &[]).await);

    let sealed = county.get(Some(&inspector), &lead).await.body;
    assert!(sealed.contains("出具回执以后可以看") && !sealed.contains(WORDS));
    let receive = format!("{lead}/acts/Receive");
    let empty = county.post(Some(&inspector), &receive, &[("receipt", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&county.post(Some(&inspector), &receive, &[("receipt", "纪收〔2025〕1号")]).await);
    let open = county.get(Some(&inspector), &lead).await.body;
    assert!(open.contains(WORDS) && open.contains("模拟某甲") && open.contains("纪收〔2025〕1号"));
    assert!(
        open.contains("放行移送") && open.contains("模拟keeper2"),
        "the transfer receipt names both hands"
    );
    for (who, session) in [("keeper", &keeper), ("keeper2", &second)] {
        let page = county.get(Some(session), &lead).await.body;
        assert!(page.contains("只有指定的接收人能看") && !page.contains(WORDS), "{who}");
    }
    for (who, session) in
        [("keeper3", &third), ("inspector2", &other), ("officer", &officer), ("agent", &agent)]
    {
        assert_eq!(county.get(Some(session), &lead).await.status, StatusCode::NOT_FOUND, "{who}");
        let taken = county.post(Some(session), &receive, &[("receipt", "x")]).await;
        assert_eq!(taken.status, StatusCode::NOT_FOUND, "{who}");
    }
    // Neither the generic pages nor the interface nor the ledger say a word of it.
    let id = lead.rsplit('/').next().unwrap();
    for path in [format!("/desk/matters/leads/{id}"), format!("/api/leads/{id}")] {
        for session in [&keeper, &inspector, &other, &officer] {
            let page = county.get(Some(session), &path).await;
            assert!(!page.body.contains(WORDS) && !page.body.contains("模拟某甲"), "{path}");
        }
    }
    for entry in county
        .app
        .store
        .entries_of(county.app.region, id.parse().unwrap())
        .await
        .unwrap()
    {
        assert!(!entry.body.contains(WORDS) && !entry.body.contains("区住建局"), "{}", entry.body);
    }
    done(&county.post(Some(&inspector), &format!("{lead}/acts/Conclude"), &[]).await);
    assert!(
        county
            .get(Some(&inspector), "/desk/leads")
            .await
            .body
            .contains("没有需要处理的线索")
    );
}

/// Its receiver left before the receipt: who proposed it addresses it anew, to none of those it is about, and another person
/// releases it once more.
#[tokio::test]
async fn a_lead_whose_receiver_left_is_addressed_anew() {
    let county = county().await;
    for (name, role, org) in [
        ("keeper2", Role::CatalogueManager, fadu_sim::BUREAU),
        ("inspector2", Role::Inspector, "县纪委监委"),
        ("watcher", Role::Inspector, "区住建局"),
        ("accused", Role::Inspector, "县纪委监委"),
    ] {
        person(&county, name, role, org).await;
    }
    let (keeper, second) = (county.sign_in("keeper").await, county.sign_in("keeper2").await);
    let form = [
        ("lead_text", WORDS),
        ("accused_units", "区住建局"),
        ("accused_persons", "某甲、accused"),
        ("to", "县纪委监委"),
        ("receiver", "inspector"),
        ("release_by", "keeper2"),
        ("idem", "lead-3"),
    ];
    let got = county.post(Some(&keeper), "/desk/leads/new", &form).await;
    done(&got);
    let lead = got.to.clone();
    done(&county.post(Some(&second), &format!("{lead}/acts/Release"), &[]).await);
    let readdress = format!("{lead}/acts/Readdress");
    let to = |org: &'static str, receiver: &'static str| {
        [("to", org), ("receiver", receiver), ("release_by", "keeper2"), ("reason", "原接收人调离")]
    };
    let nobody = county.post(Some(&keeper), &readdress, &to("县纪委监委", "inspecter")).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nobody.body);
    for (org, receiver) in [("区住建局", "watcher"), ("县纪委监委", "accused")] {
        let got = county.post(Some(&keeper), &readdress, &to(org, receiver)).await;
        assert!(got.status == StatusCode::CONFLICT && got.body.contains("PET-08"), "{}", got.body);
    }
    done(&county.post(Some(&keeper), &readdress, &to("县纪委监委", "inspector2")).await);
    let (first, other) =
        (session(&county, "inspector", "/desk").await, session(&county, "inspector2", "/desk").await);
    assert_eq!(county.get(Some(&other), &lead).await.status, StatusCode::NOT_FOUND, "to be released again");
    done(&county.post(Some(&second), &format!("{lead}/acts/Release"), &[]).await);
    assert_eq!(county.get(Some(&first), &lead).await.status, StatusCode::NOT_FOUND);
    done(
        &county
            .post(Some(&other), &format!("{lead}/acts/Receive"), &[("receipt", "纪收2号")])
            .await,
    );
    let open = county.get(Some(&other), &lead).await.body;
    assert!(open.contains(WORDS) && !open.contains("某甲"), "{open}");
}

/// A seat seals what it hears: the order has none of it, whoever proposes it never reads it, and the inspector does.
#[tokio::test]
async fn a_seat_seals_what_it_hears_and_nobody_on_the_way_reads_it() {
    let county = county().await;
    person(&county, "keeper2", Role::CatalogueManager, fadu_sim::BUREAU).await;
    let (agent, keeper) = (county.sign_in("agent").await, county.sign_in("keeper").await);
    let mut take = vec![
        ("text", WORDS),
        ("caller_phone", "13900005555"),
        ("kind", "complaint"),
        ("category", "0104"),
        ("urgency", "ordinary"),
        ("against", "区住建局"),
        ("do", "lead"),
        ("idem", "lead-4"),
    ];
    let got = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    done(&got);
    let id: fadu_kernel::MatterId = got.to.trim_start_matches("/desk/orders/").parse().unwrap();
    let (row, order) = county.app.order(id).await.unwrap().unwrap();
    assert!(order.is_lead() && order.status() == "taken" && !row.state.contains("区住建局"), "{}", row.state);
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    assert!(
        entries
            .iter()
            .all(|entry| !entry.body.contains(WORDS) && !entry.body.contains("住建局"))
    );
    for session in [&agent, &keeper] {
        let page = county.get(Some(session), &format!("/desk/orders/{id}")).await;
        assert!(page.status == StatusCode::OK && !page.body.contains(WORDS), "{}", page.body);
    }
    // Without a word there is nothing to seal.
    take.retain(|(name, _)| *name != "text" && *name != "idem");
    let empty = county.post(Some(&agent), "/desk/hotline/new", &take).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);

    let new = format!("/desk/leads/new?order={}", row.number);
    assert!(county.get(Some(&keeper), &new).await.body.contains(&row.number));
    let form = [
        ("lead_order", row.number.as_str()),
        ("accused_units", "区住建局"),
        ("to", "县纪委监委"),
        ("receiver", "inspector"),
        ("release_by", "keeper2"),
        ("idem", "lead-5"),
    ];
    let got = county.post(Some(&keeper), "/desk/leads/new", &form).await;
    done(&got);
    let lead = got.to.clone();
    let second = county.sign_in("keeper2").await;
    done(&county.post(Some(&second), &format!("{lead}/acts/Release"), &[]).await);
    assert!(!county.get(Some(&keeper), &lead).await.body.contains(WORDS));
    let inspector = session(&county, "inspector", "/desk").await;
    done(
        &county
            .post(Some(&inspector), &format!("{lead}/acts/Receive"), &[("receipt", "纪收3号")])
            .await,
    );
    assert!(county.get(Some(&inspector), &lead).await.body.contains(WORDS));
}
