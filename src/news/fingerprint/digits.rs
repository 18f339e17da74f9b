//! Digits of other scripts: ٣, ۳, ३ and ３ are a 3.

use std::borrow::Cow;

/// The zeros of scripts whose digits follow each other.
const ZEROS: [u32; 18] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50,
    0x0ed0, 0x0f20, 0x1040, 0x17e0, 0xff10,
];

/// The text with all digits, and the separators among Arabic ones, as ASCII has them.
pub fn plain(text: &str) -> Cow<'_, str> {
    // No other byte begins one of them; most texts have none.
    let begins = |byte: u8| matches!(byte, 0xd9..=0xe1 | 0xef);
    if !text.bytes().any(begins) {
        return Cow::Borrowed(text);
    }
    let Some(first) = text.find(|c| plain_char(c) != c) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    out.extend(text[first..].chars().map(plain_char));
    Cow::Owned(out)
}

fn plain_char(c: char) -> char {
    let code = u32::from(c);
    if code < ZEROS[0] {
        return c;
    }
    match c {
        '٫' => '.',
        '٬' => ',',
        _ => {
            let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code));
            zero.and_then(|zero| char::from_digit(code - zero, 10)).unwrap_or(c)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn digits_of_any_script() {
        for (written, expected) in [
            ("قتل ٣ وأصيب ١٬٢٠٠", "قتل 3 وأصيب 1,200"),
            ("نرخ ۸٫۲۵ درصد", "نرخ 8.25 درصد"),
            ("१४ लोग", "14 लोग"),
            ("２０２４年", "2024年"),
            ("߃ — ๓ ༣ ៣", "3 — 3 3 3"),
            ("Погибли 3, ранены 11", "Погибли 3, ранены 11"),
        ] {
            assert_eq!(plain(written), expected);
        }
    }
}
