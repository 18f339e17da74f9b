//! Times without a colon: `14h05`, `14時05分`, `오후 2시 5분`, `klo 14.05`.

use super::{Number, Piece, Time};

/// What stands between hour and minute.
const HOUR: [&str; 9] = ["h", "H", "hs", "時", "时", "点", "點", "시", "ժ"];
/// What stands behind a minute and a second.
const MINUTE: [&str; 5] = ["min", "分", "분", "m", "mn"];
const SECOND: [&str; 2] = ["秒", "초"];
/// What stands before a time whose parts are joined by a point.
const CLOCK: [&str; 8] = ["klo", "kl", "klokken", "ore", "alle", "kell", "godz", "ora"];

/// Where it begins, where it ends, hour, minute, second.
pub(super) fn time(pieces: &[Piece<'_>]) -> Option<Time> {
    worded(pieces).or_else(|| dotted(pieces))
}

fn worded(pieces: &[Piece<'_>]) -> Option<Time> {
    let (start, hour, mut end) = (0..pieces.len())
        .find_map(|at| measured(pieces, at, &HOUR).map(|(hour, end)| (at, hour, end)))
        .filter(|(_, hour, _)| *hour < 25)?;
    let mut minute = 0;
    if let Some((found, after)) = measured(pieces, end, &MINUTE).or_else(|| number(pieces, end)) {
        (minute, end) = (found, after);
    }
    let mut second = 0;
    if let Some((found, after)) = measured(pieces, end, &SECOND) {
        (second, end) = (found, after);
    }
    Some((start, end, [hour, minute, second]))
}

/// A number with its unit behind it, and where both end; a blank may stand before each.
fn measured(pieces: &[Piece<'_>], at: usize, units: &[&str]) -> Option<(u32, usize)> {
    let (value, end) = number(pieces, at)?;
    let end = end + usize::from(pieces.get(end) == Some(&Piece::Gap));
    matches!(pieces.get(end)?, Piece::Word(unit) if units.contains(unit)).then_some((value, end + 1))
}

fn number(pieces: &[Piece<'_>], at: usize) -> Option<(u32, usize)> {
    let at = at + usize::from(pieces.get(at) == Some(&Piece::Gap));
    match pieces.get(at)? {
        Piece::Number(number) if number.digits <= 2 => Some((number.as_u32(), at + 1)),
        _ => None,
    }
}

/// A point joins days and months too: a word must say that it is a time, or a year stand before it.
fn dotted(pieces: &[Piece<'_>]) -> Option<Time> {
    (1..pieces.len()).find_map(|start| {
        let [Piece::Number(hour), Piece::Sign('.'), Piece::Number(minute), rest @ ..] = &pieces[start..]
        else {
            return None;
        };
        let before = pieces[..start].iter().rev().find(|piece| **piece != Piece::Gap)?;
        let announced = match before {
            Piece::Word(word) => CLOCK.contains(word),
            Piece::Number(Number { digits: 4, .. }) => pieces[start - 1] == Piece::Gap && start > 2,
            _ => false,
        };
        if !announced || hour.digits > 2 || minute.digits != 2 || hour.value > 24 || minute.value > 59 {
            return None;
        }
        match rest {
            [Piece::Sign('.'), Piece::Number(second), ..] if second.digits == 2 => {
                Some((start, start + 5, [hour.as_u32(), minute.as_u32(), second.as_u32()]))
            }
            _ => Some((start, start + 3, [hour.as_u32(), minute.as_u32(), 0])),
        }
    })
}
