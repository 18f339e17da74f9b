//! What the pipeline asks of the outside, and what comes back. Plain values both.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::entry::{Article, EntryId, FeedId};
use super::parse::{PageKind, Unreadable};
use super::reading::{PageReading, Reading, Work};
use super::rule::Rules;

/// One thing to do outside.
#[derive(Debug)]
pub enum Errand {
    Fetch(Fetch),
    FetchPage(Box<FetchPage>),
    /// Pure work that takes time.
    Work(Box<Work>),
    Deliver(Deliver),
    Notify(Notify),
}

/// Get one feed document.
#[derive(Debug, Clone)]
pub struct Fetch {
    pub feed: FeedId,
    pub url: String,
    pub validators: Validators,
    /// xxh3 of the last body that was read whole: the same body need not be read again.
    pub body_hash: Option<u64>,
    pub access: Arc<Access>,
}

/// Get the page of an article, and hold what it says against the rules.
#[derive(Debug, Clone)]
pub struct FetchPage {
    pub entry: EntryId,
    /// The page's URL; nothing is sent back, a page is fetched once.
    pub fetch: Fetch,
    /// With the feed's text.
    pub article: Article,
    pub rules: Arc<Rules>,
}

/// Opaque to us: sent back as they came (RFC 9110 § 13), both of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What a feed behind a login needs. Never sent to another origin than the feed's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    pub headers: Vec<(String, Secret)>,
    pub basic: Option<(String, Secret)>,
    pub bearer: Option<Secret>,
    /// `http://`, `https://` or `socks5h://` URL.
    pub proxy: Option<String>,
}

/// A password or token: readable only on purpose, never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// An HTTP answer that is worth reading: 200, 226 or 304.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Nothing new (304); `body` is empty.
    pub not_modified: bool,
    /// Decoded, within the size limit.
    pub body: Vec<u8>,
    /// Where it came from in the end.
    pub final_url: String,
    /// Every hop up to here was permanent (301, 308): the URL to remember.
    pub moved_to: Option<String>,
    pub content_type: Option<String>,
    pub validators: Validators,
    /// `Cache-Control: max-age`, else `Expires` less `Date`: not to be asked again before that.
    pub fresh_for: Option<TimeDelta>,
    pub traffic: Traffic,
}

/// What a request came to on the wire, whether it went well or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Of the last answer; `None` when none came.
    pub status: Option<u16>,
    /// Bytes of its body as they came, compressed or not.
    pub received: u64,
    /// Bytes of its body once decoded; `None` when it came to nothing.
    pub decoded: Option<u64>,
    /// From the first request to the end of the body, redirects included.
    pub took: TimeDelta,
}

/// Why a fetch or a reading failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub class: FaultClass,
    /// One line for a person, free of control characters.
    pub detail: String,
    /// The server's `Retry-After`, from the moment of the answer.
    pub retry_after: Option<TimeDelta>,
    pub traffic: Traffic,
}

impl Fault {
    /// A fault without a server's word on when to come back.
    #[must_use]
    pub fn new(class: FaultClass, detail: String) -> Self {
        Self { class, detail, retry_after: None, traffic: Traffic::default() }
    }
}

/// The kinds of failure, each with a stable name: [`FaultClass::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultClass {
    Dns,
    /// The address is private, loopback, link-local …, and not allowed.
    Forbidden,
    Connect,
    /// Some machine said at once that it wants no connection.
    Refused,
    Tls,
    Timeout,
    /// The connection broke, or the body was cut.
    Broken,
    TooLarge,
    Redirect,
    /// 401, 403, 407.
    Denied,
    /// 404.
    NotFound,
    /// 410: left alone from now on.
    Gone,
    /// 429, or 503 with `Retry-After`.
    Limited,
    /// Any other 4xx.
    Client,
    /// Any other 5xx.
    Server,
    /// An answer that is no HTTP, or a status that makes no sense here.
    Protocol,
    Login,
    BotChallenge,
    Parking,
    /// A page or another thing that is no feed.
    NotAFeed,
    /// No entries where there were some.
    Emptied,
    /// Our own reader failed.
    Reader,
    /// Our own memory was full of other large documents: counted against no feed.
    NoRoom,
}

