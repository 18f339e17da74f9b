//! When to poll, when to try again, when a digest is due.

mod cron;
mod pace;
mod slots;
mod why;

use chrono::{DateTime, Datelike, DurationRound, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

pub use cron::{Cron, CronFault};
pub use pace::{Pace, QuietHours};
pub use slots::instant;
pub use why::{Next, Reason, Why};

use super::entry::Pacing;

/// How often a feed is polled.
#[derive(Debug, Clone)]
pub enum Rhythm {
    Every(TimeDelta),
    Cron(Cron, Tz),
}

/// The bounds between which the schedule moves.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// `[fetch] min_interval`: nothing is polled more often.
    pub min: TimeDelta,
    /// Whatever a server asks: no longer than this (24 h).
    pub max: TimeDelta,
}

/// The polls of one cron slot are spread over this time.
const SLOT: TimeDelta = TimeDelta::seconds(60);

/// A poll that was done so long after a slot was that slot's.
const ON_TIME: TimeDelta = TimeDelta::seconds(180);

/// What failed by our own fault is tried again after that, spread over twice as much.
const AFTER_OURS: TimeDelta = TimeDelta::minutes(1);

/// The next poll after a good answer: not before the feed's own rhythm, what its document and its
/// server asked for (`fresh_for`), and not in a skipped hour or day; but what others ask puts it off
/// by no more than `bounds.max`. With a spread of at most a tenth of the interval that is fixed by
/// `seed` (cron slots are spread over a minute at most).
#[must_use]
pub fn next_poll(
    rhythm: &Rhythm,
    bounds: Bounds,
    pacing: &Pacing,
    fresh_for: Option<TimeDelta>,
    now: DateTime<Utc>,
    seed: u64,
) -> Next {
    let wish = longest_wish(pacing, fresh_for, bounds);
    let asked = wished(fresh_for.max(pacing.interval()), bounds);
    let own = match rhythm {
        Rhythm::Every(interval) => later(now, (*interval).max(bounds.min)),
        Rhythm::Cron(cron, zone) => later(punctual(cron, *zone, now), bounds.min),
    };
    let earliest = own.max(later(now, asked));
    let latest = later(own, (own - now) / 10).max(later(now, bounds.max));
    let place = settle(rhythm, earliest, earliest - now, seed, latest);
    let why =
        wish.filter(|_| later(now, asked) > own).unwrap_or_else(|| own_reason(rhythm, bounds, now, place));
    let allowed = next_allowed(pacing, place.at);
    if allowed == place.at {
        return place.because(why);
    }
    let skipped = if is_skipped_day(pacing, place.at) { Reason::SkipDays } else { Reason::SkipHours };
    let why = Why { capped: allowed > latest, ..Why::plainly(skipped) };
    let allowed = allowed.min(latest);
    let place =
        if allowed == place.at { place } else { settle(rhythm, allowed, TimeDelta::hours(1), seed, latest) };
    place.because(why)
}

/// The next try after `failures` (≥ 1) failures in a row: doubling from the feed's interval (with
/// cron: from the shortest allowed one), spread by `seed`, at most `bounds.max` or the interval itself
/// when that is longer, and never before `retry_after`, which is kept up to `bounds.max`.
#[must_use]
pub fn next_try(
    rhythm: &Rhythm,
    bounds: Bounds,
    failures: u32,
    retry_after: Option<TimeDelta>,
    now: DateTime<Utc>,
    seed: u64,
) -> Next {
    let interval = match rhythm {
        Rhythm::Every(interval) => (*interval).max(bounds.min),
        Rhythm::Cron(..) => bounds.min,
    };
    let longest = bounds.max.max(interval);
    let doubled = 1_i32.checked_shl(failures.saturating_sub(1)).filter(|factor| *factor > 0);
    let wait =
        doubled.and_then(|factor| interval.checked_mul(factor)).map_or(longest, |wait| wait.min(longest));
    let asked = wished(retry_after, bounds);
    let why = match retry_after {
        Some(retry_after) if asked > wait => Why::of(Reason::RetryAfter, retry_after, bounds.max),
        _ => Why::of(Reason::BackOff, wait, longest),
    };
    let wait = wait.max(asked);
    settle(rhythm, later(now, wait), wait, seed, later(now, longest)).because(why)
}

/// Until when a host is left alone whose feeds were asked to wait: no longer than `bounds.max`.
#[must_use]
pub fn host_held(bounds: Bounds, retry_after: TimeDelta, now: DateTime<Utc>) -> Next {
    let why = Why::of(Reason::HostRetryAfter, retry_after, bounds.max);
    Next { at: later(now, wished(Some(retry_after), bounds)), why }
}

/// The next poll after one that failed by our own fault: soon, and gently, spread over two minutes.
/// `pause`: from one request to the next, when the server did get one.
#[must_use]
pub fn next_after_ours(reason: Reason, pause: TimeDelta, now: DateTime<Utc>, seed: u64) -> Next {
    let spread = spread(AFTER_OURS * 2, seed);
    let at = later(later(now, AFTER_OURS.max(pause)), spread);
    Next { at, why: Why { spread: spread.num_seconds(), ..Why::plainly(reason) } }
}

