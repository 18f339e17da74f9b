//! A feed's last polls: what each brought, what it cost, and how long they take as a rule.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::show::{self, plain};
use crate::store::polls::PollRow;

/// A poll as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct PollLine {
    at: DateTime<Utc>,
    /// `new`, `unchanged`, or the class of the failure.
    outcome: String,
    /// HTTP status of the last answer.
    status: Option<u16>,
    /// In the document.
    entries: Option<u32>,
    /// Not seen before.
    fresh: u32,
    repaired: bool,
    /// Of the body, on the wire.
    received_bytes: u64,
    /// Of the body, unpacked.
    decoded_bytes: Option<u64>,
    /// From the first request to the end of the body.
    milliseconds: i64,
}

impl From<PollRow> for PollLine {
    fn from(PollRow { at, outcome, entries, fresh, repaired, traffic }: PollRow) -> Self {
        Self {
            at,
            outcome,
            status: traffic.status,
            entries,
            fresh,
            repaired,
            received_bytes: traffic.received,
            decoded_bytes: traffic.decoded,
            milliseconds: traffic.took.num_milliseconds(),
        }
    }
}

/// Median milliseconds of the polls that were answered.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Medians {
    /// How many there were.
    polls: usize,
    all: i64,
    /// Of these, a 304.
    not_modified: Option<i64>,
    /// Of these, a body that came whole.
    document: Option<i64>,
}

impl Medians {
    /// `None` when no poll was answered.
    #[must_use]
    pub fn of(polls: &[PollLine]) -> Option<Self> {
        let median = |kind: &dyn Fn(&PollLine) -> bool| {
            let answered = polls.iter().filter(|poll| poll.status.is_some() && kind(poll));
            median(answered.map(|poll| poll.milliseconds).collect())
        };
        Some(Self {
            polls: polls.iter().filter(|poll| poll.status.is_some()).count(),
            all: median(&|_| true)?,
            not_modified: median(&|poll| poll.status == Some(304)),
            document: median(&|poll| poll.decoded_bytes.is_some()),
        })
    }

    /// `84 ms: 12 for a 304, 120 for a document (50 polls)`
    #[must_use]
    pub fn said(&self) -> String {
        let parts = [(self.not_modified, "a 304"), (self.document, "a document")];
        let parts: Vec<String> =
            parts.iter().filter_map(|(ms, what)| Some(format!("{} for {what}", (*ms)?))).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{} ms{parts} ({})", self.all, show::counted(self.polls, "poll"))
    }
}

/// Of an even number, the middle of the middle two.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get(values.len().saturating_sub(1) / 2)?;
    Some(lower.midpoint(upper))
}

/// The newest first.
#[must_use]
pub fn rows(polls: &[PollLine]) -> Vec<Vec<String>> {
    let head = ["polled at", "outcome", "status", "entries", "new", "bytes", "unpacked", "ms", ""];
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let cells = |poll: &PollLine| {
        vec![
            poll.at.format("%F %T").to_string(),
            plain(&poll.outcome),
            number(poll.status.map(u64::from)),
            number(poll.entries.map(u64::from)),
            poll.fresh.to_string(),
            poll.received_bytes.to_string(),
            number(poll.decoded_bytes),
            poll.milliseconds.to_string(),
            if poll.repaired { "repaired" } else { "" }.to_owned(),
        ]
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(polls.iter().map(cells)).collect()
}

#[cfg(test)]
mod tests {
    use super::{DateTime, Medians, PollLine, median};

    fn poll(status: Option<u16>, decoded_bytes: Option<u64>, milliseconds: i64) -> PollLine {
        PollLine {
            at: DateTime::default(),
            outcome: String::new(),
            status,
            entries: None,
            fresh: 0,
            repaired: false,
            received_bytes: 0,
            decoded_bytes,
            milliseconds,
        }
    }

    #[test]
    fn a_median_is_in_the_middle() {
        for (values, expected) in
            [(vec![], None), (vec![7], Some(7)), (vec![9, 1], Some(5)), (vec![30, 1, 2], Some(2))]
        {
            assert_eq!(median(values), expected);
        }
    }

    #[test]
    fn what_was_never_answered_is_no_timing() {
        let polls = [
            poll(None, None, 20_000),
            poll(Some(304), None, 10),
            poll(Some(304), None, 12),
            poll(Some(200), Some(1), 100),
            poll(Some(500), None, 50),
        ];
        let medians = Medians::of(&polls).unwrap();
        assert_eq!(medians.said(), "31 ms: 11 for a 304, 100 for a document (4 polls)");
        assert_eq!(Medians::of(&polls[3..4]).unwrap().said(), "100 ms: 100 for a document (1 poll)");
        assert_eq!(Medians::of(&polls[..1]), None);
    }
}
