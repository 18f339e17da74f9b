//! The stored layout of a fingerprint: version, fixed fields, then lists with their lengths.

use super::{Date, Fingerprint, MAX_TOKENS, Mark, Number, Token};

/// Changes whenever the layout, or what a text's fingerprint is, changes.
pub const VERSION: u8 = 4;

pub fn write(print: &Fingerprint) -> Vec<u8> {
    let mut out = Vec::with_capacity(48 + 3 * print.tokens.len() + 3 * print.numbers.len());
    out.push(VERSION);
    out.extend(print.host.to_le_bytes());
    out.extend(print.address.to_le_bytes());
    out.extend(print.body.to_le_bytes());
    out.extend(print.opening.to_le_bytes());
    put(&mut out, u64::from(print.words));
    put(&mut out, u64::from(print.title));
    put(&mut out, print.tokens.len() as u64);
    for token in &print.tokens {
        out.extend(token.pack());
    }
    put(&mut out, print.numbers.len() as u64);
    for number in &print.numbers {
        put(&mut out, number.digits);
        out.push(number.decimals);
    }
    put(&mut out, print.dates.len() as u64);
    for date in &print.dates {
        out.extend([date.weekday, date.month, date.day]);
        out.extend(date.year.unwrap_or(0).to_le_bytes());
    }
    put(&mut out, print.marks.len() as u64);
    for mark in &print.marks {
        out.extend(mark.pack());
    }
    out.push(print.language);
    out
}

pub fn read(bytes: &[u8]) -> Option<Fingerprint> {
    let mut source = Source(bytes);
    if source.byte()? != VERSION {
        return None;
    }
    let mut print = Fingerprint {
        host: u32::from_le_bytes(source.take()?),
        address: u64::from_le_bytes(source.take()?),
        body: u64::from_le_bytes(source.take()?),
        opening: u64::from_le_bytes(source.take()?),
        words: u32::try_from(source.varint()?).ok()?,
        title: u16::try_from(source.varint()?).ok()?,
        ..Fingerprint::default()
    };
    let count = source.count()?;
    print.tokens = source.triples(count)?.iter().copied().map(Token::unpack).collect();
    let count = source.count()?;
    print.numbers.reserve_exact(count);
    for _ in 0..count {
        print.numbers.push(Number { digits: source.varint()?, decimals: source.byte()? });
    }
    for _ in 0..source.count()? {
        let [weekday, month, day] = source.take()?;
        let year = Some(u16::from_le_bytes(source.take()?)).filter(|year| *year != 0);
        print.dates.push(Date { weekday, month, day, year });
    }
    let count = source.count()?;
    print.marks = source.triples(count)?.iter().copied().map(Mark::unpack).collect();
    print.language = source.byte()?;
    let sound = usize::from(print.title) <= print.tokens.len() && source.0.is_empty();
    sound.then_some(print)
}

/// LEB128: seven bits a byte, lowest first.
fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    /// So many times three bytes.
    fn triples(&mut self, count: usize) -> Option<&'a [[u8; 3]]> {
        let (head, rest) = self.0.split_at_checked(3 * count)?;
        self.0 = rest;
        Some(head.as_chunks().0)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The length of a list; damaged bytes may claim any.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok().filter(|count| *count <= MAX_TOKENS)
    }
}

#[cfg(test)]
mod tests {
    use crate::news::entry::Article;
    use crate::news::fingerprint::Fingerprint;

    fn sample() -> Fingerprint {
        Fingerprint::of(&Article {
            title: "Grain ship leaves Odesa with 26,500 tonnes".to_owned(),
            text: "The vessel sailed on Monday at 9.40 with 26,500 tonnes of maize, the port of Odesa said."
                .to_owned(),
            url: Some("https://example.org/grain".to_owned()),
            ..Article::default()
        })
    }

    #[test]
    fn what_is_stored_comes_back() {
        let print = sample();
        assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = sample().to_bytes();
        for cut in 0..bytes.len() {
            assert_eq!(Fingerprint::from_bytes(&bytes[..cut]), None, "{cut} bytes of {}", bytes.len());
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(Fingerprint::from_bytes(&longer), None);
        let mut other_version = bytes;
        other_version[0] = 0xff;
        assert_eq!(Fingerprint::from_bytes(&other_version), None);
    }
}
