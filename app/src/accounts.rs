//! 账户。 Who signs in, with which post; passwords under argon2id.

use crate::{App, Problem};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use fadu_hotline::LeadAct;
use fadu_kernel::{Actor, Invalid, OrgId, PersonId, Role};
use fadu_service::CaseAct;
use fadu_store::Fault;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Passwords that are looked at in one moment. Each takes 19 MB: whoever sends many at once waits, and fills no memory.
pub const AT_ONCE: usize = 4;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub person: String,
    pub name: String,
    pub role: Role,
    pub org: String,
    /// argon2id, PHC form.
    pub password: String,
    /// Made by the demonstration: refused by `serve` anywhere else.
    #[serde(default)]
    pub demonstration: bool,
    #[serde(default)]
    pub closed: bool,
}

impl Account {
    pub fn actor(&self) -> Actor {
        Actor { person: PersonId::new(&self.person), role: self.role, org: OrgId::new(&self.org) }
    }
}

impl App {
    pub async fn put_account(&self, mut account: Account, password: &str) -> Result<(), Problem> {
        if password.chars().count() < 8 {
            return Err(Problem::Invalid(vec![Invalid::new("password", "密码至少8个字符")]));
        }
        let hashed = Argon2::default()
            .hash_password(password.as_bytes())
            .map_err(|error| Fault::Engine(error.to_string()))?;
        account.password = hashed.to_string();
        self.save_account(&account).await
    }

    pub async fn save_account(&self, account: &Account) -> Result<(), Problem> {
        let text = serde_json::to_string(account).map_err(|error| Fault::Corrupt(error.to_string()))?;
        Ok(self.store.put_account(self.region, &account.person, &text).await?)
    }

    pub async fn account(&self, person: &str) -> Result<Option<Account>, Problem> {
        let text = self.store.account(self.region, person).await?;
        Ok(text
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|error| Fault::Corrupt(error.to_string()))?)
    }

    pub async fn accounts(&self) -> Result<Vec<Account>, Problem> {
        let texts = self.store.accounts(self.region).await?;
        Ok(texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect())
    }

    /// 利害关系人 has an account of the public; 核查人员 and 检验、检测、检疫人员: each is on the staff of the body that
    /// records or assigns them, with an account that is open; a lead goes to an inspector of the organ named, released by another of the hotline's own. Asked before an act that a page or the interface brings, since a domain knows no accounts.
    /// Errors: `Invalid` on the field, naming who is not.
    pub async fn check_named(&self, actor: &Actor, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        if let Some(CaseAct::TellInterested { person, .. }) =
            act.downcast_ref::<CaseAct>().filter(|_| actor.role == Role::Officer)
        {
            let account = self.account(person.as_str()).await?;
            let of_the_public = account.is_some_and(|account| {
                !account.closed && matches!(account.role, Role::Citizen | Role::FirmAgent)
            });
            let because = || vec![Invalid::new("person", format!("{person}不是公众的账号"))];
            return if of_the_public { Ok(()) } else { Err(Problem::Invalid(because())) };
        }
        if let Some(
            LeadAct::Propose { to, receiver, release_by, .. }
            | LeadAct::Readdress { to, receiver, release_by, .. },
        ) = act.downcast_ref::<LeadAct>().filter(|_| actor.role == Role::CatalogueManager)
        {
            return self.check_hands(actor, to, receiver, release_by).await;
        }
        // Nobody else may record or assign them; they are told so, and nothing of who has an account.
        let (field, people) = match (act.downcast_ref::<CaseAct>(), actor.role) {
            (Some(CaseAct::Verify { checkers, .. }), Role::Officer) => ("checkers", checkers),
            (Some(CaseAct::AssignInspectors { inspectors }), Role::AgencyHead) => ("inspectors", inspectors),
            _ => return Ok(()),
        };
        let mut strangers = Vec::new();
        for checker in people {
            let account = self.account(checker.as_str()).await?;
            let on_staff = account.is_some_and(|account| {
                let officer = matches!(account.role, Role::Officer | Role::AgencyHead);
                officer && !account.closed && account.org == actor.org.as_str()
            });
            if !on_staff {
                strangers.push(checker.as_str());
            }
        }
        if strangers.is_empty() {
            return Ok(());
        }
        let because = format!("{}不是{}工作人员的账号", strangers.join("、"), actor.org);
        Err(Problem::Invalid(vec![Invalid::new(field, because)]))
    }

    /// What a lead says is sealed to its receiver: a slip of the pen would seal it to nobody, for ever.
    async fn check_hands(
        &self,
        actor: &Actor,
        to: &OrgId,
        receiver: &PersonId,
        release_by: &PersonId,
    ) -> Result<(), Problem> {
        let mut wrong = Vec::new();
        let hands = [
            ("receiver", receiver, Role::Inspector, to),
            ("release_by", release_by, Role::CatalogueManager, &actor.org),
        ];
        for (field, person, role, org) in hands {
            let account = self.account(person.as_str()).await?;
            let fits = account.is_some_and(|account| {
                !account.closed && account.role == role && account.org == org.as_str()
            });
            if !fits {
                wrong.push(Invalid::new(field, format!("{person}不是{org}的{}账号", role.zh())));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Problem::Invalid(wrong)) }
    }

    /// A turn among those whose passwords are looked at: so many at once and no more. Errors: the server is being stopped.
    pub async fn password_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = Arc::clone(&self.hashing).acquire_owned().await;
        Ok(turn.map_err(|_| Fault::Stopped)?)
    }

    /// The account, if the password fits. Takes as long for an unknown name as for a wrong password.
    /// Errors: those of the store.
    pub async fn sign_in(
        &self,
        person: &str,
        password: &str,
        turn: OwnedSemaphorePermit,
    ) -> Result<Option<Account>, Problem> {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let account = self.account(person).await?.filter(|account| !account.closed);
        let stored = account.as_ref().map_or(NOBODY, |account| account.password.as_str()).to_owned();
        let password = password.to_owned();
        let fits = tokio::task::spawn_blocking(move || {
            // Kept to the end of the work, which goes on when its sender hangs up.
            let _turn = turn;
            PasswordHash::new(&stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
        .unwrap_or(false);
        Ok(account.filter(|_| fits))
    }
}
