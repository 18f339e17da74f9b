//! Schedules: cases in `tests/schedule/`, laws over random ones, and croner as the oracle.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use wirewatch::news::entry::Pacing;
use wirewatch::news::schedule::{
    Bounds, Cron, Next, Reason, Rhythm, host_held, next_after_ours, next_delivery, next_poll, next_try,
};

#[test]
fn slots() {
    check(include_str!("schedule/slots.txt"), |case| {
        let [zone, line, after, expected] = case else { panic!("four columns") };
        let (zone, cron) = (zone.parse::<Tz>().expect("a zone"), Cron::parse(line).expect("a cron line"));
        let mut at = moment(after);
        for slot in expected.split(' ').map(moment) {
            at = cron.next(at, zone).expect("a slot");
            assert_eq!(at, slot);
        }
        assert_eq!(cron.newest(moment(after), at, zone), Some(at), "newest");
    });
}

#[test]
fn faults() {
    check(include_str!("schedule/faults.txt"), |case| {
        let [line, at_fault, message, help] = case else { panic!("four columns") };
        let fault = Cron::parse(line).expect_err("a fault");
        assert_eq!(
            (&line[fault.span], &*fault.message, fault.help.as_deref()),
            (*at_fault, *message, Some(*help))
        );
    });
}

#[test]
fn reasons() {
    check(include_str!("schedule/reasons.txt"), |case| {
        let [known, decided, sentence] = case else { panic!("three columns") };
        let known = Known(known);
        let next = known.decide();
        let why = next.why;
        let name = serde_json::to_value(why.reason).expect("a name");
        let wait = (next.at - known.now()).num_seconds();
        let marks = [(why.capped, " capped"), (why.slot, " slot")];
        let marks: String = marks.iter().filter(|mark| mark.0).map(|mark| mark.1).collect();
        let told = format!("{}{marks} {wait}", name.as_str().expect("a name"));
        assert_eq!((told.as_str(), why.said(known.failures()).as_str()), (*decided, *sentence));
    });
}

/// What is known of a feed: `name=value`, blanks between.
struct Known<'a>(&'a str);

impl Known<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.0
            .split(' ')
            .find_map(|pair| pair.split_once('=').filter(|(found, _)| *found == name))
            .map(|p| p.1)
    }

    fn length(&self, name: &str) -> Option<TimeDelta> {
        let (count, unit) = self.value(name).map(|written| written.split_at(written.len() - 1))?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            other => panic!("no such unit: {other}"),
        };
        Some(TimeDelta::seconds(seconds * count.parse::<i64>().expect("a number")))
    }

    fn bits(&self, name: &str) -> u32 {
        let numbers = self.value(name).into_iter().flat_map(|numbers| numbers.split(','));
        numbers.fold(0, |bits, number| bits | 1 << number.parse::<u32>().expect("a number"))
    }

    fn now(&self) -> DateTime<Utc> {
        moment(self.value("now").unwrap_or("2026-01-05T12:00:00Z"))
    }

    fn failures(&self) -> u32 {
        self.value("failures").map_or(0, |failures| failures.parse().expect("a number"))
    }

    fn rhythm(&self) -> Rhythm {
        match self.value("cron") {
            Some(line) => Rhythm::Cron(Cron::parse(&line.replace('_', " ")).expect("a cron line"), Tz::UTC),
            None => Rhythm::Every(self.length("every").expect("a rhythm")),
        }
    }

    fn decide(&self) -> Next {
        const SEED: u64 = 7;
        let (now, failures) = (self.now(), self.failures());
        if let Some(wait) = self.length("host-retry") {
            return host_held(BOUNDS, wait, now);
        }
        if let Some(reason) = self.value("ours") {
            let reason = serde_json::from_value(reason.into()).expect("a reason");
            return next_after_ours(reason, TimeDelta::zero(), now, SEED);
        }
        if failures > 0 {
            return next_try(&self.rhythm(), BOUNDS, failures, self.length("retry"), now, SEED);
        }
        let pacing = Pacing {
            ttl: self.length("ttl"),
            period: self.length("period"),
            skip_hours: self.bits("skip-hours"),
            skip_days: u8::try_from(self.bits("skip-days")).expect("a week"),
        };
        next_poll(&self.rhythm(), BOUNDS, &pacing, self.length("fresh"), now, SEED)
    }
}

