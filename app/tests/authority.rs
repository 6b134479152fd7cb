//! 谁能做什么。 Every act of every matter against every kind of person. An act that is missing here fails.

use fadu_app::registry::KINDS;
use fadu_authority::{Authority, Question};
use fadu_kernel::Role;

/// Columns: citizen, firm agent (both on their own case), then window clerk, officer, agency head, government,
/// catalogue manager, inspector, operator, clock (all of the competent body, none of them interested).
const TABLE: &str = "
case.Receive            C F W - - - - - - -
case.GiveNotice         - - - O - - - - - -
case.Supplement         C F W - - - - - - -
case.Accept             - - - O - - - - - -
case.Decline            - - - O - - - - - -
case.Stop               - - - O - - - - - -
case.Resume             - - - O - - - - - -
case.Verify             - - - O - - - - - -
case.Extend             - - - - H - - - - -
case.TellHearing        - - - O - - - - - -
case.AskHearing         C F - - - - - - - -
case.WaiveHearing       C F - - - - - - - -
case.ScheduleHearing    - - - O - - - - - -
case.RecordHearing      - - - O - - - - - -
case.Decide             - - - - H - - - - -
case.Deliver            - - W O - - - - - -
case.Withdraw           C F W - - - - - - -
case.Correct            - - W O - - - - - -
case.ExplainDelay       - - - O H - - - - -
case.Consult            - - - - - - - I - -
case.Archive            - - - O - - - - - -
case.DeemAccepted       - - - - - - - - - K
case.TurnAmber          - - - - - - - - - K
case.TurnOverdue        - - - - - - - - - K
case.Read               - - - O H - - - - -
item.Enter              - - - - - - M - - -
item.Complete           - - - - - - M - - -
item.Publish            - - - - - - M - - -
item.Suspend            - - - - - - M - - K
item.Cancel             - - - - - - M - - -
power.Draft             - - - O - - - - - -
power.Review            - - - - - - M - - -
power.Approve           - - - - - G - - - -
power.Publish           - - - - - - M - - -
power.End               - - - - - G - - - -
theme.Draft             - - - - - - M - - -
theme.FreezeBaseline    - - - - - - M - - -
theme.Approve           - - - - - G - - - -
theme.Publish           - - - - - - M - - -
theme.Revise            - - - - - - M - - -
theme.Suspend           - - - - - - M - - -
theme.Resume            - - - - - - M - - -
theme.End               - - - - - G - - - -
theme.Lapse             - - - - - - - - - K
joint.Receive           C F W - - - - - - -
joint.GiveNotice        - - - O - - - - - -
joint.Supplement        C F W - - - - - - -
joint.Decline           - - - O - - - - - -
joint.OpenChild         - - - - - - - - - K
joint.ChildMoved        - - - - - - - - - K
joint.Extend            - - - - - G - - - -
joint.Withdraw          C F W - - - - - - -
joint.Deliver           - - W O - - - - - -
joint.ExplainDelay      - - - O H - - - - -
joint.Close             - - - O - - - - - -
joint.DeemComplete      - - - - - - - - - K
joint.TurnAmber         - - - - - - - - - K
joint.TurnOverdue       - - - - - - - - - K
joint.Read              - - - O H - - - - -
hall.Open               - - - - - - M - - -
hall.DrawZone           - - - - - - M - - -
hall.PlaceWindow        - - - - - - M - - -
hall.RemoveWindow       - - - - - - M - - -
hall.PlaceKiosk         - - - - - - M - - -
hall.SetChannels        - - - - - - M - - -
hall.Close              - - - - - - M - - -
roster.Post             - - - - - - M - - -
roster.Withdraw         - - - - - - M - - -
clerk.Join              - - - - - - M - - -
clerk.Train             - - - - - - M - - -
clerk.Move              - - - - - - M - - -
clerk.Leave             - - - - - - M - - -
entry.Agree             - - - - - - M - - -
entry.Place             - - - - - - M - - -
entry.Drop              - - - - - - M - - -
entry.Leave             - - - - - - M - - -
record.Enter            - - - - - - M - - -
record.End              - - - - - - M - - -
baseline.Freeze         - - - - - - M - - -
mechanism.Adopt         - - - - - - M - - -
mechanism.Repeal        - - - - - - M - - -
parameter.Adopt         - - - - - - M - - -
ticket.Issue            C F W - - - - - - -
ticket.Arrive           C F W - - - - - - -
ticket.ReconcileOffline - - W - - - - - - -
ticket.Call             - - W - - - - - - -
ticket.Recall           - - W - - - - - - -
ticket.Skip             - - W - - - - - - -
ticket.Transfer         - - W - - - - - - -
ticket.Serve            - - W - - - - - - -
ticket.Finish           - - W - - - - - - -
ticket.Leave            C F W - - - - - - -
ticket.Lapse            - - - - - - - - - K
call.Raise              - - W - - - - - - -
call.Answer             - - - O H - - - - -
call.GiveOpinion        - - - O H - - - - -
call.Climb              - - - - - - - - - K
call.Close              - - W - - - - - - -
stuck.Report            C F W - - - - - - -
stuck.Assign            - - W - - - - - - -
stuck.Answer            - - - O H - - - - -
stuck.Escalate          C F - - - - - - - K
stuck.Close             - - W - - - - - - -
stuck.Read              - - - O - - - - - -
evaluation.Evaluate     C F - - - - - - - -
evaluation.CallBack     - - - O - - - - - -
evaluation.Verify       - - - O - - - - - -
evaluation.Repair       - - - O - - - - - -
evaluation.Appeal       - - - O - - - - - -
evaluation.Judge        - - - - - - M - - -
evaluation.TurnOverdue  - - - - - - - - - K
evaluation.Read         - - - O - - - - - -
";

