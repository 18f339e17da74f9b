//! Every key of the config, once: unknown keys, wrong types, defaults, the JSON Schema and the test
//! of the manual all come from this table.

use std::ops::RangeInclusive;

use chrono_tz::Tz;

use crate::news::letter::Language;

/// One key as it may be written.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    /// Its section makes no sense without it.
    pub needed: bool,
    /// In TOML; what stands when the key does not.
    pub default: Option<&'static str>,
    /// In TOML; for the messages and the schema.
    pub example: Option<&'static str>,
    /// One sentence for the schema, and so for the editor.
    pub about: &'static str,
}

/// What a value looks like in TOML.
#[derive(Debug, Clone)]
pub enum Kind {
    Text,
    Texts,
    Flag,
    Number(RangeInclusive<i64>),
    /// `"1h30m"`; bounds in seconds.
    Duration(RangeInclusive<i64>),
    /// `"16MiB"`; bounds in bytes.
    Size(RangeInclusive<u64>),
    Choice(&'static [&'static str]),
    /// `true`, `false` or one of these.
    FlagOr(&'static [&'static str]),
    /// A TOML date or date-time, or one in a string.
    Moment,
    /// A time zone's IANA name.
    Zone,
    /// `[name]`
    Table(&'static [Key]),
    /// `[[name]]`
    Tables(&'static [Key]),
    /// `[name]` with keys of the user's own, a string each.
    TextByName,
    /// `[name]` with keys of the user's own, a list of strings each.
    TextsByName,
}

impl Kind {
    /// "must be …"
    #[must_use]
    pub fn expected(&self) -> String {
        let plain = match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Flag => "true or false",
            Self::Number(_) => "a whole number",
            Self::Duration(_) => "a duration in quotes",
            Self::Size(_) => "a size in quotes",
            Self::Choice(words) => return format!("one of \"{}\"", words.join("\", \"")),
            Self::FlagOr(words) => return format!("true, false or one of \"{}\"", words.join("\", \"")),
            Self::Moment => "a date",
            Self::Zone => "a time zone's name in quotes",
            Self::Table(_) | Self::TextByName | Self::TextsByName => "a section",
            Self::Tables(_) => "a list of sections",
        };
        plain.to_owned()
    }

    /// For keys that have neither an example of their own nor a default.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        match self {
            Self::Duration(_) => Some(r#""30m""#),
            Self::Moment => Some(r#""2026-12-31""#),
            _ => None,
        }
    }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, needed: false, default: None, example: None, about }
}

impl Key {
    const fn needed(mut self) -> Self {
        self.needed = true;
        self
    }

    const fn default(mut self, toml: &'static str) -> Self {
        self.default = Some(toml);
        self
    }

    const fn example(mut self, toml: &'static str) -> Self {
        self.example = Some(toml);
        self
    }
}

const SECOND: i64 = 1;
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
const YEAR: i64 = 366 * DAY;
const KIB: u64 = 1024;
const GIB: u64 = 1024 * 1024 * KIB;

const FEED_TABLES: Key = key("feed", Kind::Tables(FEED), "A source that is polled.");
const RULE_TABLES: Key = key("rule", Kind::Tables(RULE), "A watch rule.");
const TERMS_TABLE: Key = key(
    "terms",
    Kind::TextsByName,
    "One idea in many spellings, used in rules as $name: each key is a name, each value a list of terms.",
);

