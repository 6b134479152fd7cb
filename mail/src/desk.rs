//! 来信登记。 From a letter to an act of the hotline, and what its sender is answered.

use crate::MailError;
use crate::config::Config;
use crate::letter::Letter;
use crate::smtp::Answer;
use fadu_app::{App, Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::hints::hints;
use fadu_hotline::order::LONGEST;
use fadu_hotline::place::Place as Where;
use fadu_hotline::words::{Channel, Kind, Lane, Urgency};
use fadu_hotline::{Intake, Order, OrderAct};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_understand::{Keeper, Proposal, propose, propose_beside};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Orders of one sender looked at: those of today, and the one a subject names.
const OF_SENDER: u32 = 200;

/// Where a letter is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Taken,
    Automatic,
    ByHand,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub place: Place,
    /// An order was opened.
    pub opened: bool,
    pub answer: Option<Answer>,
}

impl Verdict {
    fn quiet(place: Place) -> Verdict {
        Verdict { place, opened: false, answer: None }
    }

    /// Larger than anything that is read: a person looks at it.
    pub fn too_large() -> Verdict {
        Verdict::quiet(Place::ByHand)
    }
}

pub struct Desk<'a> {
    pub app: &'a App,
    pub config: &'a Config,
    /// Where the county's model lies.
    pub keeper: &'a Keeper,
    pub base_url: &'a str,
}

impl Desk<'_> {
    pub async fn handle(&self, bytes: &[u8]) -> Result<Verdict, MailError> {
        let Some(letter) = Letter::read(bytes, &self.config.address) else {
            return Ok(Verdict::quiet(Place::ByHand));
        };
        if let Some(why) = letter.machine {
            tracing::info!(why, "a machine's letter is not taken");
            return Ok(Verdict::quiet(Place::Automatic));
        }
        if letter.from.parse::<lettre::Address>().is_err() {
            return Ok(Verdict::quiet(Place::ByHand));
        }
        let own = self
            .app
            .orders_of_caller(&letter.from, OF_SENDER)
            .await
            .map_err(Problem::from)?;
        let today = self.app.moment().today.to_string();
        let key = key(&letter);
        let n_today = own.iter().filter(|row| row.opened_day == today).count();
        if n_today >= self.config.most_a_day as usize {
            return Ok(Verdict::quiet(Place::ByHand));
        }
        if letter.is_empty() && letter.files.is_empty() {
            return Ok(self.answered(&letter, "您的来信没有内容", NOTHING_WRITTEN.to_owned()));
        }
        let named = letter.number().and_then(|number| own.iter().find(|row| row.number == number));
        match named.filter(|row| !row.closed) {
            Some(row) => self.supplement(&letter, row.id, &row.number, &key).await,
            None => self.take(&letter, &key).await,
        }
    }

    fn answered(&self, letter: &Letter, subject: &str, text: String) -> Verdict {
        let answer = Answer {
            to: letter.from.clone(),
            subject: subject.to_owned(),
            text,
            in_reply_to: letter.message_id.clone(),
            references: letter.references.clone(),
        };
        Verdict { place: Place::Taken, opened: false, answer: Some(answer) }
    }

    async fn supplement(
        &self,
        letter: &Letter,
        id: MatterId,
        number: &str,
        key: &str,
    ) -> Result<Verdict, MailError> {
        let order = self.app.order(id).await.map_err(Problem::from)?;
        let Some(person) = order.and_then(|(_, order)| order.applicant) else {
            return self.take(letter, key).await;
        };
        let actor = citizen(person);
        let act = OrderAct::Supplement { text: letter.text.clone() };
        let call = Call {
            actor: &actor,
            matter: Some(id),
            act,
            private: BTreeMap::new(),
            key: Some(key.to_owned()),
        };
        match self.app.act::<Order>(call).await {
            Ok(_) => {
                let files = match letter.files.len() {
                    0 => "",
                    _ => "\n补充来信里的附件没有收，请另写一封新的信，附上附件。",
                };
                let text = format!("您补充的内容已经记到 {number}。{files}\n{}", self.way(id));
                Ok(self.answered(letter, &format!("{number} 的补充内容已经收到"), text))
            }
            // Answered or over meanwhile: what is written now is a request of its own.
            Err(Problem::Refused(_) | Problem::NoAuthority(_)) => self.take(letter, key).await,
            Err(problem) => Err(problem.into()),
        }
    }

    async fn take(&self, letter: &Letter, key: &str) -> Result<Verdict, MailError> {
        let files: Vec<Vec<u8>> = letter.files.iter().map(|(_, bytes)| bytes.clone()).collect();
        let mut private = BTreeMap::from([("caller_mail".to_owned(), letter.from.clone())]);
        let sealed = self.app.seal_attachments(&files, &mut private).await;
        let attachments = sealed.map_err(Problem::from)?;
        let list = self
            .app
            .hotline()
            .map_or_else(|| Categories::shipped().clone(), |desk| desk.categories());
        let actor = citizen(PersonId::new(&format!("mail-{}", &key[..24])));
        let proposal = propose(self.keeper.model().as_deref(), &letter.text);
        let (app, nowhere) = (self.app, Where::default());
        let today = app.moment().today;
        let proposed = propose_beside(&*app.store, app.region, &letter.text, &nowhere, today).await;
        let proposed = proposed.map_err(Problem::from)?.some();
        let act = OrderAct::Take(Box::new(Intake {
            attachments,
            proposed,
            ..intake(letter, &list, self.config, proposal)
        }));
        if !letter.name.is_empty() {
            private.insert("caller_name".to_owned(), letter.name.clone());
        }
        let call = Call { actor: &actor, matter: None, act, private, key: Some(key.to_owned()) };
        let id = match self.app.act::<Order>(call).await {
            Ok(done) => done.matter,
            Err(Problem::Invalid(_) | Problem::Refused(_) | Problem::NoAuthority(_)) => {
                return Ok(Verdict::quiet(Place::ByHand));
            }
            Err(problem) => return Err(problem.into()),
        };
        let found = self.app.order(id).await.map_err(Problem::from)?;
        let number = found.map(|(_, order)| order.number).unwrap_or_default();
        let text = self.receipt(letter, id, &number);
        let answered = self.answered(letter, &format!("您的诉求 {number} 已经受理"), text);
        Ok(Verdict { opened: true, ..answered })
    }

    fn way(&self, id: MatterId) -> String {
        let code = self.app.keys.track_code(id);
        format!("查询密码：{code}\n办理进度：{}/12345/{id}/{code}\n", self.base_url)
    }

    /// What there is to read, and where: neither the caller's words nor the unit's, for mail travels in the clear.
    pub(crate) fn news(&self, id: MatterId, order: &Order, to: String) -> Answer {
        let news: Vec<&str> = order.untold.iter().map(|news| news.zh()).collect();
        let number = &order.number;
        Answer {
            to,
            subject: format!("您的诉求 {number} {}", news.join("、")),
            text: format!(
                "您的诉求 {number} {}，请凭下面的密码查看。\n{}\n本信由系统自动发出。\n",
                news.join("、"),
                self.way(id)
            ),
            in_reply_to: String::new(),
            references: Vec::new(),
        }
    }

    /// The caller's own words are not sent back: mail travels in the clear.
    fn receipt(&self, letter: &Letter, id: MatterId, number: &str) -> String {
        let mut text = format!(
            "您的来信已经登记为诉求，编号 {number}。\n{}\n接下来交给有职权的单位办理，办完以后由另外的人回访。",
            self.way(id)
        );
        text += "要补充，请回复本信并保留主题里的编号。\n有人正在受伤、火灾或者犯罪，请立即拨打110、119、120或者122。\n";
        if letter.cut {
            text += &format!("\n来信超过{LONGEST}字，只登记了前面的部分，其余请另信补充。\n");
        }
        if !letter.left.is_empty() {
            text += &format!("\n下列附件没有收：{}。\n", letter.left.join("、"));
        }
        text + "\n本信由系统自动发出。\n"
    }
}