/// Runs `test` on each line of a table; says which line failed.
fn check(table: &str, test: impl Fn(&[&str]) + std::panic::RefUnwindSafe) {
    let cases = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for line in cases {
        let columns: Vec<_> = line.split('|').map(str::trim).collect();
        let outcome = std::panic::catch_unwind(|| test(&columns));
        assert!(outcome.is_ok(), "failed: {line}");
        count += 1;
    }
    assert!(count > 10, "the table was not read");
}

fn moment(written: &str) -> DateTime<Utc> {
    written.parse().unwrap_or_else(|fault| panic!("{written}: {fault}"))
}

/// Zones that change their clocks in all the ways there are, and two that do not.
const ZONES: [&str; 10] = [
    "UTC",
    "Asia/Yerevan",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Pacific/Apia",
];

fn any_zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(&ZONES[..]).prop_map(|name| name.parse().expect("a zone"))
}

/// croner's search gives up in gaps of more than two hours.
fn croners_zone() -> impl Strategy<Value = Tz> {
    any_zone().prop_filter("a gap of a day", |zone| *zone != Tz::Pacific__Apia)
}

/// 2005 to 2036.
fn any_moment() -> impl Strategy<Value = DateTime<Utc>> {
    (1_104_537_600_i64..2_082_758_400).prop_map(|at| DateTime::from_timestamp(at, 0).expect("in range"))
}

/// Hours around changes of the clock in some of the zones.
fn near_a_change() -> impl Strategy<Value = DateTime<Utc>> {
    const CHANGES: [&str; 10] = [
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-03-08T07:00:00Z",
        "2026-11-01T06:00:00Z",
        "2026-10-03T15:30:00Z",
        "2026-04-04T15:00:00Z",
        "2026-04-23T22:00:00Z",
        "2026-10-29T21:00:00Z",
        "2011-12-30T10:00:00Z",
        "2026-09-06T04:00:00Z",
    ];
    (prop::sample::select(&CHANGES[..]), -200_000_i64..200_000)
        .prop_map(|(change, seconds)| moment(change) + TimeDelta::seconds(seconds))
}

fn any_field(min: u32, max: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("*".to_owned()),
        1 => (1..max - min).prop_map(|step| format!("*/{step}")),
        3 => (min..=max).prop_map(|value| value.to_string()),
        1 => (min..=max, min..=max).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (min..=max, min..=max).prop_map(|(a, b)| format!("{a},{b}")),
    ]
}

fn any_line() -> impl Strategy<Value = String> {
    (any_field(0, 59), any_field(0, 23), any_field(1, 28), any_field(1, 12), any_field(0, 6))
        .prop_map(|(m, h, dom, mon, dow)| format!("{m} {h} {dom} {mon} {dow}"))
}

/// Lines whose meaning across a change of the clock croner shares: a fixed time of day, or every hour.
fn line_of_one_mind() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..60_u32, 0..24_u32, any_field(0, 6)).prop_map(|(m, h, dow)| format!("{m} {h} * * {dow}")),
        (any_field(0, 59), any_field(1, 28)).prop_map(|(m, dom)| format!("{m} * {dom} * *")),
    ]
}

/// The next slots according to croner, whose `*/n` in a day field restricts, as crontab's does not.
fn by_croner(line: &str, after: DateTime<Utc>, zone: Tz, count: usize) -> Vec<DateTime<Utc>> {
    let oracle: croner::Cron = line.parse().expect("croner reads it");
    let mut at = after.with_timezone(&zone);
    let mut slots = Vec::new();
    while slots.len() < count {
        at = oracle.find_next_occurrence(&at, false).expect("croner finds it");
        slots.push(at.to_utc());
    }
    slots
}

fn by_us(line: &str, after: DateTime<Utc>, zone: Tz, count: usize) -> Vec<DateTime<Utc>> {
    let cron = Cron::parse(line).expect("we read it");
    std::iter::successors(cron.next(after, zone), |at| cron.next(*at, zone)).take(count).collect()
}

fn restricts_both_days_by_step(line: &str) -> bool {
    let fields: Vec<_> = line.split(' ').collect();
    let stepped = |n: usize| fields[n].starts_with("*/");
    (stepped(2) && fields[4] != "*") || (stepped(4) && fields[2] != "*")
}

