//! One connection to an SMTP server: greeting, TLS, login, letters.
//!
//! The pieces of the dialogue are mail-send's. lettre composes our letters but does not carry them:
//! in 0.11 its client takes bytes that somebody injected in clear behind the answer to STARTTLS for
//! the first answer inside TLS, and is one answer ahead of the server from then on.

use std::fmt;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use mail_send::smtp::AssertReply;
use mail_send::smtp::message::Parameters;
use mail_send::{Credentials, Error, SmtpClient};
use rustls::ClientConfig;
use smtp_proto::{EXT_8BIT_MIME, EXT_AUTH, EXT_SIZE, EXT_SMTP_UTF8, EXT_START_TLS, EhloResponse};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::net::tls;
use crate::news::errand::Secret;

use super::{Security, Smtp, one_line};

/// For the connection, the handshake and each command.
const PATIENCE: Duration = Duration::from_secs(30);

/// For the answer to a whole letter: servers scan it first. RFC 5321 § 4.5.3.2.6 asks for patience
/// here, because a letter that was taken and is sent again arrives twice.
const PATIENCE_AT_END: Duration = Duration::from_mins(2);

/// A stream, in clear or not.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl Wire for TcpStream {}
impl Wire for TlsStream<TcpStream> {}
impl Wire for Box<dyn Wire> {}

type Client = SmtpClient<Box<dyn Wire>>;

/// An open connection, ready for letters.
pub(super) struct Session {
    client: Client,
    /// What the server says it can do; nothing when it knows no EHLO.
    skills: Option<EhloResponse<String>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("skills", &self.skills).finish_non_exhaustive()
    }
}

/// Why a letter was not taken.
#[derive(Debug)]
pub(super) struct Failure {
    pub reason: String,
    /// It is about this letter or this recipient, and trying again is no use.
    pub permanent: bool,
    /// The connection is of no more use.
    pub lost: bool,
    /// It was so before anything of the letter was sent.
    pub stale: bool,
}

impl Session {
    /// Connects, greets, encrypts and logs in, as the settings ask.
    ///
    /// The error says what happened; it is never about a letter.
    pub async fn open(server: &Smtp, tls: &Arc<ClientConfig>) -> Result<Self, String> {
        let stream = connect(server).await?;
        let me = stream.local_addr().map(|address| literal(address.ip())).unwrap_or_default();
        let plain = SmtpClient { stream, timeout: PATIENCE };
        let mut client = match server.security {
            Security::None => {
                let mut client = boxed(plain);
                greeting(&mut client).await?;
                client
            }
            Security::Tls => {
                let mut client = boxed(handshake(plain, server, tls).await?);
                greeting(&mut client).await?;
                client
            }
            Security::StartTls => boxed(start_tls(plain, server, tls, &me).await?),
        };
        let skills = hello(&mut client, &me).await?;
        let mut session = Self { client, skills };
        if let Some((user, password)) = &server.login {
            session.log_in(user, password).await?;
        }
        Ok(session)
    }

    async fn log_in(&mut self, user: &str, Secret(password): &Secret) -> Result<(), String> {
        let Some(skills) = self.skills.as_ref().filter(|skills| skills.has_capability(EXT_AUTH)) else {
            return Err("the server offers no login (AUTH)".to_owned());
        };
        let credentials = Credentials::new(user, password.as_str());
        match self.client.authenticate(&credentials, skills).await {
            Ok(_) => Ok(()),
            Err(Error::AuthenticationFailed(reply)) => Err(format!("login of {user}: {}", spoken(&reply))),
            Err(Error::UnsupportedAuthMechanism) => {
                Err("the server offers neither AUTH PLAIN nor AUTH LOGIN".to_owned())
            }
            Err(why) => Err(told(&mut self.client, "login", &why).await),
        }
    }

    /// Hands one letter over; the server's words when it took it.
    pub async fn hand_over(&mut self, from: &str, to: &str, bytes: &[u8]) -> Result<String, Failure> {
        let parameters = self.parameters(from, to, bytes)?;
        let sender = self.client.mail_from(from, &parameters).await;
        self.judge(sender, &format!("sender {from}"), about_the_size).await.map_err(Failure::unsent)?;
        let recipient = self.client.rcpt_to(to, &Parameters::new()).await;
        self.judge(recipient, &format!("recipient {to}"), about_the_letter).await?;
        let go = self.client.cmd("DATA\r\n").await.and_then(|reply| reply.assert_code(354));
        self.judge(go, "letter", about_the_letter).await?;
        let taken = self.transmit(bytes).await;
        self.judge(taken, "letter, sent whole", about_the_letter).await
    }

