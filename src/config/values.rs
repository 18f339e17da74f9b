//! What single values mean: durations, sizes, moments, time zones, networks, addresses, URLs.
//!
//! Each is a function from a string to a value or a flaw; nothing here knows of files.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use email_address::EmailAddress;
use ipnet::IpNet;
use url::Url;

use super::fault::{did_you_mean, quoted};
use super::keys::zones;
use super::section::Flaw;
use crate::news::schedule::{self, QuietHours};

/// `"30m"`, `"1h30m"`, `"90d"`: whole numbers with w, d, h, m or s, the sum within `bounds` (seconds).
///
/// # Errors
/// Anything else.
pub fn duration(written: &str, bounds: &RangeInclusive<i64>) -> Result<TimeDelta, Flaw> {
    let mut seconds: i64 = 0;
    let mut rest = written.trim();
    let flaw = |at: &str, message: &str| {
        let start = at.as_ptr() as usize - written.as_ptr() as usize;
        Flaw { span: start..start + at.len(), message: message.to_owned(), help: None }
            .help("write numbers with w, d, h, m or s, such as \"30m\" or \"1h30m\"")
    };
    if rest.is_empty() {
        return Err(flaw(written, "this duration is empty"));
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: i64 = rest[..digits].parse().map_err(|_| flaw(rest, "this is no duration"))?;
        let behind = rest[digits..].trim_start();
        let unit = behind.chars().next().ok_or_else(|| flaw(rest, "a duration needs a unit"))?;
        let length = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(flaw(behind, "this unit is not known")),
        };
        seconds = seconds.saturating_add(number.saturating_mul(length));
        rest = behind[unit.len_utf8()..].trim_start();
    }
    if !bounds.contains(&seconds) {
        let (least, most) = (show_duration(*bounds.start()), show_duration(*bounds.end()));
        return Err(Flaw::whole(written, format!("this duration must be {least} to {most}")));
    }
    Ok(TimeDelta::seconds(seconds))
}

/// Seconds as a user would write them.
#[must_use]
pub fn show_duration(mut seconds: i64) -> String {
    let mut shown = String::new();
    for (unit, length) in [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)] {
        if seconds >= length {
            shown.push_str(&(seconds / length).to_string());
            shown.push(unit);
            seconds %= length;
        }
    }
    if shown.is_empty() { "0s".to_owned() } else { shown }
}

const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// `"16MiB"`: a whole number with a unit, within `bounds` (bytes).
///
/// # Errors
/// Anything else.
pub fn size(written: &str, bounds: &RangeInclusive<u64>) -> Result<u64, Flaw> {
    let trimmed = written.trim();
    let digits = trimmed.len() - trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let unit = trimmed[digits..].trim_start();
    let length = SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, length)| *length);
    let (Ok(number), Some(length)) = (trimmed[..digits].parse::<u64>(), length) else {
        return Err(Flaw::whole(written, "this is no size")
            .help("write a number with B, KiB, MiB or GiB, such as \"16MiB\""));
    };
    let bytes = number.saturating_mul(length);
    if bounds.contains(&bytes) {
        Ok(bytes)
    } else {
        let (least, most) = (show_size(*bounds.start()), show_size(*bounds.end()));
        Err(Flaw::whole(written, format!("this size must be {least} to {most}")))
    }
}

/// Bytes as a user would write them.
#[must_use]
pub fn show_size(bytes: u64) -> String {
    let unit = SIZES[..4].iter().rev().find(|(_, length)| bytes.is_multiple_of(*length) && bytes > 0);
    unit.map_or_else(|| format!("{bytes}B"), |(name, length)| format!("{}{name}", bytes / length))
}

/// `"22:00-06:30"`: two times of the day, over midnight when the second is the earlier one.
///
/// # Errors
/// Anything else.
pub fn quiet_hours(written: &str) -> Result<QuietHours, Flaw> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let hours = written.split_once(['-', '–']).and_then(|(from, to)| time(from).zip(time(to)));
    match hours {
        Some((from, to)) if from != to => Ok(QuietHours { from, to }),
        Some(_) => Err(Flaw::whole(written, "these quiet hours begin when they end")
            .help("to have nothing urgent at all, write urgent = false")),
        None => Err(Flaw::whole(written, format!("{} is no time of the day", quoted(written)))
            .help("write a beginning and an end, such as \"22:00-06:30\"")),
    }
}

/// A time zone's IANA name.
///
/// # Errors
/// Any other word.
pub fn zone(written: &str) -> Result<Tz, Flaw> {
    written.parse().map_err(|_| {
        let help = did_you_mean(written, zones()).or_else(|| city(written)).unwrap_or_else(|| {
            "write a name of the IANA time zone database, such as \"Europe/Berlin\" or \"UTC\"".to_owned()
        });
        Flaw::whole(written, format!("there is no time zone {}", quoted(written))).help(help)
    })
}

