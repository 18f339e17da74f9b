//! Values as a terminal shows them.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// Text from outside on one line of a terminal: no control characters, no bidi overrides.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_direction(c) { ' ' } else { c }).collect()
}

fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `3, 4 and 5`
#[must_use]
pub fn numbers(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    match ids.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => ids.join(", "),
    }
}

/// `3 feeds`, `1 feed`
#[must_use]
pub fn counted(number: usize, what: &str) -> String {
    let plural = match (number, what.strip_suffix('y')) {
        (1, _) => what.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{what}s"),
    };
    format!("{number} {plural}")
}

/// `3 min ago`, `in 2 h`; `never` for none.
#[must_use]
pub fn distance(moment: Option<DateTime<Utc>>, now: DateTime<Utc>) -> String {
    let Some(moment) = moment else { return "never".to_owned() };
    let length = span((moment - now).abs());
    if moment > now { format!("in {length}") } else { format!("{length} ago") }
}

/// How a feed's state stands to its moment: `for 2 h` while it lasts, `2 h ago` when it was a moment's.
#[must_use]
pub fn lasting(state: &str, since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match state {
        "failing" | "gone" | "stale" => format!("for {}", span((now - since).abs())),
        _ => distance(Some(since), now),
    }
}

/// `3 min`, `2 h`, `5 days`
#[must_use]
pub fn span(length: TimeDelta) -> String {
    match length {
        short if short < TimeDelta::minutes(1) => format!("{} s", short.num_seconds()),
        short if short < TimeDelta::hours(2) => format!("{} min", short.num_minutes()),
        long if long < TimeDelta::days(2) => format!("{} h", long.num_hours()),
        long => format!("{} days", long.num_days()),
    }
}

/// `\r312 of 1000 feeds` on standard error while it is a terminal; nothing when the work is short.
pub fn progress(what: &str, done: usize, of: usize) {
    const SHORT: usize = 20;
    let mut terminal = std::io::stderr();
    if of < SHORT || !terminal.is_terminal() {
        return;
    }
    let line = if done < of { format!("\r{done} of {of} {what}") } else { "\r\u{1b}[K".to_owned() };
    // A terminal that has gone is no reason to stop.
    let _ = terminal.write_all(line.as_bytes());
}

/// Prints everything that is known of one thing: as JSON for programs, as `text` for people.
///
/// # Errors
/// When the output cannot be written.
pub fn account<T: Serialize>(account: &T, json: bool, text: fn(&T) -> String) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, account)?;
        writeln!(out)?;
    } else {
        out.write_all(text(account).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Columns as wide as their widest cell; the last one runs on.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{DateTime, TimeDelta, Utc, counted, distance, lasting, plain, table};

    #[test]
    fn terminal_controls_are_gone() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\n"), "a [31mb c ");
    }

    #[test]
    fn words() {
        assert_eq!(counted(1, "entry"), "1 entry");
        assert_eq!(counted(2, "entry"), "2 entries");
        let now = DateTime::<Utc>::default();
        assert_eq!(distance(Some(now + TimeDelta::minutes(5)), now), "in 5 min");
        assert_eq!(distance(Some(now - TimeDelta::days(3)), now), "3 days ago");
        assert_eq!(distance(None, now), "never");
        assert_eq!(lasting("failing", now - TimeDelta::hours(2), now), "for 2 h");
        assert_eq!(lasting("gap", now - TimeDelta::hours(2), now), "2 h ago");
    }

    #[test]
    fn columns() {
        let rows = [vec!["a".to_owned(), "b".to_owned()], vec!["ccc".to_owned(), "d".to_owned()]];
        assert_eq!(table(&rows), "a    b\nccc  d\n");
    }
}
