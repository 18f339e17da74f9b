//! The demo's publishers: who publishes what, how it is written, and what is odd about it. All texts
//! are invented.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};

/// One publisher and its feed.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// Path on the server.
    pub path: &'static str,
    /// One phrase for the person who watches the demo.
    pub about: &'static str,
    content_type: &'static str,
    document: &'static str,
    /// What its `[[feed]]` says beside the URL.
    pub settings: &'static str,
    /// What it publishes between the two rounds.
    later: &'static str,
    encoding: &'static Encoding,
    /// The first answer takes so long.
    pub delay: Duration,
    /// Answers 503 and nothing else.
    pub down: bool,
}

const PLAIN: Site = Site {
    path: "",
    about: "",
    content_type: "application/rss+xml; charset=utf-8",
    document: "",
    settings: "",
    later: "",
    encoding: UTF_8,
    delay: Duration::ZERO,
    down: false,
};

pub const SITES: &[Site] = &[
    Site {
        path: "/wire.atom",
        about: "an agency; Atom",
        settings: "priority = 1   # of several copies this one is shown first\n",
        content_type: "application/atom+xml",
        document: include_str!("feeds/wire.atom"),
        later: include_str!("feeds/wire-later.atom"),
        ..PLAIN
    },
    Site {
        path: "/herald.rss",
        about: "reprints under its own titles",
        document: include_str!("feeds/herald.rss"),
        ..PLAIN
    },
    Site {
        path: "/hitboard.rss",
        about: "copies, translated to and fro",
        content_type: "text/xml",
        document: include_str!("feeds/hitboard.rss"),
        ..PLAIN
    },
    Site {
        path: "/vestnik.rss",
        about: "Russian; windows-1251",
        content_type: "application/xml",
        document: include_str!("feeds/vestnik.rss"),
        encoding: WINDOWS_1251,
        ..PLAIN
    },
    Site {
        path: "/monitor.rss",
        about: "publishes again later",
        document: include_str!("feeds/monitor.rss"),
        later: include_str!("feeds/monitor-later.rss"),
        ..PLAIN
    },
    Site {
        path: "/courier.rss",
        about: "broken XML, cut in the middle",
        document: include_str!("feeds/broken.rss"),
        ..PLAIN
    },
    Site {
        path: "/lraber.json",
        about: "Armenian; JSON Feed",
        content_type: "application/feed+json",
        document: include_str!("feeds/lraber.json"),
        ..PLAIN
    },
    Site {
        path: "/ornek.rss",
        about: "Turkish; a slow server",
        document: include_str!("feeds/ornek.rss"),
        delay: Duration::from_secs(2),
        ..PLAIN
    },
    Site {
        path: "/blatt.rdf",
        about: "German; RSS 1.0",
        content_type: "application/rdf+xml",
        document: include_str!("feeds/blatt.rdf"),
        ..PLAIN
    },
    Site {
        path: "/harbour.rss",
        about: "its server is down",
        settings: "name = \"Harbour Gazette\"\n",
        down: true,
        ..PLAIN
    },
];

impl Site {
    /// Its document as it stands in that round (0, then 1), when the demo began at `began`.
    #[must_use]
    pub fn body(&self, round: usize, began: DateTime<Utc>) -> Vec<u8> {
        let later = if round > 0 { self.later } else { "" };
        let dated = with_dates(&self.document.replace("{{later}}", later), began);
        self.encoding.encode(&dated).0.into_owned()
    }

    #[must_use]
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }
}

/// Fills in `{{date:5h}}` (RFC 3339) and `{{mail-date:30m}}` (RFC 5322): so long before `began`.
fn with_dates(template: &str, began: DateTime<Utc>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, (mark, after))) =
        rest.split_once("{{").and_then(|(before, tail)| Some((before, tail.split_once("}}")?)))
    {
        filled.push_str(before);
        filled.push_str(&date(mark, began).unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn date(mark: &str, began: DateTime<Utc>) -> Option<String> {
    let (style, ago) = mark.split_once(':')?;
    let (count, unit) = ago.split_at_checked(ago.len().checked_sub(1)?)?;
    let count: i64 = count.parse().ok()?;
    let moment = began - if unit == "h" { TimeDelta::hours(count) } else { TimeDelta::minutes(count) };
    Some(match style {
        "date" => moment.to_rfc3339_opts(SecondsFormat::Secs, true),
        _ => moment.to_rfc2822(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::parse::{Source, feed};

    fn began() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default()
    }

    /// Every document is dated, can be read, and grows only where something is published later.
    #[test]
    fn documents() {
        for site in SITES.iter().filter(|site| !site.down) {
            let read = |round| {
                let body = site.body(round, began());
                assert!(!body.windows(2).any(|pair| pair == b"{{"), "{}: a mark is left", site.path);
                let source = Source { url: None, content_type: Some(site.content_type()) };
                feed(&body, source).unwrap_or_else(|fault| panic!("{}: {fault}", site.path))
            };
            let (first, second) = (read(0), read(1));
            // The mended document is the one that is broken on purpose, and no other.
            assert_eq!(first.repaired, site.about.starts_with("broken"), "{}: repaired", site.path);
            let more = usize::from(!site.later.is_empty());
            assert!(first.entries.len() >= 2, "{}: {} entries", site.path, first.entries.len());
            assert_eq!(first.entries.len() + more, second.entries.len(), "{}", site.path);
            assert!(first.entries.iter().all(|entry| entry.published.is_some()), "{}: dates", site.path);
        }
    }
}
