//! 规格：登记到公告。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::project::file::{Criterion, Prequalification, SiteVisit};
use crate::project::{
    Act, ChoiceMethod, ExemptGround, InviteGround, Method, Publication, Registration, Separation, TenderFile,
};
use crate::regime::{Funding, Kind};
use fadu_kernel::OrgId;

fn register(w: &mut World, registration: Registration) -> Answer {
    w.project("03-03T09:00:00", &tenderer(), Act::Register { registration: Box::new(registration) })
}

fn not_tendered(w: &mut World, registration: Registration) -> Answer {
    w.registered(registration);
    propose(w, not_required("不属于必须招标"))
}

fn not_required(reason: &str) -> Method {
    Method::NotTendered { ground: ExemptGround::NotRequired, scope: "全部".into(), reason: reason.into() }
}

fn propose(w: &mut World, method: Method) -> Answer {
    w.project("03-03T10:00:00", &tenderer(), Act::ProposeMethod { method })
}

fn confirm(w: &mut World) -> Answer {
    let document = "模核〔2025〕1号".into();
    w.project("03-03T11:00:00", &approver(), Act::ConfirmMethod { document })
}

fn funded(budget_yuan: i64, investment_yuan: i64, estimate_yuan: i64) -> Registration {
    let funding = Funding {
        budget_fen: budget_yuan * 100,
        investment_fen: investment_yuan * 100,
        source: "预算".into(),
        ..Funding::default()
    };
    Registration { funding, estimate_fen: estimate_yuan * 100, ..registration() }
}

fn bought(estimate_fen: i64, together_fen: i64) -> Registration {
    Registration { estimate_fen, together_fen, ..procurement() }
}

/// A procurement by invitation: so many letters, and with the finance department's word or without.
fn invited_to_buy(w: &mut World, estimate_fen: i64, n: u8, approved: bool) -> Answer {
    w.registered(bought(estimate_fen, 0));
    let signed = Act::SignDuties { version: "2025-1".into(), digest: digest() };
    w.then("03-03T09:30:00", &tenderer(), signed);
    propose(w, invited())?;
    if approved {
        w.project("03-03T11:00:00", &finance(), Act::ConfirmMethod { document: "模财批1号".into() })?;
    }
    invite(w, n)?;
    w.prepare(TenderFile { bond_fen: 0, ..file() })?;
    w.announce()
}

fn invited() -> Method {
    Method::Invited { ground: InviteGround::FewCandidates, reason: "特种工艺".into() }
}

fn invite(w: &mut World, n: u8) -> Answer {
    let letters = (0..n).map(|n| crate::draw::sha256(&format!("letter {n}"))).collect();
    w.project("03-03T16:00:00", &tenderer(), Act::Invite { letters })
}

fn with(w: &mut World, registration: Registration, change: fn(&mut TenderFile)) -> Answer {
    w.confirmed(registration);
    let mut file = file();
    change(&mut file);
    w.prepare(file)
}

/// The tender file of an ordinary project, with one thing changed.
fn filed(w: &mut World, change: fn(&mut TenderFile)) -> Answer {
    with(w, registration(), change)
}

fn announced(w: &mut World, publications: Vec<Publication>) -> Answer {
    w.confirmed(registration());
    w.prepare(file()).unwrap();
    w.project("03-04T09:00:00", &tenderer(), Act::Announce { publications })
}

fn announced_as(w: &mut World, registration: Registration, change: fn(&mut TenderFile)) -> Answer {
    with(w, registration, change)?;
    w.announce()
}

fn first(sale_to: i8, submit: i8) -> Option<Prequalification> {
    let submit_by = day(3, submit).at(17, 0, 0, 0);
    Some(Prequalification { sale_from: day(3, 4), sale_to: day(3, sale_to), submit_by })
}

