//! 账户。 Who signs in, with which post; passwords under argon2id.

use crate::{App, Problem};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use fadu_store::Fault;
use serde::{Deserialize, Serialize};

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
            return Err(Problem::Invalid(vec![fadu_kernel::Invalid::new("password", "密码至少8个字符")]));
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

    /// The account, if the password fits. Takes as long for an unknown name as for a wrong password.
    pub async fn sign_in(&self, person: &str, password: &str) -> Result<Option<Account>, Problem> {
        const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let account = self.account(person).await?.filter(|account| !account.closed);
        let stored = account.as_ref().map_or(NOBODY, |account| account.password.as_str()).to_owned();
        let password = password.to_owned();
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&stored)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
        .unwrap_or(false);
        Ok(account.filter(|_| fits))
    }
}