/// `Yerevan` for `Asia/Yerevan`; the wrong continent too.
fn city(written: &str) -> Option<String> {
    let city = |name: &str| name.rsplit('/').next().unwrap_or(name).to_lowercase().replace(' ', "_");
    let wanted = city(written);
    zones().find(|name| city(name) == wanted).map(|name| format!("did you mean {}?", quoted(name)))
}

/// A date (its first moment in `zone`), a date and time (in `zone`), or these with their own offset.
///
/// # Errors
/// Anything else.
pub fn moment(written: &str, zone: Tz) -> Result<DateTime<Utc>, Flaw> {
    let trimmed = written.trim();
    if let Ok(exact) = DateTime::parse_from_rfc3339(trimmed) {
        return Ok(exact.with_timezone(&Utc));
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(trimmed, form).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(trimmed, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0))
        });
    local.and_then(|local| schedule::instant(local, zone)).ok_or_else(|| {
        Flaw::whole(written, format!("{} is no date", quoted(written)))
            .help("write 2026-12-31, 2026-12-31T18:00 or 2026-12-31T18:00:00+04:00")
    })
}

/// A language's tag (BCP 47): `en`, `pt-BR`.
///
/// # Errors
/// Names of languages, and codes of countries that are none of a language: a rule would wait for
/// such articles in vain.
pub fn language(written: &str) -> Result<String, Flaw> {
    const COUNTRIES: [(&str, &str); 8] = [
        ("ua", "uk"),
        ("cz", "cs"),
        ("jp", "ja"),
        ("cn", "zh"),
        ("dk", "da"),
        ("kz", "kk"),
        ("ge", "ka"),
        ("rs", "sr"),
    ];
    let primary = written.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if let Some((_, meant)) = COUNTRIES.iter().find(|(country, _)| *country == primary) {
        return Err(Flaw::whole(written, format!("{} is a country, not a language", quoted(written)))
            .help(format!("did you mean `{meant}`?")));
    }
    let is_tag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if (2..=3).contains(&primary.len()) && written.split('-').all(is_tag) {
        return Ok(written.to_owned());
    }
    Err(Flaw::whole(written, format!("{} is no language's tag", quoted(written)))
        .help("write the two letters of ISO 639, such as \"en\", \"hy\" or \"uk\""))
}

/// An address or a network, `127.0.0.1` or `127.0.0.0/8`.
///
/// # Errors
/// Anything else.
pub fn network(written: &str) -> Result<IpNet, Flaw> {
    written.parse::<IpNet>().or_else(|_| written.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
        Flaw::whole(written, format!("{} is neither an address nor a network", quoted(written)))
            .help("write an address such as \"192.168.1.5\" or a network such as \"10.0.0.0/8\"")
    })
}

/// A mail address, with or without a name: `desk@example.org`, `Desk <desk@example.org>`.
///
/// # Errors
/// Anything else; several in one string too.
pub fn mail_address(written: &str) -> Result<String, Flaw> {
    let trimmed = written.trim();
    let (name, address) = match trimmed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address),
        None => ("", trimmed),
    };
    let is_address =
        address.is_ascii() || address.rsplit_once('@').is_some_and(|(local, _)| local.is_ascii());
    if is_address && address.parse::<EmailAddress>().is_ok() && is_display_name(name) {
        return Ok(trimmed.to_owned());
    }
    Err(Flaw::whole(written, format!("{} is no mail address", quoted(written)))
        .help("write \"desk@example.org\" or \"News desk <desk@example.org>\", each in quotes of its own"))
}