/// The next try of a letter after `attempts` (≥ 1) attempts: 1, 2, 4 … minutes, at most an hour.
#[must_use]
pub fn next_delivery(attempts: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    later(now, TimeDelta::minutes(1 << attempts.saturating_sub(1).min(6)).min(TimeDelta::hours(1)))
}

/// A moment of a rhythm, and how much of it is spread.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: DateTime<Utc>,
    spread: TimeDelta,
    /// Of a schedule.
    slot: Option<DateTime<Utc>>,
}

impl Place {
    fn because(self, why: Why) -> Next {
        let slot = self.slot.is_some() && why.reason != Reason::Slot;
        Next { at: self.at, why: Why { slot, spread: self.spread.num_seconds(), ..why } }
    }
}

/// The rhythm's first moment from `earliest` on, spread by `seed` over a tenth of `width` or over the
/// slot. A spread past `latest` is cut.
fn settle(
    rhythm: &Rhythm,
    earliest: DateTime<Utc>,
    width: TimeDelta,
    seed: u64,
    latest: DateTime<Utc>,
) -> Place {
    match rhythm {
        Rhythm::Every(_) => {
            let at = later(earliest, spread(width / 10, seed)).min(latest.max(earliest));
            Place { at, spread: at - earliest, slot: None }
        }
        // A slot counts until its minute is over, so that a poll that took a while misses none.
        Rhythm::Cron(cron, zone) => {
            let minute = SLOT + TimeDelta::seconds(1);
            let slot = earliest.checked_sub_signed(minute).and_then(|before| cron.next(before, *zone));
            let at = slot.map_or(latest, |slot| later(slot, spread(SLOT, seed)).max(earliest));
            Place { at, spread: at - slot.unwrap_or(at).max(earliest), slot }
        }
    }
}

/// How long others may put a poll off. `now` is told in whole seconds: a wait that was asked for is not
/// cut short by a fraction of one.
fn wished(wait: Option<TimeDelta>, bounds: Bounds) -> TimeDelta {
    wait.and_then(|wait| wait.checked_add(&TimeDelta::seconds(1))).unwrap_or_default().min(bounds.max)
}

/// What others ask for most, if anything.
fn longest_wish(pacing: &Pacing, fresh_for: Option<TimeDelta>, bounds: Bounds) -> Option<Why> {
    let wishes =
        [(Reason::UpdatePeriod, pacing.period), (Reason::Ttl, pacing.ttl), (Reason::Fresh, fresh_for)];
    let wishes = wishes.into_iter().filter_map(|(reason, wait)| Some((reason, wait?)));
    wishes.max_by_key(|(_, wait)| *wait).map(|(reason, wait)| Why::of(reason, wait, bounds.max))
}

/// The feed's own rhythm, unless it is quicker than is allowed.
fn own_reason(rhythm: &Rhythm, bounds: Bounds, now: DateTime<Utc>, place: Place) -> Why {
    let hindered = match rhythm {
        Rhythm::Every(interval) => *interval < bounds.min,
        Rhythm::Cron(cron, zone) => cron.next(now, *zone) < place.slot,
    };
    match rhythm {
        _ if hindered => Why::of(Reason::MinInterval, bounds.min, TimeDelta::MAX),
        Rhythm::Every(interval) => Why::of(Reason::Interval, *interval, TimeDelta::MAX),
        Rhythm::Cron(..) => Why::plainly(Reason::Slot),
    }
}

/// A poll within a slot counts as done when the slot's minute ends at the latest: what it took, and
/// where in that minute the spread had put it, must not cost the next slot.
fn punctual(cron: &Cron, zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let slot = now.checked_sub_signed(ON_TIME).and_then(|before| cron.newest(before, now, zone));
    slot.map_or(now, |slot| later(slot, SLOT).min(now))
}

/// `at`, or the beginning of the next hour that is not skipped. A feed that skips every hour says
/// nothing.
fn next_allowed(pacing: &Pacing, at: DateTime<Utc>) -> DateTime<Utc> {
    const WEEK: i64 = 7 * 24;
    let skipped = |at: DateTime<Utc>| pacing.skip_hours & (1 << at.hour()) != 0 || is_skipped_day(pacing, at);
    let hour = at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at);
    let later_hours = (1..=WEEK).map(|hours| later(hour, TimeDelta::hours(hours)));
    std::iter::once(at).chain(later_hours).find(|at| !skipped(*at)).unwrap_or(at)
}

fn is_skipped_day(pacing: &Pacing, at: DateTime<Utc>) -> bool {
    pacing.skip_days & (1 << at.weekday().num_days_from_monday()) != 0
}

/// Whole seconds from 0 to `width`.
fn spread(width: TimeDelta, seed: u64) -> TimeDelta {
    // splitmix64's finaliser: neighbouring seeds lie far apart.
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let steps = u128::from(width.num_seconds().max(0).unsigned_abs()) + 1;
    let share = (u128::from(mixed) * steps) >> 64;
    TimeDelta::seconds(i64::try_from(share).unwrap_or_default())
}

/// The calendar has an end; nothing here may panic at it.
fn later(at: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(wait).unwrap_or(at)
}