impl FaultClass {
    pub const ALL: [Self; 23] = [
        Self::Dns,
        Self::Forbidden,
        Self::Connect,
        Self::Refused,
        Self::Tls,
        Self::Timeout,
        Self::Broken,
        Self::TooLarge,
        Self::Redirect,
        Self::Denied,
        Self::NotFound,
        Self::Gone,
        Self::Limited,
        Self::Client,
        Self::Server,
        Self::Protocol,
        Self::Login,
        Self::BotChallenge,
        Self::Parking,
        Self::NotAFeed,
        Self::Emptied,
        Self::Reader,
        Self::NoRoom,
    ];

    /// Stable: stands in the database, in `--json` and in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Forbidden => "forbidden-address",
            Self::Connect => "connect",
            Self::Refused => "refused",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::TooLarge => "too-large",
            Self::Redirect => "redirect",
            Self::Denied => "denied",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Limited => "limited",
            Self::Client => "client-error",
            Self::Server => "server-error",
            Self::Protocol => "protocol",
            Self::Login => "login-page",
            Self::BotChallenge => "bot-challenge",
            Self::Parking => "parking-page",
            Self::NotAFeed => "not-a-feed",
            Self::Emptied => "emptied",
            Self::Reader => "reader",
            Self::NoRoom => "no-room",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl From<Unreadable> for Fault {
    fn from(why: Unreadable) -> Self {
        let class = match &why {
            Unreadable::Page { kind: PageKind::Login, .. } => FaultClass::Login,
            Unreadable::Page { kind: PageKind::BotChallenge, .. } => FaultClass::BotChallenge,
            Unreadable::Page { kind: PageKind::Parking, .. } => FaultClass::Parking,
            Unreadable::Page { .. } | Unreadable::NotAFeed(_) | Unreadable::Empty => FaultClass::NotAFeed,
            Unreadable::Panicked(_) => FaultClass::Reader,
        };
        Self::new(class, why.to_string())
    }
}

/// Number of a letter in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LetterId(pub i64);

/// Hand one letter to the mail server.
#[derive(Debug, Clone)]
pub struct Deliver {
    pub letter: LetterId,
    pub recipient: String,
    /// The whole message, RFC 5322, CRLF.
    pub bytes: Arc<[u8]>,
}

/// Hand one notification to its channel.
#[derive(Debug, Clone)]
pub struct Notify {
    /// Its number in the outbox.
    pub letter: LetterId,
    /// The channel's name.
    pub channel: String,
    /// The same at every try.
    pub id: String,
    /// JSON.
    pub bytes: Arc<[u8]>,
    /// The time of this try; it is signed.
    pub at: DateTime<Utc>,
}

/// Where letters go.
#[derive(Debug, Clone)]
pub enum Route {
    Smtp(Smtp),
    /// Path of the program; gets `-i -f FROM -- RECIPIENT` and the message on standard input.
    Sendmail(PathBuf),
    /// One `.eml` a letter, named by its Message-ID: the same letter is the same file. As the config has
    /// it, a relative one (only when none is named: `outbox`) lies in the state folder.
    Folder(PathBuf),
}

/// An SMTP server. What is asked for is required: nothing is ever sent in clear because TLS failed.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, Secret)>,
    /// PEM bytes; trusted beside the system's own.
    pub ca: Option<Vec<u8>>,
}

/// How the way to a mail server is kept private. What is asked for is required, never opportunistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    StartTls,
    Tls,
    None,
}

/// The answer of a mail server or a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// What it said.
    Accepted(String),
    /// Temporary, or not known to be permanent: to be tried again.
    Later(String),
    /// Known to be permanent (5xx to this letter or this recipient).
    Refused(String),
}

/// What came back from an errand.
#[derive(Debug)]
pub enum Outcome {
    /// 304, or the body that we have already.
    Unchanged {
        feed: FeedId,
        reply: Reply,
    },
    /// A feed document was read whole.
    Read(Box<Reading>),
    Failed {
        feed: FeedId,
        fault: Fault,
    },
    /// An article with its page's text, or with the feed's when the page could not be had.
    Page(Box<PageReading>),
    Delivered {
        letter: LetterId,
        delivery: Delivery,
        /// Nothing is wanted before that: the channel's server asked for it.
        retry_after: Option<TimeDelta>,
    },
}
