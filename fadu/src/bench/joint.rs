//! 一件事的度量。 Joint cases of eight acts of people and three children in parallel, from the application to the one
//! delivery, beside an open workflow engine that runs the same process and saves its state after every act.

use super::{ACTORS, R, ROUNDS, Row, median};
use fadu_app::now::System;
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role, codes};
use fadu_onething::acts::Paper;
use fadu_onething::definition::{Channel, serves};
use fadu_onething::{Definition, Joint, JointAct};
use fadu_service::{Case, CaseAct};
use fadu_store::Sqlite;
use futures_util::{StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bench/peers/joint.py");
const CHILDREN: usize = 3;

/// The peer needs an interpreter that has SpiffWorkflow; without one only ours is measured, and the row says so.
pub(super) async fn joint(folder: &Path, python: Option<&Path>, row: &mut Row<'_>) -> anyhow::Result<()> {
    let app =
        App::open(R, Sqlite::open(&folder.join("joint.db"))?, Keys::new([9; 32]), Box::new(System::new(0)))
            .await?;
    let shipped = fadu_sim::shipped_themes();
    fadu_sim::enter_members(&app, &shipped).await?;
    let themes = fadu_sim::themes(shipped, fadu_sim::THEMES, app.moment().today);
    let parallel = |theme: &&Definition| {
        theme.members.len() == CHILDREN && theme.members.iter().all(|member| member.needs.is_empty())
    };
    let Some(theme) = themes.iter().find(parallel).cloned() else {
        anyhow::bail!("no theme has three items in parallel")
    };
    fadu_sim::enter_themes(&app, vec![theme.clone()], "http://localhost").await?;
    app.relay().await?;
    let theme = Arc::new(theme);
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let started = Instant::now();
        let n = complete(&app, &theme, round).await?;
        ours.push(n as f64 / started.elapsed().as_secs_f64());
        if let Some(python) = python {
            peers.push(peer(python)?);
        }
    }
    let rate = median(ours.into_iter());
    row("joint cases, eight acts, three children", format!("{rate:.0}/s"), Some(rate >= 1200.0));
    match python {
        Some(_) => {
            let peer = median(peers.into_iter());
            row("peer: the same process in SpiffWorkflow", format!("{peer:.0}/s"), None);
            row("joint cases to peer", format!("{:.1} times", rate / peer), Some(rate / peer >= 10.0));
        }
        None => row("peer: the same process in SpiffWorkflow", "no interpreter".to_owned(), None),
    }
    app.checkpoint().await?;
    let sound = app.verify_ledger(None).await?.is_ok();
    row("ledger after the joint cases", if sound { "verifies" } else { "BROKEN" }.to_owned(), Some(sound));
    Ok(())
}

fn peer(python: &Path) -> anyhow::Result<f64> {
    let output = Command::new(python).args([PEER, "2"]).output()?;
    anyhow::ensure!(output.status.success(), "the peer: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn act<M: Matter>(
    app: &App,
    who: Actor,
    matter: Option<MatterId>,
    act: M::Act,
    private: BTreeMap<String, String>,
) -> Result<MatterId, Problem> {
    app.act::<M>(Call { actor: &who, matter, act, private, key: None })
        .await
        .map(|done| done.matter)
}

/// As many joint cases as there are actors, twice: every actor takes one through, the relay between them.
async fn complete(app: &Arc<App>, theme: &Arc<Definition>, round: usize) -> anyhow::Result<usize> {
    let all = 2 * ACTORS;
    let received: Vec<MatterId> = futures_util::stream::iter(0..all)
        .map(|n| receive(app, theme, round * all + n))
        .buffer_unordered(ACTORS)
        .try_collect()
        .await?;
    app.relay().await?;
    let children: Vec<(MatterId, String)> = futures_util::stream::iter(&received)
        .map(|id| children(app, *id))
        .buffer_unordered(ACTORS)
        .try_fold(Vec::new(), |mut all, some| async move {
            all.extend(some);
            Ok(all)
        })
        .await?;
    anyhow::ensure!(children.len() == all * CHILDREN, "{} children of {all} joint cases", children.len());
    for decides in [false, true] {
        futures_util::stream::iter(&children)
            .map(|(case, org)| handle(app, *case, org, decides))
            .buffer_unordered(ACTORS)
            .try_collect::<Vec<_>>()
            .await?;
        app.relay().await?;
    }
    futures_util::stream::iter(&received)
        .map(|id| {
            let lead = actor("bench-lead", Role::Officer, &theme.lead);
            act::<Joint>(app, lead, Some(*id), JointAct::Deliver { way: Channel::Online }, BTreeMap::new())
        })
        .buffer_unordered(ACTORS)
        .try_collect::<Vec<_>>()
        .await?;
    app.relay().await?;
    Ok(all)
}

async fn receive(app: &App, theme: &Definition, n: usize) -> Result<MatterId, Problem> {
    let first = theme
        .questions
        .iter()
        .filter_map(|question| Some((question.id.clone(), question.options.first()?.id.clone())));
    let answers: BTreeMap<String, String> = first.collect();
    let items: Vec<String> = theme.members.iter().map(|member| member.item.clone()).collect();
    let materials = theme
        .materials
        .iter()
        .filter(|paper| paper.shared.is_none() && serves(&paper.sources, &items))
        .map(|paper| (paper.id.clone(), Paper::default()));
    let number =
        codes::complete_citizen_number(&format!("42999719900101{:03}", n % 1000)).unwrap_or_default();
    let mut private = BTreeMap::from([
        ("applicant_name".to_owned(), format!("模拟申请人{n}")),
        ("applicant_number".to_owned(), number),
        ("applicant_phone".to_owned(), format!("199{n:08}")),
    ]);
    let fields = theme.form.iter().filter(|field| field.shared.is_none());
    private.extend(fields.map(|field| (field.id.clone(), "模拟填写".to_owned())));
    let receive = JointAct::Receive {
        theme: theme.id(),
        channel: Channel::Online,
        answers,
        materials: materials.collect(),
    };
    act::<Joint>(app, actor(&format!("bench-{n}"), Role::Citizen, "public"), None, receive, private).await
}

async fn children(app: &App, id: MatterId) -> Result<Vec<(MatterId, String)>, Problem> {
    let joint: Joint = app.state_of(id).await?.ok_or(Problem::NotFound)?;
    let opened = joint
        .children
        .iter()
        .filter_map(|child| Some((child.opened.as_ref()?.case, child.plan.department.to_string())));
    Ok(opened.collect())
}

async fn handle(app: &App, case: MatterId, org: &str, decides: bool) -> Result<MatterId, Problem> {
    let (who, what) = if decides {
        (
            Role::AgencyHead,
            CaseAct::Decide {
                granted: true,
                reason: String::new(),
                false_material: false,
                evidence: Vec::new(),
            },
        )
    } else {
        (Role::Officer, CaseAct::Accept)
    };
    act::<Case>(app, actor("bench-handler", who, org), Some(case), what, BTreeMap::new()).await
}