fn separation() -> Separation {
    Separation {
        authority: "模〔2025〕评定分离规则".into(),
        authority_digest: digest(),
        counsel_digest: digest(),
        candidates: 3,
        method: ChoiceMethod::Ballot,
        factors: vec!["信用".into(), "报价".into()],
    }
}

fn separate(w: &mut World, registration: Registration, change: fn(&mut Separation)) -> Answer {
    w.confirmed(registration);
    let mut separation = separation();
    change(&mut separation);
    w.project("03-03T14:00:00", &tenderer(), Act::Separate { separation })
}

fn loan() -> Registration {
    let funding = Funding { foreign_loan: true, source: "贷款协议".into(), ..Funding::default() };
    Registration { funding, ..registration() }
}

pub fn rows() -> Vec<Row> {
    [registering(), methods(), files(), periods(), announcing(), separating()].concat()
}

fn registering() -> Vec<Row> {
    vec![
        ("works are held under the tendering law (TRD-01, TRD-04)", Passes, |w| register(w, registration())),
        ("land: its rules are not held (TRD-01)", Refused("TRD-01"), |w| {
            register(w, Registration { kind: Kind::Land, ..registration() })
        }),
        ("small rural deals: not held either (TRD-01)", Refused("TRD-01"), |w| {
            register(w, Registration { kind: Kind::Rural, ..registration() })
        }),
        ("procurement: supervised by the finance department (TND-75)", Passes, |w| {
            register(w, procurement())
        }),
        (
            "procurement: supervised by another, who would get its complaints (TND-75)",
            Refused("TND-75"),
            |w| register(w, Registration { supervisor: OrgId::new("住建局"), ..procurement() }),
        ),
        ("the tenderer its own supervisor (TRD-04)", Refused("TRD-04"), |w| {
            register(w, Registration { supervisor: OrgId::new("教育局"), ..registration() })
        }),
        ("a foreign loan, works of 3.99 million: need not be tendered (TND-01)", Passes, |w| {
            not_tendered(w, Registration { estimate_fen: 399_999_999, ..loan() })
        }),
        ("a foreign loan, works of 4 million (TND-01)", Refused("TND-01"), |w| {
            not_tendered(w, Registration { estimate_fen: 400_000_000, ..loan() })
        }),
        ("works of 3.99 million with no other part (TND-02, TND-81)", Passes, |w| {
            not_tendered(w, funded(10_000_000, 10_000_000, 3_999_999))
        }),
        ("works of 3.99 million, together 4 million (TND-02)", Refused("TND-02"), |w| {
            let parts =
                Registration { together_fen: 400_000_000, ..funded(10_000_000, 10_000_000, 3_999_999) };
            not_tendered(w, parts)
        }),
        ("budget money of 2 million, 10 % of the investment (TND-80)", Refused("TND-80"), |w| {
            not_tendered(w, funded(2_000_000, 20_000_000, 4_000_000))
        }),
        ("budget money of 1,999,999 (TND-80)", Passes, |w| {
            not_tendered(w, funded(1_999_999, 10_000_000, 4_000_000))
        }),
        ("budget money just under 10 % of the investment (TND-80)", Passes, |w| {
            not_tendered(w, funded(2_000_000, 20_000_001, 4_000_000))
        }),
        ("procurement: one fen below the standard need not be bought openly (TRD-15)", Passes, |w| {
            not_tendered(w, bought(199_999_999, 0))
        }),
        ("procurement: at the standard (TRD-15)", Refused("TRD-15"), |w| {
            not_tendered(w, bought(200_000_000, 0))
        }),
        ("procurement: on a day whose standard is not held (TRD-15)", Refused("TRD-15"), |w| {
            let act = Act::Register { registration: Box::new(bought(1, 0)) };
            w.act::<crate::Project>(P, "2018-05-31T09:00:00".parse().unwrap(), &tenderer(), &act)?;
            propose(w, not_required("未达到标准"))
        }),
        ("procurement: a fen below, and so with all of its kind (TRD-19)", Passes, |w| {
            not_tendered(w, bought(100_000_000, 199_999_999))
        }),
        ("procurement: in parts that reach the standard together (TRD-19)", Refused("TRD-19"), |w| {
            not_tendered(w, bought(100_000_000, 200_000_000))
        }),
        ("a standard adopted from today, and a contract just below it (TRD-20, TND-01)", Passes, |w| {
            w.adopt("03-03T08:00:00", "works_fen", 500_000_000, day(3, 3))?;
            not_tendered(w, Registration { estimate_fen: 499_999_999, ..loan() })
        }),
        ("a standard adopted from today, and a contract that reaches it (TND-01)", Refused("TND-01"), |w| {
            w.adopt("03-03T08:00:00", "works_fen", 500_000_000, day(3, 3))?;
            not_tendered(w, Registration { estimate_fen: 500_000_000, ..loan() })
        }),
        ("a standard that is in force from tomorrow (TND-01)", Refused("TND-01"), |w| {
            w.adopt("03-03T08:00:00", "works_fen", 500_000_000, day(3, 4))?;
            not_tendered(w, Registration { estimate_fen: 499_999_999, ..loan() })
        }),
        ("a parameter dated back (TRD-20)", Refused("TRD-20"), |w| {
            w.adopt("03-03T08:00:00", "works_fen", 500_000_000, day(3, 2))
        }),
        ("registered on a day whose thresholds are not held (TND-81)", Refused("TND-81"), |w| {
            let act = Act::Register { registration: Box::new(registration()) };
            w.act::<crate::Project>(P, "2018-05-31T09:00:00".parse().unwrap(), &tenderer(), &act)?;
            propose(w, not_required("不属于必须招标"))
        }),
        ("duties signed for the project (TND-83)", Passes, |w| {
            w.registered(registration());
            let act = Act::SignDuties { version: "2025-1".into(), digest: digest() };
            w.project("03-03T10:00:00", &tenderer(), act)
        }),
        ("signed without the paper (TND-83)", Refused("TND-83"), |w| {
            w.registered(registration());
            let act = Act::SignDuties { version: "2025-1".into(), digest: String::new() };
            w.project("03-03T10:00:00", &tenderer(), act)
        }),
        ("nothing is done before registration (TRD-03)", Refused("TRD-03"), |w| propose(w, Method::Open)),
        ("supervised and approved by those whom the division of the day names (TRD-04)", Passes, |w| {
            register(w, registration())
        }),
        ("supervised by a body of another sector (TRD-04)", Refused("TRD-04"), |w| {
            register(w, Registration { supervisor: OrgId::new("水利局"), ..registration() })
        }),
        ("approved by a body that does not approve (TRD-04)", Refused("TRD-04"), |w| {
            register(w, Registration { approver: Some(OrgId::new("住建局")), ..registration() })
        }),
        ("of a sector that no row divides: as the tenderer says (TRD-04)", Passes, |w| {
            let supervisor = OrgId::new("能源局");
            register(w, Registration { supervisor, sector: "电力".into(), ..registration() })
        }),
        ("state money that must be tendered, and nobody to approve it (TND-03)", Refused("TND-03"), |w| {
            register(w, Registration { approver: None, ..registration() })
        }),
        ("without state control nobody has to approve it (TND-03)", Passes, |w| {
            register(w, Registration { approver: None, ..funded(0, 10_000_000, 1_000_000) })
        }),
        ("nothing by another body (TRD-04)", Refused("TRD-04"), |w| {
            w.registered(registration());
            w.project("03-03T10:00:00", &centre(), Act::ProposeMethod { method: Method::Open })
        }),
    ]
}

