//! 发信。 Acknowledgements over SMTP, each marked as a machine's (RFC 3834) and sent with no address to bounce to.

use crate::MailError;
use crate::config::{Config, Secrets, Security};
use crate::letter::LOOP;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// 回信。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The letter it answers and those before it, without angle brackets.
    pub in_reply_to: String,
    pub references: Vec<String>,
}

pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

fn words(error: impl std::fmt::Display) -> MailError {
    MailError::Words(error.to_string())
}

impl Post {
    pub fn new(config: &Config, secrets: &Secrets) -> Result<Post, MailError> {
        let smtp = &config.smtp;
        let tls = match smtp.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(TlsParameters::new(smtp.host.clone())?),
            Security::Tls => Tls::Wrapper(TlsParameters::new(smtp.host.clone())?),
        };
        let address: Address = config.address.parse().map_err(words)?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .hello_name(ClientId::Domain(address.domain().to_owned()))
            .timeout(Some(PATIENCE));
        if !smtp.user.is_empty() {
            builder = builder.credentials(Credentials::new(smtp.user.clone(), secrets.smtp.clone()));
        }
        Ok(Post { transport: builder.build(), from: Mailbox::new(Some(config.name.clone()), address) })
    }

    pub async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await? {
            true => Ok(()),
            false => Err(MailError::Late),
        }
    }

    pub async fn send(&self, answer: &Answer) -> Result<(), MailError> {
        let to: Address = answer.to.parse().map_err(words)?;
        let bytes = self.write(answer, &to)?;
        // From nobody: what cannot be delivered is not sent back to us.
        let envelope = Envelope::new(None, vec![to]).map_err(words)?;
        self.transport.send_raw(&envelope, &bytes).await?;
        Ok(())
    }

    fn write(&self, answer: &Answer, to: &Address) -> Result<Vec<u8>, MailError> {
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(&answer.subject)
            .message_id(None)
            .header(ContentType::TEXT_PLAIN);
        if !answer.in_reply_to.is_empty() {
            let one = |id: &String| format!("<{id}>");
            let before = answer.references.iter().map(one).chain([one(&answer.in_reply_to)]);
            builder = builder
                .in_reply_to(one(&answer.in_reply_to))
                .references(before.collect::<Vec<_>>().join(" "));
        }
        let mut message = builder.body(answer.text.clone()).map_err(words)?;
        let own = self.from.email.to_string();
        for (name, value) in [("Auto-Submitted", "auto-replied"), (LOOP, own.as_str())] {
            let name = HeaderName::new_from_ascii(name.to_owned()).map_err(words)?;
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(message.formatted())
    }
}