fn hours_and_days() -> impl Strategy<Value = (u32, u8)> {
    (0..1_u32 << 24, 0..1_u8 << 7)
}

const BOUNDS: Bounds = Bounds { min: TimeDelta::seconds(300), max: TimeDelta::seconds(86_400) };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn croner_agrees_where_clocks_stand(line in any_line().prop_filter("another meaning", |line| !restricts_both_days_by_step(line)), after in any_moment()) {
        prop_assert_eq!(by_us(&line, after, Tz::UTC, 5), by_croner(&line, after, Tz::UTC, 5));
    }

    #[test]
    fn croner_agrees_where_clocks_change(line in line_of_one_mind(), after in near_a_change(), zone in croners_zone()) {
        prop_assert_eq!(by_us(&line, after, zone, 8), by_croner(&line, after, zone, 8));
    }

    #[test]
    fn slots_come_in_order_and_none_is_skipped(line in any_line(), after in near_a_change(), wait in 0_i64..200_000, zone in any_zone()) {
        let cron = Cron::parse(&line).expect("we read it");
        let next = cron.next(after, zone).expect("a slot");
        let later = after + TimeDelta::seconds(wait);
        let next_later = cron.next(later, zone).expect("a slot");
        prop_assert!(next > after && next_later >= next);
        prop_assert!(later >= next || next_later == next, "nothing lies between");
        prop_assert_eq!(next.second(), 0);
        let newest = cron.newest(after, later, zone);
        prop_assert_eq!(newest.is_some(), next <= later);
        if let Some(newest) = newest {
            prop_assert!(newest > after && newest <= later);
            prop_assert!(cron.next(newest, zone).expect("a slot") > later);
        }
    }

    #[test]
    fn a_poll_is_never_early_and_never_put_off_for_long(
        every in 1_i64..1_000_000, ttl in prop::option::of(-1_i64..1_000_000), fresh in prop::option::of(-1_i64..1_000_000),
        (hours, days) in hours_and_days(), now in any_moment(), seed: u64,
    ) {
        let pacing = Pacing { ttl: ttl.map(TimeDelta::seconds), period: None, skip_hours: hours, skip_days: days };
        let rhythm = Rhythm::Every(TimeDelta::seconds(every));
        let next = next_poll(&rhythm, BOUNDS, &pacing, fresh.map(TimeDelta::seconds), now, seed).at;
        let waited = (next - now).num_seconds();
        let own = every.max(300);
        let asked = ttl.unwrap_or(0).max(fresh.unwrap_or(0)).min(86_400);
        prop_assert!(waited >= own.max(asked), "{waited} is early");
        prop_assert!(waited <= (own + own / 10).max(86_400), "{waited} is late");
        let polled_in_a_skipped_hour = is_skipped(&pacing, next);
        prop_assert!(!polled_in_a_skipped_hour || waited >= own.max(86_400) || hours.count_ones() == 24 || days.count_ones() == 7);
        if hours == 0 && days == 0 {
            // A second more is for the fraction that a moment was cut by.
            let wait = own.max(asked + 1);
            prop_assert!(waited <= wait + wait / 10, "spread over more than a tenth");
        }
    }

    #[test]
    fn a_poll_by_cron_is_in_its_slot(
        line in any_line(), zone in any_zone(), fresh in prop::option::of(0_i64..1_000_000), now in near_a_change(), seed: u64,
    ) {
        let cron = Cron::parse(&line).expect("we read it");
        let rhythm = Rhythm::Cron(cron.clone(), zone);
        let next = next_poll(&rhythm, BOUNDS, &Pacing::default(), fresh.map(TimeDelta::seconds), now, seed).at;
        prop_assert!(cron.newest(next - TimeDelta::seconds(61), next, zone).is_some(), "no slot at {next}");
        let asked = fresh.unwrap_or(0).min(86_400);
        // A poll may have taken until three minutes after its slot.
        prop_assert!((next - now).num_seconds() >= asked.max(300 - 180), "early");
        let due = now + TimeDelta::seconds(asked.max(300));
        let first = cron.next(due - TimeDelta::seconds(1), zone).expect("a slot");
        prop_assert!(next <= first + TimeDelta::seconds(60), "a slot was missed");
    }

    #[test]
    fn a_try_waits_longer_and_longer(
        every in 1_i64..1_000_000, failures in 1_u32..100, retry in prop::option::of(-1_i64..1_000_000),
        now in any_moment(), seed: u64,
    ) {
        let rhythm = Rhythm::Every(TimeDelta::seconds(every));
        let wait = |failures| (next_try(&rhythm, BOUNDS, failures, retry.map(TimeDelta::seconds), now, seed).at - now).num_seconds();
        let interval = every.max(300);
        prop_assert!(wait(failures) >= interval.max(retry.unwrap_or(0).min(86_400)));
        prop_assert!(wait(failures) <= interval.max(86_400));
        prop_assert!(wait(failures + 1) >= wait(failures));
        if interval * 4 < 86_400 && retry.is_none() {
            prop_assert!(wait(3) >= interval * 4, "doubled twice");
        }
    }

    #[test]
    fn nothing_panics_at_the_calendars_ends(line in any_line(), zone in any_zone(), at_end: bool, failures: u32, seed: u64) {
        let now = if at_end { DateTime::<Utc>::MAX_UTC } else { DateTime::<Utc>::MIN_UTC };
        let rhythm = Rhythm::Cron(Cron::parse(&line).expect("we read it"), zone);
        for rhythm in [rhythm, Rhythm::Every(TimeDelta::MAX)] {
            prop_assert!(next_poll(&rhythm, BOUNDS, &Pacing::default(), Some(TimeDelta::MAX), now, seed).at >= now);
            prop_assert!(next_try(&rhythm, BOUNDS, failures, Some(TimeDelta::MIN), now, seed).at >= now);
        }
        prop_assert!(next_delivery(failures, now) >= now);
    }

    #[test]
    fn any_line_is_read_or_refused_with_a_place(line in "[-0-9*/,a-zé@ \u{a0}]{0,30}") {
        if let Err(fault) = Cron::parse(&line) {
            prop_assert!(line.get(fault.span).is_some());
        }
    }
}