fn methods() -> Vec<Row> {
    vec![
        ("not tendered: scope and ground are stated (TND-85)", Passes, |w| {
            not_tendered(w, funded(0, 10_000_000, 1_000_000))
        }),
        ("not tendered: without a ground (TND-85)", Refused("TND-85"), |w| {
            w.registered(funded(0, 10_000_000, 1_000_000));
            propose(w, not_required(" "))
        }),
        ("exempt by a patent, confirmed by the approver (TND-05)", Passes, |w| {
            w.registered(registration());
            let ground = ExemptGround::Patent;
            propose(w, Method::NotTendered { ground, scope: "设备".into(), reason: "专利".into() })?;
            confirm(w)
        }),
        ("exempt, and announced all the same (TND-05)", Refused("TND-05"), |w| {
            w.registered(registration());
            let ground = ExemptGround::Patent;
            propose(w, Method::NotTendered { ground, scope: "设备".into(), reason: "专利".into() })?;
            confirm(w)?;
            w.prepare(file())?;
            w.announce()
        }),
        ("invited, confirmed, three letters sent (TND-04, TND-06)", Passes, |w| {
            w.confirmed(registration());
            propose(w, invited())?;
            confirm(w)?;
            invite(w, 3)?;
            w.prepare(file())?;
            w.announce()
        }),
        ("invited without confirmation (TND-04)", Refused("TND-04"), |w| {
            w.registered(registration());
            propose(w, invited())?;
            invite(w, 3)?;
            w.prepare(file())?;
            w.announce()
        }),
        ("invited: two letters (TND-06)", Refused("TND-06"), |w| {
            w.registered(registration());
            propose(w, invited())?;
            invite(w, 2)
        }),
        ("procurement by invitation, approved, three letters sent (TRD-15, TRD-16)", Passes, |w| {
            invited_to_buy(w, 200_000_000, 3, true)
        }),
        ("procurement by invitation at the standard, without approval (TRD-15)", Refused("TRD-15"), |w| {
            invited_to_buy(w, 200_000_000, 3, false)
        }),
        ("procurement by invitation below the standard, which nobody approves (TRD-15)", Passes, |w| {
            invited_to_buy(w, 199_999_999, 3, false)
        }),
        ("procurement by invitation: two letters (TRD-16)", Refused("TRD-16"), |w| {
            invited_to_buy(w, 200_000_000, 2, true)
        }),
        ("confirmed by the supervisor where an approver is named (TRD-04)", Refused("TRD-04"), |w| {
            w.registered(registration());
            propose(w, Method::Open)?;
            let document = "x".into();
            w.project("03-03T11:00:00", &supervisor(), Act::ConfirmMethod { document })
        }),
    ]
}