/// RFC 5322 § 3.2.3: these characters part addresses from each other, unless they are quoted.
fn is_display_name(name: &str) -> bool {
    let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(inside) => !inside.contains(['"', '\\']) && !inside.contains(char::is_control),
        None => {
            !name.contains(['(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '"'])
                && !name.contains(char::is_control)
        }
    }
}

/// A feed's URL, normalised (RFC 3986 § 6.2.2) and without its fragment.
///
/// # Errors
/// Anything but http(s), a name and password inside.
pub fn feed_url(written: &str) -> Result<Url, Flaw> {
    let mut url = web_url(written, &["http", "https"])?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Flaw::whole(written, "a URL with a password in it would end up in logs")
            .help("leave it out and write username and password_file"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// A proxy's URL.
///
/// # Errors
/// Anything but http, https and socks5h.
pub fn proxy_url(written: &str) -> Result<Url, Flaw> {
    if written.starts_with("socks5:") || written.starts_with("socks:") {
        return Err(Flaw::whole(written, "this proxy would be told addresses, not names")
            .help("write socks5h://…, so that names are looked up behind the proxy"));
    }
    web_url(written, &["http", "https", "socks5h"])
}

fn web_url(written: &str, schemes: &[&str]) -> Result<Url, Flaw> {
    let url = Url::parse(written.trim()).map_err(|error| {
        let flaw = Flaw::whole(written, format!("this is no URL: {error}"));
        if written.contains("://") {
            flaw
        } else {
            flaw.help(format!("write {}://…", schemes[schemes.len().min(2) - 1]))
        }
    })?;
    if !schemes.contains(&url.scheme()) {
        let end = url.scheme().len().min(written.len());
        let known = schemes.join(", ");
        let flaw =
            Flaw::whole(written, format!("{} is not a way to get this: {known}", quoted(url.scheme())));
        return Err(if written.is_char_boundary(end) { Flaw { span: 0..end, ..flaw } } else { flaw });
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Flaw::whole(written, "this URL names no host"));
    }
    Ok(url)
}

/// Anything that may stand in a User-Agent's comment.
///
/// # Errors
/// Parentheses, spaces and what is not ASCII.
pub fn contact(written: &str) -> Result<String, Flaw> {
    match written.char_indices().find(|(_, c)| !c.is_ascii_graphic() || "()\\".contains(*c)) {
        None if written.is_empty() => Err(Flaw::whole(written, "this contact is empty")),
        None => Ok(written.to_owned()),
        Some((at, c)) => Err(Flaw {
            span: at..at + c.len_utf8(),
            message: "this character cannot stand in a User-Agent".to_owned(),
            help: Some("write a URL or a mail address".to_owned()),
        }),
    }
}

/// An HTTP header's name (RFC 9110 § 5.1) that is not ours to send.
///
/// # Errors
/// What is no name, and what would break conditional requests or the connection.
pub fn header_name(written: &str) -> Result<String, Flaw> {
    const OURS: [&str; 9] = [
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "if-none-match",
        "if-modified-since",
        "a-im",
        "accept-encoding",
        "te",
    ];
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if written.is_empty() || !written.chars().all(is_token) {
        return Err(Flaw::whole(written, format!("{} is no name of a header", quoted(written))));
    }
    if OURS.contains(&written.to_ascii_lowercase().as_str()) {
        return Err(Flaw::whole(written, format!("wirewatch sends {} itself", quoted(written))));
    }
    Ok(written.to_owned())
}

/// An HTTP header's value: visible ASCII, spaces and tabs inside (RFC 9110 § 5.5).
///
/// # Errors
/// Anything else.
pub fn header_value(written: &str) -> Result<String, Flaw> {
    let bad = written.char_indices().find(|(_, c)| !(c.is_ascii_graphic() || *c == ' ' || *c == '\t'));
    match bad {
        None => Ok(written.trim().to_owned()),
        Some((at, c)) => Err(Flaw {
            span: at..at + c.len_utf8(),
            message: "this character cannot stand in a header".to_owned(),
            help: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{duration, show_duration, show_size, size};

    #[test]
    fn sums_and_spaces() {
        for (written, seconds) in [("1h30m", 5400), (" 2 d 1s ", 172_801), ("1w", 604_800), ("0s", 0)] {
            assert_eq!(
                duration(written, &(0..=i64::MAX)).map(|d| d.num_seconds()).ok(),
                Some(seconds),
                "{written}"
            );
        }
        for (written, at_fault) in [
            ("", ""),
            ("5", "5"),
            ("h", "h"),
            ("5m 3x", "x"),
            ("-5m", "-5m"),
            ("5m99999999999999999999s", "99999999999999999999s"),
        ] {
            let flaw = duration(written, &(0..=i64::MAX)).expect_err(written);
            assert_eq!(&written[flaw.span], at_fault, "{written}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0..i64::from(i32::MAX), bytes: u32) {
            let shown = duration(&show_duration(seconds), &(0..=i64::MAX)).map(|d| d.num_seconds());
            prop_assert_eq!(shown.ok(), Some(seconds));
            prop_assert_eq!(size(&show_size(bytes.into()), &(0..=u64::MAX)).ok(), Some(bytes.into()));
        }

        #[test]
        fn anything_is_read_or_refused_with_a_place(written in "[0-9wdhms.é -]{0,12}") {
            if let Err(flaw) = duration(&written, &(1..=1000)) {
                prop_assert!(written.get(flaw.span).is_some());
            }
        }
    }
}