    /// The letter itself, and what the server says to it.
    async fn transmit(&mut self, bytes: &[u8]) -> Result<String, Error> {
        let message = stuffed(bytes);
        let exchange = async {
            self.client.stream.write_all(&message).await?;
            self.client.stream.flush().await?;
            self.client.read().await
        };
        let reply = tokio::time::timeout(PATIENCE_AT_END, exchange).await.map_err(|_| Error::Timeout)??;
        let said = spoken(&reply);
        reply.assert_positive_completion().map(|()| said)
    }

    /// What must be said of the letter beforehand.
    fn parameters(&self, from: &str, to: &str, bytes: &[u8]) -> Result<Parameters<'static>, Failure> {
        let can = |skill| self.skills.as_ref().is_some_and(|skills| skills.has_capability(skill));
        let mut parameters = Parameters::new();
        if can(EXT_SIZE) {
            parameters.add(("SIZE".to_owned(), bytes.len().to_string()));
        }
        // Where 8BITMIME is not offered, the bytes go out all the same: servers that would harm them
        // are extinct, and those that mind say so.
        if !bytes.is_ascii() && can(EXT_8BIT_MIME) {
            parameters.add(("BODY".to_owned(), "8BITMIME".to_owned()));
        }
        if !from.is_ascii() || !to.is_ascii() {
            if !can(EXT_SMTP_UTF8) {
                let reason = format!("recipient {to}: the server takes no addresses beyond ASCII (SMTPUTF8)");
                return Err(Failure { reason, permanent: true, lost: false, stale: false });
            }
            parameters.add("SMTPUTF8".to_owned());
        }
        Ok(parameters)
    }

    /// After a refusal the next letter starts afresh; `false` when the connection is of no more use.
    pub async fn reset(&mut self) -> bool {
        self.client.rset().await.is_ok()
    }

    /// Says goodbye; how the server takes it does not matter.
    pub async fn close(mut self) {
        self.client.timeout = Duration::from_secs(2);
        let _ = self.client.quit().await;
    }

    /// An answer, or what its lack means: `permanent` tells by the code.
    async fn judge<T>(
        &mut self,
        answer: Result<T, Error>,
        at: &str,
        permanent: fn(u16) -> bool,
    ) -> Result<T, Failure> {
        let why = match answer {
            Ok(answer) => return Ok(answer),
            Err(why) => why,
        };
        let code = match &why {
            Error::UnexpectedReply(reply) => Some(reply.code),
            _ => None,
        };
        Err(Failure {
            permanent: code.is_some_and(permanent),
            lost: code.is_none_or(|code| code == 421),
            stale: false,
            reason: told(&mut self.client, at, &why).await,
        })
    }
}

impl Failure {
    /// It happened before anything of the letter was sent.
    fn unsent(self) -> Self {
        Self { stale: self.lost, ..self }
    }
}

/// 5xx, unless it says that we did not log in or mixed up the dialogue: that is no letter's fault.
fn about_the_letter(code: u16) -> bool {
    matches!(code, 500..=599) && !matches!(code, 503 | 530 | 534 | 535 | 538)
}

/// A sender that is refused is refused with every letter: that is a setting to be mended, and the
/// letters wait for it. Only the size, announced with the sender, is the letter's own.
fn about_the_size(code: u16) -> bool {
    code == 552
}

/// RFC 5321 § 4.5.2: a dot that begins a line is doubled, a dot alone is the end. The letter's own
/// last line break is the one before that dot.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let message = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let mut sent = Vec::with_capacity(message.len() + message.len() / 64 + 5);
    // Some servers end a line at a bare CR or LF as well.
    let mut line_begins = true;
    for &byte in message {
        if line_begins && byte == b'.' {
            sent.push(b'.');
        }
        sent.push(byte);
        line_begins = matches!(byte, b'\r' | b'\n');
    }
    sent.extend_from_slice(b"\r\n.\r\n");
    sent
}

async fn connect(server: &Smtp) -> Result<TcpStream, String> {
    let Smtp { host, port, .. } = server;
    let attempt = tokio::time::timeout(PATIENCE, TcpStream::connect((host.as_str(), *port)));
    let stream = match attempt.await {
        Ok(Ok(stream)) => stream,
        Ok(Err(why)) if why.kind() == ErrorKind::ConnectionRefused => {
            return Err(format!("{host}:{port} refused the connection"));
        }
        Ok(Err(why)) => return Err(one_line(&format!("no connection to {host}:{port}: {why}"))),
        Err(_) => return Err(format!("no connection to {host}:{port} within {} s", PATIENCE.as_secs())),
    };
    // A letter's last bytes must not wait for the acknowledgement of those before them (Nagle and
    // delayed acknowledgements together cost 40 ms a letter).
    stream.set_nodelay(true).map_err(|why| why.to_string())?;
    Ok(stream)
}