const NOTHING_WRITTEN: &str = "您的来信没有文字，也没有能收的附件，没有登记。请写明时间、地点和希望怎么解决，再发一次。\n\n本信由系统自动发出。\n";

fn citizen(person: PersonId) -> Actor {
    Actor { person, role: Role::Citizen, org: OrgId::new("public") }
}

/// The same letter has the same key, however often it is delivered or read; another letter has another, whatever number
/// its sender gave it.
fn key(letter: &Letter) -> String {
    let mut digest = Sha256::new();
    for part in [&letter.from, &letter.message_id, &letter.text] {
        digest.update(part);
        digest.update([0]);
    }
    hex(&digest.finalize())
}

/// Nobody has read it yet: kind and category are what model and words speak for, kept as a suggestion, and put right by
/// who dispatches.
fn intake(letter: &Letter, list: &Categories, config: &Config, proposal: Option<Proposal>) -> Intake {
    let told = hints(&letter.text);
    let known = proposal.as_ref().and_then(|proposal| proposal.category().map(str::to_owned));
    let category = known.unwrap_or_else(|| config.category.clone());
    let category = Some(category)
        .filter(|code| list.item(code).is_some())
        .unwrap_or_else(|| config.category.clone());
    let lane = list.group(&category).map_or(Lane::General, |group| group.lane);
    let text = if letter.is_empty() {
        "（来信没有文字，只有附件）".to_owned()
    } else {
        letter.text.clone()
    };
    Intake {
        channel: Channel::Mail,
        line: OWN_LINE.to_owned(),
        kind: told.kind.unwrap_or(Kind::Help),
        suggestion: proposal.map(|proposal| proposal.suggestion),
        proposed: None,
        text,
        category,
        place: Where::default(),
        urgency: told.urgency.unwrap_or(Urgency::Ordinary),
        lane,
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        persons: 1,
        attachments: Vec::new(),
    }
}