fn rows() -> Vec<(&'static str, Vec<bool>)> {
    let row = |line: &'static str| {
        let mut cells = line.split_whitespace();
        (cells.next().unwrap_or_default(), cells.map(|cell| cell != "-").collect())
    };
    TABLE.lines().filter(|line| !line.is_empty()).map(row).collect()
}

#[test]
fn every_act_is_in_the_table() {
    let registered = KINDS
        .iter()
        .flat_map(|kind| (kind.acts)().iter().map(move |act| format!("{}.{}", kind.name, act.name)));
    let rows = rows();
    for act in registered {
        assert!(rows.iter().any(|(name, _)| *name == act), "{act} is missing from the table");
    }
}

#[test]
fn every_kind_of_person_may_do_exactly_this() {
    let authority = Authority::shipped().unwrap();
    for (name, allowed) in rows() {
        assert_eq!(allowed.len(), Role::ALL.len(), "{name}");
        let (kind, act) = name.split_once('.').unwrap();
        for (role, allowed) in Role::ALL.into_iter().zip(allowed) {
            let own = matches!(role, Role::Citizen | Role::FirmAgent);
            let question = |same_org, own| Question { kind, act, role, same_org, own };
            assert_eq!(authority.allows(question(!own, own)), allowed, "{name} by {}", role.zh());
            let official = matches!(role, Role::Officer | Role::AgencyHead);
            if official {
                // The entry of a draft names its own body, and `decide` holds it against the drafter's.
                assert!(
                    act == "Draft" || !authority.allows(question(false, false)),
                    "{name} by {} of another body",
                    role.zh()
                );
                assert!(
                    !authority.allows(question(true, true)) || !is_decisive(act),
                    "{name} on one's own case"
                );
            }
        }
    }
}

/// Acts from which an interested person must keep away (回避).
fn is_decisive(act: &str) -> bool {
    ["GiveNotice", "Accept", "Decline", "Verify", "Extend", "Decide", "RecordHearing", "Deliver", "Read"]
        .contains(&act)
}