/// RFC 5321 § 4.1.3: who has no name of its own on the network says its address.
fn literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("[{v4}]"),
        IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
    }
}

fn boxed<S: Wire + 'static>(client: SmtpClient<S>) -> Client {
    SmtpClient { stream: Box::new(client.stream), timeout: client.timeout }
}

async fn greeting<S: Wire>(client: &mut SmtpClient<S>) -> Result<(), String> {
    let greeted = match tokio::time::timeout(PATIENCE, client.read()).await {
        Ok(Ok(reply)) if reply.code == 220 => return Ok(()),
        Ok(Ok(reply)) => Error::UnexpectedReply(reply),
        Ok(Err(why)) => why,
        Err(_) => Error::Timeout,
    };
    Err(told(client, "greeting", &greeted).await)
}

/// EHLO, and HELO for servers that know no better (RFC 5321 § 4.1.1.1).
async fn hello<S: Wire>(
    client: &mut SmtpClient<S>,
    me: &str,
) -> Result<Option<EhloResponse<String>>, String> {
    let why = match client.ehlo(me).await {
        Ok(skills) => return Ok(Some(skills)),
        Err(Error::UnexpectedReply(reply)) if reply.code >= 500 => {
            match client.cmd(format!("HELO {me}\r\n")).await {
                Ok(reply) if reply.code == 250 => return Ok(None),
                Ok(reply) => Error::UnexpectedReply(reply),
                Err(why) => why,
            }
        }
        Err(why) => why,
    };
    Err(told(client, "EHLO", &why).await)
}

async fn start_tls(
    mut client: SmtpClient<TcpStream>,
    server: &Smtp,
    tls: &Arc<ClientConfig>,
    me: &str,
) -> Result<SmtpClient<TlsStream<TcpStream>>, String> {
    greeting(&mut client).await?;
    let skills = hello(&mut client, me).await?;
    if !skills.is_some_and(|skills| skills.has_capability(EXT_START_TLS)) {
        return Err("the server offers no STARTTLS, which is required: nothing is sent in clear".to_owned());
    }
    let why = match client.cmd("STARTTLS\r\n").await {
        Ok(reply) if reply.code == 220 => return handshake(client, server, tls).await,
        Ok(reply) => Error::UnexpectedReply(reply),
        Err(why) => why,
    };
    Err(told(&mut client, "STARTTLS, which is required", &why).await)
}

async fn handshake(
    client: SmtpClient<TcpStream>,
    server: &Smtp,
    tls: &Arc<ClientConfig>,
) -> Result<SmtpClient<TlsStream<TcpStream>>, String> {
    let connector = TlsConnector::from(Arc::clone(tls));
    client.into_tls(&connector, &server.host).await.map_err(|why| match why {
        Error::Tls(why) => tls::explain(&why),
        Error::InvalidTLSName => format!("no certificate can be for the name {}", server.host),
        Error::Timeout => format!("no TLS handshake within {} s", PATIENCE.as_secs()),
        _ => "the server broke the TLS handshake off".to_owned(),
    })
}

/// Where it went wrong, and what. mail-send has one error for nonsense and for a closed connection;
/// whether there is more to read tells them apart.
async fn told<S: Wire>(client: &mut SmtpClient<S>, at: &str, why: &Error) -> String {
    let what = match why {
        Error::UnexpectedReply(reply) => spoken(reply),
        Error::Timeout => "the server did not answer in time".to_owned(),
        Error::Io(_) => "the connection broke".to_owned(),
        Error::UnparseableReply if is_closed(client).await => "the server closed the connection".to_owned(),
        Error::UnparseableReply => "the server's answer is no SMTP".to_owned(),
        other => other.to_string(),
    };
    one_line(&format!("{at}: {what}"))
}

async fn is_closed<S: Wire>(client: &mut SmtpClient<S>) -> bool {
    let more = tokio::time::timeout(Duration::from_millis(50), client.stream.read_u8());
    matches!(more.await, Ok(Err(_)))
}

fn spoken(reply: &smtp_proto::Response<String>) -> String {
    let [class, subject, detail] = reply.esc;
    let enhanced = if class == 0 { String::new() } else { format!("{class}.{subject}.{detail} ") };
    one_line(&format!("{} {enhanced}{}", reply.code, reply.message))
}
