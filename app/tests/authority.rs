//! 谁能做什么。 Every act of every matter against every kind of person. An act that is missing here fails.
//! That the door asks these policies of each act before it decides anything is held in `src/act/tests.rs`.

use fadu_app::registry::KINDS;
use fadu_authority::{Authority, Question};
use fadu_kernel::Role;

/// Columns: citizen, firm agent (both on their own case), then window clerk, officer, agency head, government,
/// catalogue manager, inspector, operator, clock (all of the competent body, none of them interested).
const TABLE: &str = "
case.Receive            C F W - - - - - - -
case.ReceivePart        - - - - - - - - - K
case.GiveNotice         - - - O - - - - - -
case.Supplement         C F W - - - - - - -
case.CheckSignature     - - - O - - - - - -
case.NameIntermediary   - - W O - - - - - -
case.Accept             - - - O - - - - - -
case.Decline            - - - O - - - - - -
case.Stop               - - - O - - - - - -
case.Resume             - - - O - - - - - -
case.Verify             - - - O - - - - - -
case.AssignInspectors   - - - - H - - - - -
case.ConfirmCheck       - - - O H - - - - -
case.Forward            - - - O - - - - - -
case.Extend             - - - - H - - - - -
case.TellHearing        - - - O - - - - - -
case.AskHearing         C F - - - - - - - -
case.WaiveHearing       C F - - - - - - - -
case.TellInterested     - - - O - - - - - -
case.AskHearingAsInterested     C F - - - - - - - -
case.WaiveHearingAsInterested   C F - - - - - - - -
case.ScheduleHearing    - - - O - - - - - -
case.RecordHearing      - - - O - - - - - -
case.Decide             - - - - H - - - - -
case.Deliver            - - W O - - - - - K
case.Withdraw           C F W - - - - - - K
case.Correct            - - W O - - - - - -
case.Renew              C F W O - - - - - -
case.ExplainDelay       - - - O H - - - - -
case.Consult            - - - - - - - I - -
case.Archive            - - - O - - - - - -
case.DeemAccepted       - - - - - - - - - K
case.DeemRenewed        - - - - - - - - - K
case.TurnAmber          - - - - - - - - - K
case.TurnOverdue        - - - - - - - - - K
case.PassStop           - - - - - - - - - K
case.PassAssignment     - - - - - - - - - K
case.Spare              - - - - - - - - - K
case.AskAfterAll        - - - - - - - - - K
case.IssueNotice        - - - - - - - - - K
case.ChargeFee          - - - O - - - - - -
case.ExemptFee          - - - O - - - - - -
case.PayFee             - - W O - - - - - K
case.RefundFee          - - - - H - - - - -
case.NoteSurplus        - - - - - - - - - K
case.Consign            - - W O - - - - - -
case.NoteParcel         - - W O - - - - - K
case.NoteSent           - - - - - - - - - K
case.NoteUnsent         - - - - - - - - - K
case.NoteOutside        - - - - - - - - - K
case.SendAgain          - - - O - - M - - -
case.Read               - - - O H - - - - -
item.Enter              - - - O - - M - - -
item.Claim              - - - O - - - - - -
item.Disclaim           - - - O - - - - - -
item.Complete           - - - O - - M - - -
item.Submit             - - - O - - - - - -
item.Endorse            - - - - H - - - - -
item.ReviewReform       - - - O H - M - - -
item.ReviewBasis        - - - O H - - - - -
item.Publish            - - - - - - M - - -
item.TakeEffect         - - - - - - - - - K
item.Suspend            - - - - - - M - - K
item.Resume             - - - - - - M - - -
item.Lapse              - - - - - - - - - K
item.Cancel             - - - - - - M - - -
item.Spare              - - - - - - - - - K
item.AskAgain           - - - - - - - - - K
item.FreezeBaseline     - - - - - - M - - -
duty.Assign             - - - - - G - - - -
upstream.Receive        - - - - - - M - - -
upstream.Withdraw       - - - - - - M - - -
comparison.Compare      - - - - - - - - - K
comparison.Settle       - - - - - - M - - -
fee.List                - - - - - - M - - -
fee.Remove              - - - - - - M - - -
retention.Adopt         - - - - - - M - - -
retention.HandOver      - - - - - - M - - -
personal.Freeze         - - - - - - - - P -
personal.Erase          - - - - - - - - P -
power.Draft             - - - O - - - - - -
power.Review            - - - - - - M - - -
power.Approve           - - - - - G - - - -
power.Publish           - - - - - - M - - -
power.ProposeEnd        - - - O - G - - - -
power.End               - - - - - G - - - -
power.PassDue           - - - - - - - - - K
report.Open             - - - O - G M - - -
report.Draft            - - - O - G M - - -
report.Approve          - - - - H G - - - -
report.Submit           - - - O - G M - - -
report.Publish          - - - O - G M - - -
report.PassDue          - - - - - - - - - K
calendar.Load           - - - - - - - - P -
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
joint.ChildHeld         - - - - - - - - - K
joint.OpenAgain         - - - O - - - - - -
joint.DeclineChild      - - - O - - - - - -
joint.Extend            - - - - - G - - - -
joint.Withdraw          C F W - - - - - - -
joint.Deliver           - - W O - - - - - -
joint.ExplainDelay      - - - O H - - - - -
joint.Close             - - - O - - - - - -
joint.DeemComplete      - - - - - - - - - K
joint.TurnAmber         - - - - - - - - - K
joint.TurnOverdue       - - - - - - - - - K
joint.Read              - - - O H - - - - -
proof.List              - - - - - - M - - -
proof.Spare             - - - - - - M - - -
proof.Restore           - - - - - - M - - -
limit.Adopt             - - - - - - M - - -
licence.Issue           - - - - - - - - - K
licence.Reissue         - - - O - - - - - -
licence.Revoke          - - - - H - - - - K
licence.Read            - - - O H - - - - -
exemption.Open          - - - - - - - - - K
exemption.Obtain        - - - - - - - - - K
exemption.Fail          - - - - - - - - - K
exemption.TryAgain      - - - O - - - - - -
exemption.Promise       C F W - - - - - - -
exemption.AskCheck      - - - O - - - - - -
exemption.CheckOpened   - - - - - - - - - K
exemption.CheckAnswered - - - - - - - - - K
exemption.AskPaper      - - - O - - - - - -
exemption.Verify        - - - O H - - - - -
exemption.TurnOverdue   - - - - - - - - - K
exemption.Dispose       - - - - H - - - - -
exemption.Repair        - - - - H - - - - -
exemption.Read          - - - O H - - - - -
check.Open              - - - - - - - - - K
check.Answer            - - - O H - - - - -
check.TurnOverdue       - - - - - - - - - K
check.Read              - - - O H - - - - -
hall.Open               - - - - - - M - - -
hall.DrawZone           - - - - - - M - - -
hall.PlaceWindow        - - - - - - M - - -
hall.RemoveWindow       - - - - - - M - - -
hall.PlaceKiosk         - - - - - - M - - -
hall.SetChannels        - - - - - - M - - -
hall.SetHours           - - - - - - M - - -
hall.Close              - - - - - - M - - -
roster.Post             - - - - - - M - - -
roster.Withdraw         - - - - - - M - - K
clerk.Join              - - - - - - M - - -
clerk.Train             - - - - - - M - - -
clerk.Move              - - - - - - M - - -
clerk.Leave             - - - - - - M - - -
entry.Agree             - - - - - - M - - -
entry.Place             - - - - - - M - - K
entry.Drop              - - - - - - M - - K
entry.Leave             - - - - - - M - - -
record.Enter            - - - - - - M - - -
record.End              - - - - - - M - - -
baseline.Freeze         - - - - - - M - - -
baseline.Measure        - - - - - - - - - K
sampling.Draw           - - - - - - M - - -
sampling.Find           - - - - - - M - - -
sampling.Train          - - - - - - M - - -
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
stuck.Assign            - - W - H - - - - -
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
order.Take              C F W - - - M - - -
order.TransferEmergency - - W - - - M - - -
order.Raise             - - - - - - M - - -
order.Supplement        C F W - - - M - - -
order.Answer            - - W - - - M - - -
order.Exclude           - - - - - - M - - -
order.HandOver          - - - - - - M - - -
order.PassUp            - - - - - - M - - -
order.ReleaseLead       - - - - - - M - - -
order.LinkCall          - - W - - - M - - -
order.KeepRecording     - - - - - - - - P -
order.OpenCaller        - - W O H - M - - -
order.Dispatch          - - W - - - M - - -
order.Sign              - - - O - - - - - -
order.Return            - - - O - - - - - -
order.SettleReturn      - - - - - - M - - -
order.Recall            - - - - - - M - - -
order.Arbitrate         - - - - - - M - - -
order.Assist            - - - O - - - - - -
order.Meet              - - - - - - M - - -
order.Extend            - - - - H - - - - -
order.SettleExtension   - - - - - - M - - -
order.ReportUp          - - - - - - M - - -
order.Reply             - - - O H - - - - -
order.CallBack          - - W - - - M - - -
order.Redo              - - - - - - M - - -
order.Close             - - - - - - M - - -
order.JudgeUnlawful     - - - - - - M - - -
order.ConfirmPanel      - - - O H - M - - -
order.DeclinePanel      - - - O H - M - - -
order.Merge             - - - - - - M - - -
order.Unmerge           - - - - - - M - - -
order.Disown            - - - - - - - - - K
order.Adopt             - - - - - - - - - K
order.FollowParent      - - - - - - - - - K
order.TellCaller        - - - - - - - - - K
order.TurnAmber         - - - - - - - - - K
order.PassDue           - - - - - - - - - K
order.Urge              - - - - - - - - - K
order.DraftSupervision  - - - - - - - - - K
order.IssueSupervision  - - - - - G M - - -
order.NameUnit          - - - - - G M - - -
order.Evaluate          C F - - - - - - - -
order.Publish           - - - - - - M - - -
order.Unpublish         C F - - - - M - - -
order.Archive           - - - - - - M - - -
order.Read              - - - - - - - - - -
disclosure.Receive             - - - O - - - - - -
disclosure.Submit              C F - - - - - - - -
disclosure.AddSupplement       C F - - - - - - - -
disclosure.Confirm             - - - O - - - - - -
disclosure.AskSupplement       - - - O - - - - - -
disclosure.Supplement          - - - O - - - - - -
disclosure.Abandon             - - - - - - - - - K
disclosure.Consult             - - - O - - - - - -
disclosure.NoteOpinion         - - - O - - - - - -
disclosure.LapseOpinion        - - - - - - - - - K
disclosure.Extend              - - - - H - - - - -
disclosure.Answer              - - - O - - - - - -
disclosure.PassDue             - - - - - - - - - K
petition.Register       - - - - - - M - - K
petition.Forward        - - - O - - - - - -
petition.OpenPetitioner - - - O H - - - - -
petition.NameRepresentatives C F - - - - M - - -
petition.Object         - - - O - - - - - -
petition.SettleObjection - - - O - - M - - -
petition.Accept         - - - O - - - - - -
petition.Extend         - - - - H - - - - -
petition.Reply          - - - - H - - - - -
petition.AskReview      C F - - - - M - - -
petition.PassDue        - - - - - - - - - K
petition.Lapse          - - - - - - - - - K
lead.Propose            - - - - - - M - - -
lead.Release            - - - - - - M - - -
lead.Readdress          - - - - - - M - - -
lead.Receive            - - - - - - - I - -
lead.Conclude           - - - - - - - I - -
lead.Read               - - - - - - - I - -
knowledge.Draft         - - - O - - - - - -
knowledge.Review        - - - - H - - - - -
knowledge.Publish       - - - - - - M - - -
knowledge.Withdraw      - - - - - - M - - -
desk.Open               - - - - - - M - - -
desk.SetParameter       - - - - - - M - - -
desk.MergeLine          - - - - - - M - - -
desk.LeaveLine          - - - - - - M - - -
desk.SetUnits           - - - - - - M - - -
desk.SetRoutes          - - - - - - M - - -
desk.DropRoute          - - - - - - M - - -
desk.SetRoster          - - - - - - M - - -
desk.SetSeats           - - - - - - M - - -
desk.Appoint            - - - - - G M - - -
desk.Dismiss            - - - - - G M - - -
desk.SetCategory        - - - - - - M - - -
desk.RetireCategory     - - - - - - M - - -
desk.GoLive             - - - - - - M - - -
calls.Open              - - - - - - - - - K
calls.Record            - - - - - - - - P -
calls.Correct           - - - - - - - - P -
calls.CloseDay          - - - - - - - - - K
project.Register                - - - O - - - - - -
project.ProposeMethod           - - - O - - - - - -
project.ConfirmMethod           - - - O - - - - - -
project.SignDuties              - - - - H - - - - -
project.Separate                - - - - H - - - - -
project.PrepareFile             - - - O - - - - - -
project.AnswerFlag              - - - O - - - - - -
project.Announce                - - - O - - - - - -
project.Invite                  - - - O - - - - - -
project.Qualify                 - - - O - - - - - -
project.Ask                     - F - - - - - - - -
project.Clarify                 - - - O - - - - - -
project.ConfirmClarification    - - - - H - - - - -
project.Postpone                - - - O - - - - - -
project.Object                  - F - - - - - - - -
project.AnswerObjection         - - - O - - - - - -
project.WithdrawObjection       - F - - - - - - - -
project.Suspend                 - - - O - - - - - K
project.Resume                  - - - O - - - - - -
project.LapseSuspension         - - - - - - - - - K
project.Admit                   - - - - - - - - - K
project.BeginOpening            - - - O - - - - - -
project.Contribute              - - W O - - - - - -
project.NoteAbsence             - - - O - - - - - -
project.ReadBid                 - - - O - - - - - -
project.NoteUnreadable          - - - O - - - - - -
project.CloseOpening            - - - O - - - - - -
project.Retender                - - - O - - - - - -
project.Terminate               - - - - H - - - - -
project.SeatCommittee           - - - O - - - - - -
project.ReplaceMember           - - - O - - - - - -
project.SayTimeShort            C - - - - - - - - -
project.DeclareInterest         C - - - - - - - - -
project.Score                   C - - - - - - - - -
project.SignSheets              C - - - - - - - - -
project.OpenSheets              - - - - - - - - - K
project.VoteRejection           C - - - - - - - - -
project.AskBidder               C - - - - - - - - -
project.AnswerCommittee         - - - - - - - - - K
project.SignReport              C - - - - - - - - -
project.StateDissent            C - - - - - - - - -
project.ReportEvaluation        C - - - - - - - - -
project.Reevaluate              - - - O - - - - - -
project.NoteUpheld              - - - - - - - - - K
project.PublishCandidates       - - - O - - - - - -
project.ReportClearing          - - - O - - - - - -
project.Choose                  - - - - H - - - - -
project.Award                   - - - - H - - - - -
project.SendNotice              - - - O - - - - - -
project.ReportToSupervisor      - - - O - - - - - -
project.SignContract            - - - - H - - - - -
project.ReturnBonds             - - - O - - - - - -
project.FileContract            - - - O - - - - - -
project.PublishContract         - - - O - - - - - -
project.ChangeContract          - - - - H - - - - -
project.Pay                     - - - O - - - - - -
project.AcceptWork              - - - O - - - - - -
project.Archive                 - - - O - - - - - -
project.RegisterIntervention    - - - O H - - I - -
project.NoteOffline             - - - O - - - - - -
project.RaiseAlert              - - - O H - - I - K
project.DisposeAlert            - - - O - - - - - -
project.IssueNotice             - - - - - - - - - K
bid.Deposit                     - F - - - - - - - -
bid.Replace                     - F - - - - - - - -
bid.Withdraw                    - F - - - - - - - -
bid.ReturnBond                  - - W - - - - - - -
bid.Reveal                      - F W - - - - - - K
bid.Explain                     - F - - - - - - - -
draw.Freeze                     - - - O - - - - - -
draw.Commit                     - F W O - - - - - -
draw.Reveal                     - F W O - - - - - -
draw.Conclude                   - - - O - - - - - -
draw.Excuse                     C - - O - - - - - -
draw.Disclose                   - - - O - - - - - -
draw.Void                       - - - - H - - - - -
setting.Adopt                   - - - - - - M - - -
library.Publish                 - - - - - - M - - -
library.DrawUp                  - - W - - - - - - -
complaint.Lodge                 C F - - - - - - - -
complaint.Accept                - - - O - - - - - -
complaint.Decline               - - - O - - - - - -
complaint.Transfer              - - - O - - - - - -
complaint.Stop                  - - - O - - - - - -
complaint.Continue              - - - O - - - - - -
complaint.OrderSuspension       - - - - H - - - - -
complaint.Decide                - - - - H - - - - -
complaint.Publish               - - - O - - - - - -
complaint.Withdraw              C F - - - - - - - -
complaint.TurnOverdue           - - - - - - - - - K
complaint.IssueNotice           - - - - - - - - - K
inspection.Plan                 - - - O - - - - - -
inspection.Approve              - - - - H - - - - -
inspection.Assign               - - - O - - - - - -
inspection.Notify               - - - O - - - - - -
inspection.Visit                - - - O - - - - - -
inspection.Record               - - - O - - - - - -
inspection.Publish              - - - O - - - - - -
inspection.ReportRecords        - - - O - - - - - -
inspection.OrderCorrection      - - - - H - - - - -
inspection.SubmitProof          - F - O - - - - - -
inspection.Recheck              - - - O - - - - - -
inspection.RecordCredit         - - - O - - - - - -
inspection.TurnOverdue          - - - - - - - - - K
inspection.IssueNotice          - - - - - - - - - K
deadline.Adopt                  - - - - - - M - - -
alert.Raise                     - - - O H - - I - K
alert.AskExplanation            - - - O - - - - - -
alert.RecordExplanation         - - - O - - - - - -
alert.Dispose                   - - - O - - - - - -
handover.Report                 - - - O - - - - - -
handover.Decide                 - - - - H - - - - -
handover.Send                   - - - O - - - - - -
handover.Receive                - - - O - - - - - -
handover.RecordAnswer           - - - O - - - - - -
handover.AskReview              - - - O - - - - - -
handover.GiveItems              - - - O - - - - - -
handover.Close                  - - - O - - - - - -
handover.IssueNotice            - - - - - - - - - K
credit.Enter                    - - - O - - - - - -
credit.Publish                  - - - O - - - - - -
credit.NoteVoid                 - - - O - - - - - -
credit.Withdraw                 - - - O - - - - - -
credit.Repair                   - - - O - - - - - -
duties.Publish                  - - - - H - - - - -
duties.NoteSigned               - - - - - - - - - K
duties.Repeal                   - - - - H - - - - -
venue.Register                  - - - - H - - - - -
venue.Receive                   - - - - - - - - - K
venue.NoteBreak                 - - - - - - - - - K
venue.SettleBreak               - - - - H - - - - -
venue.Audit                     - - - O - - - I - -
venue.TurnSilent                - - - - - - - - - K
campaign.Open                   - - - O - - - - - -
campaign.Enter                  - - - - - - - - - K
campaign.Count                  - - - - - - - - - K
campaign.Close                  - - - - H - - - - -
review.Enter                    - - - O - - - - - -
review.AskExplanation           - - - O - - - - - -
review.RecordExplanation        - - - O - - - - - -
review.Dispose                  - - - O - - - - - -
review.Recompute                - - - O - - - - - -
review.Conclude                 - - - O - - - - - -
penalty.File                    - - - O - - - - - -
penalty.Preserve                - - - O - - - - - -
penalty.SettleEvidence          - - - O - - - - - -
penalty.AdmitDevice             - - - O - - - - - -
penalty.Tell                    - - - O - - - - - -
penalty.RecordDefence           - - - O - - - - - -
penalty.RecordHearingAsked      - - - O - - - - - -
penalty.NotifyHearing           - - - O - - - - - -
penalty.RecordHearing           - - - O - - - - - -
penalty.Decide                  - - - - H - - - - -
penalty.Serve                   - - - O - - - - - -
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
                assert!(
                    is_across_bodies(name) || !authority.allows(question(false, false)),
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

/// Acts that another body than the matter's own may do: the act opens the matter, or `decide` holds the actor's body
/// against the one that the matter names for it (tenderer, approver, supervisor, assisting unit).
fn is_across_bodies(name: &str) -> bool {
    const ACROSS: [&str; 36] = [
        "item.Enter",
        "item.ReviewReform",
        "item.ReviewBasis",
        "power.Draft",
        "report.Open",
        "knowledge.Draft",
        "order.Assist",
        "order.ConfirmPanel",
        "order.DeclinePanel",
        "disclosure.Receive",
        "project.Register",
        "project.ConfirmMethod",
        "project.Suspend",
        "project.Resume",
        "project.RegisterIntervention",
        "project.RaiseAlert",
        "project.Contribute",
        "project.NoteAbsence",
        "project.DisposeAlert",
        "project.ReplaceMember",
        "draw.Excuse",
        "draw.Freeze",
        "draw.Commit",
        "draw.Reveal",
        "draw.Void",
        "inspection.Plan",
        "alert.Raise",
        "handover.Report",
        "handover.Receive",
        "credit.Enter",
        "duties.Publish",
        "venue.Register",
        "venue.Audit",
        "campaign.Open",
        "review.Enter",
        "penalty.File",
    ];
    ACROSS.contains(&name)
}

/// Acts from which an interested person must keep away (回避).
fn is_decisive(act: &str) -> bool {
    [
        "GiveNotice",
        "Accept",
        "Decline",
        "Verify",
        "AssignInspectors",
        "Forward",
        "ConfirmCheck",
        "Extend",
        "Decide",
        "RecordHearing",
        "Deliver",
        "Read",
        "ChargeFee",
        "ExemptFee",
        "RefundFee",
        "Consign",
        "NoteParcel",
    ]
    .contains(&act)
}