const AT_MOST_EVERY: Key = key(
    "at_most_every",
    Kind::Duration(0..=DAY),
    "From one urgent message to the next; what comes meanwhile is gathered.",
);
const QUIET_HOURS: Key = key(
    "quiet_hours",
    Kind::Text,
    "A time of day in which nothing urgent is sent: it is held until the end.",
)
.example(r#""22:00-06:30""#);

/// `wirewatch.toml`
pub const MAIN: &[Key] = &[
    key("fetch", Kind::Table(FETCH), "How feeds are polled."),
    FEED_TABLES,
    TERMS_TABLE,
    RULE_TABLES,
    key("digest", Kind::Tables(DIGEST), "A standing order: whom to mail, when, about which rules."),
    key("notify", Kind::Tables(NOTIFY), "A channel beyond mail: whom to tell at once, about which rules."),
    key("mail", Kind::Table(MAIL), "How letters leave."),
    key("store", Kind::Table(STORE), "What is remembered, where and for how long."),
];

/// `feeds.d/*.toml`
pub const FEEDS_FILE: &[Key] = &[FEED_TABLES];

/// `rules.d/*.toml` and `match --rules`
pub const RULES_FILE: &[Key] = &[RULE_TABLES, TERMS_TABLE];

/// `[fetch]`
pub const FETCH: &[Key] = &[
    key("every", Kind::Duration(SECOND..=YEAR), "How often a feed is polled that has no rhythm of its own.")
        .default(r#""30m""#),
    key(
        "min_interval",
        Kind::Duration(SECOND..=DAY),
        "Nothing is polled more often, whatever a feed or its schedule says.",
    )
    .default(r#""5m""#),
    key(
        "contact",
        Kind::Text,
        "A URL or mail address that stands in the User-Agent, so that sites can reach you.",
    )
    .example(r#""https://example.org/wirewatch""#),
    key(
        "allow_private",
        Kind::Texts,
        "Private, loopback and link-local networks that feeds may resolve to; none else.",
    )
    .default("[]")
    .example(r#"["127.0.0.0/8"]"#),
    key("timezone", Kind::Zone, "For feeds' schedules, for digests without their own, and for bare dates.")
        .default(r#""UTC""#),
    key("at_once", Kind::Number(1..=1000), "Requests under way at once, in all.").default("32"),
    key("per_host", Kind::Number(1..=16), "Requests under way at once to one host.").default("2"),
    key("timeout", Kind::Duration(SECOND..=10 * MINUTE), "A request that takes longer has failed.")
        .default(r#""50s""#),
    key("max_body", Kind::Size(KIB..=GIB), "A longer document, once unpacked, is refused.")
        .default(r#""16MiB""#),
];

/// `[[feed]]`
pub const FEED: &[Key] = &[
    key("url", Kind::Text, "Where the feed lies.").needed().example(r#""https://example.org/rss""#),
    key("name", Kind::Text, "How digests call it; else the feed's own title."),
    key("every", Kind::Duration(SECOND..=YEAR), "How often it is polled; else [fetch] every."),
    key("schedule", Kind::Text, "When it is polled, as crontab's five fields, instead of every.")
        .example(r#""*/15 6-22 * * *""#),
    key("full_text", Kind::Choice(FULL_TEXT), "Whether an article's page is read when the feed has no more than a teaser.")
        .default(r#""never""#),
    key(
        "on_first_fetch",
        Kind::Text,
        "What is told of the entries that are there when the feed is added: nothing (baseline), the last 10 (or another number), or all.",
    )
    .default(r#""baseline""#)
    .example(r#""last 10""#),
    key(
        "conditional",
        Kind::FlagOr(&["etag", "modified"]),
        "Which validators are sent back to the server; for servers that get one of them wrong.",
    )
    .default("true"),
    key("priority", Kind::Number(-1000..=1000), "Of a story's articles the one of the highest feed is shown first.")
        .default("0"),
    key("dedup", Kind::Flag, "Whether its entries are folded into stories with others' copies.").default("true"),
    key("headers", Kind::TextByName, "Sent with every request for this feed, and to no other site.")
        .example(r#"{ "Accept-Language" = "hy" }"#),
    key("username", Kind::Text, "For HTTP Basic, with password_file."),
    key("password_file", Kind::Text, "A file with nothing in it but the password.")
        .example(r#""feed-password""#),
    key("token_file", Kind::Text, "A file with nothing in it but a bearer token.").example(r#""feed-token""#),
    key("proxy", Kind::Text, "An http, https or socks5h URL.").example(r#""socks5h://127.0.0.1:9050""#),
];

/// `full_text`
pub const FULL_TEXT: &[&str] = &["never", "hits", "always"];

/// `[[rule]]`
pub const RULE: &[Key] = &[
    key("name", Kind::Text, "How digests call it; unique.").needed().example(r#""Karabakh""#),
    key("any", Kind::Texts, "At least one of these terms stands in the article.")
        .example(r#"["ceasefire", "blue helmets"]"#),
    key("all", Kind::Texts, "Each of these terms stands in the article."),
    key("none", Kind::Texts, "None of these terms stands in the article."),
    key("query", Kind::Text, "Terms with AND, OR, NOT, NEAR/n and parentheses.")
        .example(r#"'(peacekeepers OR "blue helmets") AND NOT football'"#),
    key("feeds", Kind::Texts, "Only in these feeds (name or URL, * stands for anything)."),
    key("languages", Kind::Texts, "Only in these languages.").example(r#"["en", "hy"]"#),
    key("priority", Kind::Number(-1000..=1000), "Stories of the highest rule come first in a digest.")
        .default("0"),
    key("urgent", Kind::Flag, "Its stories are mailed at once, to the recipients of the digests that carry it.")
        .default("false"),
    key(
        "min_sources",
        Kind::Number(1..=100),
        "Independent sources (sites) that must carry a story first; of an urgent rule: before it is mailed at once.",
    )
    .default("1"),
    key("not_before", Kind::Moment, "Articles that arrive earlier do not count."),
    key("expires", Kind::Moment, "Articles that arrive later do not count."),
    key("mute", Kind::Moment, "Until then hits are remembered, but not told.").example(r#""2026-12-31""#),
    key(
        "backfill",
        Kind::Duration(MINUTE..=YEAR),
        "When the rule is new or changed, what it finds in the entries of so long ago is told in the next digest; else it is only counted.",
    )
    .example(r#""7d""#),
    key("note", Kind::Text, "For yourself: why the rule is there."),
];

/// `[[digest]]`
pub const DIGEST: &[Key] = &[
    key("name", Kind::Text, "Stands in the subject; unique.").needed().example(r#""morning""#),
    key("to", Kind::Texts, "Mail addresses; each gets its own letter.").needed().example(r#"["desk@example.org"]"#),
    key("rules", Kind::Texts, "Names of rules; * stands for anything.").default(r#"["*"]"#),
    key("schedule", Kind::Text, "When it is sent, as crontab's five fields.").needed().example(r#""0 7 * * *""#),
    key("timezone", Kind::Zone, "For its schedule and its dates; else [fetch] timezone.")
        .example(r#""Asia/Yerevan""#),
    key(
        "when_empty",
        Kind::Choice(&["send", "skip"]),
        "Whether a letter goes out when there is nothing to tell: the empty one is the proof that the watch is alive.",
    )
    .default(r#""send""#),
    key("language", Kind::Choice(&Language::CODES), "Of the letter's own words, its numbers and its dates.")
        .default(r#""en""#)
        .example(r#""hy""#),
    key(
        "group_by",
        Kind::Choice(&["rule", "day", "source"]),
        "What stands under one heading: the stories of a rule, of a day or of a site.",
    )
    .default(r#""rule""#),
    key("date_format", Kind::Text, "How a day is written, as strftime does; else as the language does it.")
        .example(r#""%d.%m.%Y""#),
    key("urgent", Kind::Flag, "Whether its recipients get the stories of urgent rules at once.").default("true"),
    AT_MOST_EVERY.default(r#""15m""#),
    QUIET_HOURS,
];

/// `[[notify]]`
pub const NOTIFY: &[Key] = &[
    key("name", Kind::Text, "How the outbox calls it; unique.").needed().example(r#""phone""#),
    key("rules", Kind::Texts, "Names of rules; * stands for anything.").default(r#"["*"]"#),
    key("url", Kind::Text, "Where each notification is sent, an http(s) URL; {id} in it is the notification's own.")
        .example(r#""https://example.org/hook""#),
    key("url_file", Kind::Text, "A file with nothing in it but the URL, for one that is a secret, instead of url.")
        .example(r#""slack-url""#),
    key("method", Kind::Choice(&["POST", "PUT"]), "The request's method (url).").default(r#""POST""#),
    key("headers", Kind::TextByName, "Sent with every request (url).").example(r#"{ "X-Priority" = "4" }"#),
    key("username", Kind::Text, "For HTTP Basic, with password_file (url)."),
    key("password_file", Kind::Text, "A file with nothing in it but the password (url).")
        .example(r#""hook-password""#),
    key("token_file", Kind::Text, "A file with nothing in it but a bearer token (url).").example(r#""hook-token""#),
    key("proxy", Kind::Text, "An http, https or socks5h URL (url).").example(r#""socks5h://127.0.0.1:9050""#),
    key("secret_file", Kind::Text, "A file with nothing in it but the secret that signs the requests, as Standard Webhooks has it (url).")
        .example(r#""hook-secret""#),
    key("command", Kind::Texts, "A program by its absolute path, and its arguments: it gets the JSON on standard input, instead of url.")
        .example(r#"["/usr/local/bin/tell", "desk"]"#),
    key("timeout", Kind::Duration(SECOND..=10 * MINUTE), "A request or program that takes longer has failed.")
        .default(r#""30s""#),
    key("body", Kind::Text, "A template (minijinja) that makes other JSON of the document.")
        .example(r#"'{"text": {{ text }}}'"#),
    key("language", Kind::Choice(&Language::CODES), "Of the document's title and text, which people read.")
        .default(r#""en""#)
        .example(r#""hy""#),
    AT_MOST_EVERY.default(r#""1m""#),
    QUIET_HOURS,
    key("timezone", Kind::Zone, "For quiet_hours; else [fetch] timezone.").example(r#""Asia/Yerevan""#),
    key(
        "give_up_after",
        Kind::Duration(MINUTE..=YEAR),
        "A notification that cannot be delivered for so long is given up.",
    )
    .default(r#""3d""#),
];

/// `[mail]`
pub const MAIL: &[Key] = &[
    key("from", Kind::Text, "The sender's address.").needed().example(r#""wirewatch <wirewatch@example.org>""#),
    key("transport", Kind::Choice(&["smtp", "sendmail", "folder"]), "How letters leave.").default(r#""smtp""#),
    key("host", Kind::Text, "The mail server's name (smtp).").example(r#""smtp.example.org""#),
    key("port", Kind::Number(1..=65_535), "Else 587 for starttls, 465 for tls, 25 for none (smtp)."),
    key(
        "security",
        Kind::Choice(&["starttls", "tls", "none"]),
        "How the connection is encrypted; a server that cannot do it gets no mail (smtp).",
    )
    .default(r#""starttls""#),
    key("username", Kind::Text, "For servers that ask who sends (smtp)."),
    key("password_file", Kind::Text, "A file with nothing in it but the password; the systemd credential smtp-password goes before it (smtp).")
        .example(r#""smtp-password""#),
    key("ca_file", Kind::Text, "Certificates (PEM) that are trusted beside the system's own (smtp)."),
    key("sendmail", Kind::Text, "The program (sendmail).").default(r#""/usr/sbin/sendmail""#),
    key("folder", Kind::Text, "One .eml a letter is put there (folder); else outbox in the state folder."),
    key("give_up_after", Kind::Duration(MINUTE..=YEAR), "A letter that cannot be delivered for so long is given up.")
        .default(r#""3d""#),
    key("unsubscribe", Kind::Text, "An https address that takes a reader off the list at one click, for mail programs' own button; {digest} and {recipient} in it are filled.")
        .example(r#""https://example.org/leave?list={digest}&who={recipient}""#),
    key("dkim_key_file", Kind::Text, "A private key (PEM, RSA or Ed25519) by which every letter is signed.")
        .example(r#""dkim.pem""#),
    key("dkim_selector", Kind::Text, "The name under which the key's public half is published.")
        .example(r#""wirewatch""#),
    key("dkim_domain", Kind::Text, "The domain that signs; else the sender's.").example(r#""example.org""#),
    key("templates", Kind::Text, "A folder with a letter.txt or letter.html of your own; what they lack is the built-in one's."),
];

/// `[store]`
pub const STORE: &[Key] = &[
    key("path", Kind::Text, "The database file; else wirewatch.db in the state folder."),
    key("keep", Kind::Duration(DAY..=100 * YEAR), "How long texts of entries are kept that a rule met.")
        .default(r#""90d""#),
    key("keep_unmatched", Kind::Duration(DAY..=100 * YEAR), "How long texts of the other entries are kept.")
        .default(r#""14d""#),
    key(
        "max_articles",
        Kind::Number(1000..=1_000_000_000),
        "The oldest texts beyond this number go early; no limit when absent.",
    )
    .example("1000000"),
];

/// The names of all time zones, for suggestions.
pub fn zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone: &Tz| zone.name())
}
