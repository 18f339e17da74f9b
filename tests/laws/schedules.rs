//! Cron lines and durations.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use wirewatch::config::duration;
use wirewatch::news::schedule::Cron;

const ZONES: [Tz; 4] = [Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Kathmandu, Tz::America__St_Johns];

/// A line is read or has a fault in it; slots go on, and a slot is its own newest one.
pub fn cron(bytes: &[u8]) {
    for (number, line) in
        String::from_utf8_lossy(bytes).lines().flat_map(|line| line.split(" | ")).take(40).enumerate()
    {
        if let Err(why) = duration(line) {
            assert!(!why.contains(char::is_control), "{why:?}");
        }
        match Cron::parse(line) {
            Ok(cron) => slots(&cron, ZONES[number % ZONES.len()]),
            Err(fault) => {
                assert!(line.get(fault.span.clone()).is_some(), "{fault:?} in {line:?}");
                assert!(!fault.message.contains(char::is_control), "{:?}", fault.message);
            }
        }
    }
}

fn slots(cron: &Cron, zone: Tz) {
    assert_eq!(Cron::parse(cron.written()).as_ref(), Ok(cron));
    let mut at: DateTime<Utc> = "2026-03-28T23:58:30Z".parse().expect("a moment");
    for _ in 0..5 {
        let Some(next) = cron.next(at, zone) else { return };
        assert!(next > at, "{next} after {at}");
        assert_eq!(cron.newest(at, next, zone), Some(next));
        at = next;
    }
}