fn files() -> Vec<Row> {
    vec![
        (
            "an ordinary file (TND-08, TND-10, TND-16, TND-17, TND-19, TND-20, TND-24, TND-33, TND-45, TND-48, TND-60, TND-62)",
            Passes,
            |w| filed(w, |_| {}),
        ),
        ("not on a standard text (TND-08)", Refused("TND-08"), |w| filed(w, |f| f.standard_text.clear())),
        ("an electronic file that costs a fen (TND-10)", Refused("TND-10"), |w| filed(w, |f| f.fee_fen = 1)),
        ("no validity (TND-16)", Refused("TND-16"), |w| filed(w, |f| f.validity_days = 0)),
        ("a bond one fen above 2 % (TND-17)", Refused("TND-17"), |w| filed(w, |f| f.bond_fen += 1)),
        ("a bond that lasts a day less than the bid (TND-17)", Refused("TND-17"), |w| {
            filed(w, |f| f.bond_validity_days = 89)
        }),
        ("procurement: a bond of 2 % of the budget (TND-73)", Passes, |w| with(w, procurement(), |_| {})),
        ("procurement: one fen more (TND-73)", Refused("TND-73"), |w| {
            with(w, procurement(), |f| f.bond_fen += 1)
        }),
        ("a floor price (TND-19)", Refused("TND-19"), |w| filed(w, |f| f.floor_fen = Some(1))),
        ("two base prices (TND-19)", Refused("TND-19"), |w| filed(w, |f| f.base_prices = 2)),
        ("a site visit for all (TND-20)", Passes, |w| filed(w, |f| f.site_visit = SiteVisit::All)),
        ("a site visit for some (TND-20)", Refused("TND-20"), |w| {
            filed(w, |f| f.site_visit = SiteVisit::Some)
        }),
        ("points for local awards (TND-24)", Refused("TND-24"), |w| {
            filed(w, |f| f.criteria.push(Criterion { local_or_sector: true, ..Criterion::default() }))
        }),
        ("points for being near the base price (TND-45)", Refused("TND-45"), |w| {
            filed(w, |f| f.criteria.push(Criterion { by_base_price: true, ..Criterion::default() }))
        }),
        ("opened half an hour after the deadline (TND-33)", Refused("TND-33"), |w| {
            filed(w, |f| f.opening = at("03-25T10:00:00"))
        }),
        ("four candidates (TND-48)", Refused("TND-48"), |w| filed(w, |f| f.candidates = 4)),
        ("a performance bond of 11 % asked for (TND-60)", Refused("TND-60"), |w| {
            filed(w, |f| f.performance_bond_percent = 11)
        }),
        ("silent on transfer and subcontracts (TND-62)", Refused("TND-62"), |w| {
            filed(w, |f| f.forbids_transfer = false)
        }),
    ]
}

