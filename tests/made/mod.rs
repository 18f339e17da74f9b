//! Made articles: texts that mean nothing in words of several scripts, with names, numbers and site furniture as
//! news has them.

use proptest::prelude::*;

/// A language as far as folding looks at it: what its words are made of, and the words that bind them.
#[derive(Debug, Clone, Copy)]
pub struct Tongue {
    syllables: &'static [&'static str],
    binding: &'static [&'static str],
}

pub const TONGUES: [Tongue; 5] = [
    Tongue {
        syllables: &[
            "ka", "ter", "mo", "lin", "dra", "sho", "ve", "gund", "pi", "rask", "ol", "bre", "hu", "fast",
        ],
        binding: &["the", "of", "and", "to", "in", "that", "was", "with", "for", "by"],
    },
    Tongue {
        syllables: &[
            "ка", "тер", "мо", "лин", "дра", "шо", "ве", "гунд", "пи", "раск", "ол", "бре", "ху", "щаст",
        ],
        binding: &["и", "в", "на", "что", "с", "по", "не", "как", "из", "от"],
    },
    Tongue {
        syllables: &["կա", "տեր", "մո", "լին", "դրա", "շո", "վե", "գունդ", "պի", "րասկ", "ոլ", "բրե"],
        binding: &["և", "է", "որ", "են", "ու", "մեջ", "այս", "էր"],
    },
    Tongue {
        syllables: &[
            "zu", "ger", "mau", "lich", "tra", "scho", "wei", "kund", "pfi", "rast", "öl", "brü", "hau",
        ],
        binding: &["der", "die", "und", "in", "den", "von", "mit", "das", "für", "nicht"],
    },
    Tongue {
        syllables: &["كا", "تر", "مو", "لين", "درا", "شو", "في", "غند", "بي", "رسك", "عل", "بري"],
        binding: &["من", "إلى", "على", "أن", "عن", "هذا", "التي", "مع"],
    },
];

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Bound(u8),
    Plain(u32),
    Name(u32),
    Number(u32),
}

/// A text before it is written down.
#[derive(Debug, Clone)]
pub struct Draft {
    tongue: Tongue,
    words: Vec<Word>,
}

/// How numbers are written: 12400, 12,400, 12.400, 12 400 with two widths of space, and in digits of other scripts.
#[derive(Debug, Clone, Copy)]
pub struct Hand(pub u8);

impl Hand {
    pub const ALL: u8 = 8;

    fn write(self, number: u32) -> String {
        let gap = match self.0 {
            1 => ",",
            2 => ".",
            3 => "\u{a0}",
            4 => "\u{202f}",
            5 => "٬",
            _ => "",
        };
        let (thousands, rest) = (number / 1000, number % 1000);
        let plain = match thousands {
            0 => number.to_string(),
            _ => format!("{thousands}{gap}{rest:03}"),
        };
        let zero = match self.0 {
            5 => '٠',
            6 => '۰',
            7 => '०',
            _ => return plain,
        };
        let other =
            |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(c);
        plain.chars().map(other).collect()
    }
}

impl Draft {
    /// Words, numbers included.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The first words of it.
    pub fn cut(&self, words: usize) -> Self {
        Self { tongue: self.tongue, words: self.words[..words.min(self.len())].to_vec() }
    }

    /// The same text with other numbers.
    pub fn with_numbers(&self, other: impl Fn(usize, u32) -> u32) -> Self {
        let mut place = 0;
        let words = self.words.iter().map(|word| match word {
            Word::Number(number) => {
                place += 1;
                Word::Number(other(place - 1, *number))
            }
            word => *word,
        });
        Self { tongue: self.tongue, words: words.collect() }
    }

    /// Some plain words are others, as when somebody rewrote it lightly.
    pub fn rewritten(&self, every: usize) -> Self {
        let words = self.words.iter().enumerate().map(|(at, word)| match word {
            Word::Plain(word) if at % every == every - 1 => {
                Word::Plain(word.wrapping_mul(7919).wrapping_add(13))
            }
            word => *word,
        });
        Self { tongue: self.tongue, words: words.collect() }
    }

    pub fn text(&self, hand: Hand) -> String {
        let mut out = String::new();
        for (at, word) in self.words.iter().enumerate() {
            let begins = at % 14 == 0;
            let written = match word {
                Word::Bound(which) => {
                    self.tongue.binding[usize::from(*which) % self.tongue.binding.len()].to_owned()
                }
                Word::Plain(word) => self.word(*word),
                Word::Name(word) => capital(&self.word(*word)),
                Word::Number(number) => hand.write(*number),
            };
            out.push_str(&if begins { capital(&written) } else { written });
            out.push_str(if at % 14 == 13 { ". " } else { " " });
        }
        out.trim_end().to_owned()
    }

    fn word(&self, word: u32) -> String {
        let count = u32::try_from(self.tongue.syllables.len()).unwrap();
        let mut rest = word;
        let mut out = String::new();
        for _ in 0..3 {
            out.push_str(self.tongue.syllables[(rest % count) as usize]);
            rest /= count;
        }
        out
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What a site puts around a text, in its language: words before and behind it, always the same.
#[derive(Debug, Clone)]
pub struct Frame {
    head: Draft,
    tail: Draft,
}

impl Frame {
    pub fn around(&self, text: &str) -> String {
        let plain = Hand(0);
        format!("{}. {text} {}", self.head.text(plain), self.tail.text(plain))
            .trim_start_matches(". ")
            .to_owned()
    }
}

/// Texts of so many words, one in `numbers` of them a number.
pub fn draft(words: std::ops::Range<usize>, numbers: u32) -> impl Strategy<Value = Draft> {
    let word = prop_oneof![
        28 => any::<u8>().prop_map(Word::Bound),
        60 => any::<u32>().prop_map(Word::Plain),
        9 => any::<u32>().prop_map(Word::Name),
        numbers => number().prop_map(Word::Number),
    ];
    (0..TONGUES.len(), prop::collection::vec(word, words))
        .prop_map(|(tongue, words)| Draft { tongue: TONGUES[tongue], words: told_apart(words) })
}

/// A text with that many numbers in it, wherever they stand.
pub fn counted(
    words: std::ops::Range<usize>,
    numbers: std::ops::Range<usize>,
) -> impl Strategy<Value = Draft> {
    let numbers = prop::collection::vec((any::<prop::sample::Index>(), number()), numbers);
    (draft(words, 0), numbers).prop_map(|(mut draft, numbers)| {
        for (place, number) in numbers {
            draft.words.insert(place.index(draft.len() + 1), Word::Number(number));
        }
        draft.words = told_apart(draft.words);
        draft
    })
}

/// Two numbers in a row may be read as one; a word stands between them.
fn told_apart(words: Vec<Word>) -> Vec<Word> {
    let mut apart: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        if let (Some(Word::Number(number)), Word::Number(_)) = (apart.last(), word) {
            apart.push(Word::Plain(*number));
        }
        apart.push(word);
    }
    apart
}

/// No years: these are days, and pages change them freely.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![1_u32..60, 60_u32..1_900, 2_100_u32..900_000]
}

/// Furniture of up to that many words at either end.
pub fn frame(most: usize) -> impl Strategy<Value = Frame> {
    (draft(0..most + 1, 0), draft(0..most + 1, 0)).prop_map(|(head, tail)| Frame { head, tail })
}