fn is_skipped(pacing: &Pacing, at: DateTime<Utc>) -> bool {
    use chrono::Datelike;
    pacing.skip_hours >> at.hour() & 1 == 1
        || pacing.skip_days >> at.weekday().num_days_from_monday() & 1 == 1
}

/// Feeds that were added, failed or were cut off together do not come back together.
#[test]
fn polls_of_many_feeds_spread() {
    let now = moment("2026-11-24T12:00:00Z");
    let hourly = Rhythm::Every(TimeDelta::hours(1));
    let kinds: [&dyn Fn(u64) -> Next; 3] = [
        &|seed| next_poll(&hourly, BOUNDS, &Pacing::default(), None, now, seed),
        &|seed| next_try(&hourly, BOUNDS, 2, None, now, seed),
        &|seed| next_after_ours(Reason::Outage, TimeDelta::zero(), now, seed),
    ];
    for (kind, next) in kinds.iter().enumerate() {
        let mut minutes = BTreeMap::<_, usize>::new();
        for seed in 0..1_000 {
            *minutes.entry((next(seed).at - now).num_minutes()).or_default() += 1;
        }
        // A tenth of an hour, of two hours, and two minutes; the very last second is a minute of its own.
        let most = minutes.values().max().copied().unwrap_or_default();
        let width = minutes.len() - 1;
        assert!(width == [6, 12, 2][kind] && most <= 1_400 / width, "{kind}: {minutes:?}");
    }
}

#[test]
fn letters_are_tried_again_after_1_2_4_minutes_and_then_hourly() {
    let now = moment("2026-11-24T12:00:00Z");
    let waits: Vec<_> = (1..10).map(|attempts| (next_delivery(attempts, now) - now).num_minutes()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
}

#[test]
fn a_five_minute_schedule_is_polled_every_five_minutes() {
    let rhythm = Rhythm::Cron(Cron::parse("*/5 * * * *").expect("a cron line"), Tz::UTC);
    let mut now = moment("2026-11-24T12:00:30Z");
    for n in 1..50 {
        let next = next_poll(&rhythm, BOUNDS, &Pacing::default(), None, now, n).at;
        assert_eq!(next.timestamp() / 300, now.timestamp() / 300 + 1, "{now} → {next}");
        // A poll takes a while.
        now = next + TimeDelta::seconds(20);
    }
}