fn periods() -> Vec<Row> {
    vec![
        ("on sale for five days (TND-09)", Passes, |w| filed(w, |f| f.sale_to = day(3, 9))),
        ("on sale for four (TND-09)", Refused("TND-09"), |w| filed(w, |f| f.sale_to = day(3, 8))),
        ("procurement: five working days (TND-72)", Passes, |w| {
            with(w, procurement(), |f| f.sale_to = day(3, 11))
        }),
        ("procurement: four working days and a weekend (TND-72)", Refused("TND-72"), |w| {
            with(w, procurement(), |f| f.sale_to = day(3, 10))
        }),
        ("twenty days to the deadline (TND-12)", Passes, |w| {
            filed(w, |f| (f.deadline, f.opening) = (at("03-24T09:30:00"), at("03-24T09:30:00")))
        }),
        ("nineteen (TND-12)", Refused("TND-12"), |w| {
            filed(w, |f| (f.deadline, f.opening) = (at("03-23T09:30:00"), at("03-23T09:30:00")))
        }),
        ("procurement: twenty days to the deadline (TRD-13)", Passes, |w| {
            with(w, procurement(), |f| (f.deadline, f.opening) = (at("03-24T09:30:00"), at("03-24T09:30:00")))
        }),
        ("procurement: nineteen (TRD-13)", Refused("TRD-13"), |w| {
            with(w, procurement(), |f| (f.deadline, f.opening) = (at("03-23T09:30:00"), at("03-23T09:30:00")))
        }),
        ("prequalification: five days after the sale ends (TND-11)", Passes, |w| {
            filed(w, |f| f.prequalification = first(9, 14))
        }),
        ("prequalification: four days (TND-11)", Refused("TND-11"), |w| {
            filed(w, |f| f.prequalification = first(9, 13))
        }),
        ("prequalification papers on sale for four days (TND-09)", Refused("TND-09"), |w| {
            filed(w, |f| f.prequalification = first(8, 14))
        }),
    ]
}

