//! 收信。 A mailbox over IMAP (RFC 9051): what lies in its folder, one letter whole, and moving it away.

use crate::MailError;
use crate::config::{Imap, Security};
use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Bytes of a letter that is still read. Five files of 10 MB would not fit the pages either.
pub const LARGEST: u32 = 25 * 1024 * 1024;
/// Letters looked at in one list; a fuller mailbox is worked from its oldest letter.
const MOST: usize = 2000;
/// No answer to one command takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

pub trait Link: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Link for T {}

pub struct Mailbox {
    session: Session<Box<dyn Link>>,
    /// The server moves by itself (RFC 6851).
    moves: bool,
    /// It takes one letter out by its number (RFC 4315). Where it does neither, a letter stays marked as deleted: taking
    /// out all that is marked would take other people's too.
    takes_out: bool,
}

async fn within<T, E>(work: impl Future<Output = Result<T, E>>) -> Result<T, MailError>
where
    MailError: From<E>,
{
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(MailError::Late),
    }
}

async fn tls(link: Box<dyn Link>, host: &str) -> Result<Box<dyn Link>, MailError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
    let link = within(TlsConnector::from(Arc::new(config)).connect(name, link)).await?;
    Ok(Box::new(link))
}

async fn connect(imap: &Imap) -> Result<Client<Box<dyn Link>>, MailError> {
    let tcp = within(TcpStream::connect((imap.host.as_str(), imap.port))).await?;
    let mut link: Box<dyn Link> = Box::new(tcp);
    if imap.security == Security::Tls {
        link = tls(link, &imap.host).await?;
    }
    let mut client = Client::new(link);
    let greeting = within(client.read_response()).await?;
    greeting.ok_or(async_imap::error::Error::ConnectionLost)?;
    if imap.security == Security::StartTls {
        within(client.run_command_and_check_ok("STARTTLS", None)).await?;
        client = Client::new(tls(client.into_inner(), &imap.host).await?);
    }
    Ok(client)
}

impl Mailbox {
    /// Signs in, makes the folders that letters are moved to, and opens the one they arrive in.
    pub async fn open(imap: &Imap, password: &str) -> Result<Mailbox, MailError> {
        let client = connect(imap).await?;
        let signed_in = async { client.login(&imap.user, password).await.map_err(|(error, _)| error) };
        let mut session = within(signed_in).await?;
        for folder in [&imap.taken, &imap.automatic, &imap.by_hand] {
            let known = within(session.list(None, Some(folder))).await?;
            let known: Vec<_> = within(known.try_collect()).await?;
            if known.is_empty() {
                within(session.create(folder)).await?;
            }
        }
        let can = within(session.capabilities()).await?;
        let (moves, takes_out) = (can.has_str("MOVE"), can.has_str("UIDPLUS"));
        within(session.select(&imap.folder)).await?;
        Ok(Mailbox { session, moves, takes_out })
    }

    /// Number and size of each letter, the oldest first.
    pub async fn letters(&mut self) -> Result<Vec<(u32, u32)>, MailError> {
        let mut uids: Vec<u32> = within(self.session.uid_search("NOT DELETED")).await?.into_iter().collect();
        uids.sort_unstable();
        uids.truncate(MOST);
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let found = within(self.session.uid_fetch(set.join(","), "(UID RFC822.SIZE)")).await?;
        let found: Vec<_> = within(found.try_collect()).await?;
        let mut letters: Vec<(u32, u32)> =
            found.into_iter().filter_map(|fetch| Some((fetch.uid?, fetch.size?))).collect();
        letters.sort_unstable();
        Ok(letters)
    }

    /// Reading leaves no mark: only moving does.
    pub async fn read(&mut self, uid: u32) -> Result<Vec<u8>, MailError> {
        let found = within(self.session.uid_fetch(uid.to_string(), "BODY.PEEK[]")).await?;
        let found: Vec<_> = within(found.try_collect()).await?;
        Ok(found.iter().find_map(|fetch| fetch.body()).unwrap_or_default().to_vec())
    }

    pub async fn put_away(&mut self, uid: u32, folder: &str) -> Result<(), MailError> {
        let uid = uid.to_string();
        if self.moves {
            return within(self.session.uid_mv(&uid, folder)).await;
        }
        within(self.session.uid_copy(&uid, folder)).await?;
        let marked = within(self.session.uid_store(&uid, "+FLAGS.SILENT (\\Deleted)")).await?;
        let _: Vec<_> = within(marked.try_collect()).await?;
        if self.takes_out {
            let gone = within(self.session.uid_expunge(&uid)).await?;
            let _: Vec<_> = within(gone.try_collect()).await?;
        }
        Ok(())
    }

    /// A server that does not say goodbye is left without one.
    pub async fn close(mut self) {
        if let Err(error) = within(self.session.logout()).await {
            tracing::debug!(%error, "the mailbox was left without a goodbye");
        }
    }
}