fn announcing() -> Vec<Row> {
    vec![
        ("announced: approved, funded, the same text everywhere (TND-03, TND-07, TND-23)", Passes, |w| {
            announced(w, publications())
        }),
        ("announced without the approval (TND-03)", Refused("TND-03"), |w| {
            announced_as(w, Registration { approval: String::new(), ..registration() }, |_| {})
        }),
        ("announced without the money (TND-03)", Refused("TND-03"), |w| {
            let funding = Funding { source: String::new(), ..registration().funding };
            announced_as(w, Registration { funding, ..registration() }, |_| {})
        }),
        ("open, and the approver has not confirmed it (TND-04)", Refused("TND-04"), |w| {
            w.registered(registration());
            propose(w, Method::Open)?;
            w.prepare(file())?;
            w.announce()
        }),
        ("two texts (TND-07)", Refused("TND-07"), |w| {
            let mut two = publications();
            two[1].digest = "cd".repeat(32);
            announced(w, two)
        }),
        ("a medium that charges (TND-07)", Refused("TND-07"), |w| {
            let mut paid = publications();
            paid[1].fee_fen = 100;
            announced(w, paid)
        }),
        ("announced a day after the file says it is issued (TND-12)", Refused("TND-12"), |w| {
            w.confirmed(registration());
            w.prepare(file())?;
            w.project("03-05T09:00:00", &tenderer(), Act::Announce { publications: publications() })
        }),
        ("a clause that names a brand, not answered (TND-23)", Refused("TND-23"), |w| {
            announced_as(w, registration(), |f| f.clauses.push("水泵指定甲品牌。".into()))
        }),
        ("a clause that names a brand, answered (TND-23)", Passes, |w| {
            with(w, registration(), |f| f.clauses.push("水泵指定甲品牌。".into()))?;
            let act = Act::AnswerFlag {
                flag: "brand@1.1".into(),
                reason: "与既有泵站配套，可投同等品牌".into(),
            };
            w.project("03-03T16:00:00", &tenderer(), act)?;
            w.announce()
        }),
        ("points for a local record in the words of a clause (TND-24)", Refused("TND-24"), |w| {
            announced_as(w, registration(), |f| f.clauses.push("本市获得的奖项每项加1分".into()))
        }),
        ("a flag answered without a reason (TND-23)", Refused("TND-23"), |w| {
            with(w, registration(), |f| f.clauses.push("水泵指定甲品牌。".into()))?;
            let act = Act::AnswerFlag { flag: "brand@1.1".into(), reason: " ".into() };
            w.project("03-03T16:00:00", &tenderer(), act)
        }),
        ("provisional sums below the threshold (TND-21)", Passes, |w| {
            announced_as(w, registration(), |f| f.provisional_fen = 399_999_999)
        }),
        ("provisional sums that reach it are noted (TND-21)", Noted, |w| {
            with(w, registration(), |f| f.provisional_fen = 400_000_000)?;
            let act =
                Act::AnswerFlag { flag: "provisional".into(), reason: "暂估部分另行招标".into() };
            w.project("03-03T16:00:00", &tenderer(), act)?;
            w.announce()
        }),
        ("announced while the duties are not signed (TND-83)", Noted, |w| {
            w.registered(registration());
            propose(w, Method::Open)?;
            confirm(w)?;
            w.prepare(file())?;
            w.announce()
        }),
    ]
}

fn separating() -> Vec<Row> {
    vec![
        ("evaluation apart from award, with authority and counsel (TND-86)", Passes, |w| {
            separate(w, registration(), |_| {})
        }),
        ("without a local authority (TND-86)", Refused("TND-86"), |w| {
            separate(w, registration(), |s| s.authority_digest.clear())
        }),
        ("where the first must win, without counsel (TND-86)", Refused("TND-86"), |w| {
            separate(w, registration(), |s| s.counsel_digest.clear())
        }),
        ("where the first need not win, without counsel (TND-86)", Passes, |w| {
            separate(w, free(), |s| s.counsel_digest.clear())
        }),
        (
            "all is budget money and nobody ticked it: the first must win, without counsel (TND-86)",
            Refused("TND-86"),
            |w| separate(w, unticked(1_000_000_000), |s| s.counsel_digest.clear()),
        ),
        ("six unranked candidates (TND-86)", Refused("TND-86"), |w| {
            separate(w, registration(), |s| s.candidates = 6)
        }),
        ("no factors stated (TND-86)", Refused("TND-86"), |w| {
            separate(w, registration(), |s| s.factors.clear())
        }),
    ]
}
