//! Made articles, and the memory of the process.

use wirewatch::news::entry::Article;

/// xorshift: the same articles in every run.
pub struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(0x2545_f491_4f6c_dd1d)
    }
}

impl Dice {
    /// Any number but 0.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// Low numbers far oftener than high ones, as words are used.
    fn word(&mut self) -> u64 {
        let reach = 1 << self.below(16);
        self.below(reach + 4)
    }
}

fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mi", "ren", "sta", "vo", "bel", "tur", "gan", "pe", "dor", "shi", "nu", "lam", "ost",
        "ify",
    ];
    let mut rest = number + 16;
    let mut out = String::new();
    while rest > 0 {
        out.push_str(SYLLABLES[usize::try_from(rest % 16).unwrap_or(0)]);
        rest /= 16;
    }
    out
}

/// About 330 words; every fourteenth a name, every twentieth a number.
pub fn article(dice: &mut Dice, number: u64) -> Article {
    let mut text = String::new();
    for place in 0..220 + dice.below(220) {
        let next = word(dice.word());
        match place % 40 {
            13 | 27 => text.extend([next[..1].to_uppercase().as_str(), &next[1..]]),
            19 | 39 => text.push_str(&dice.below(5_000).to_string()),
            _ => text.push_str(&next),
        }
        text.push_str(if place % 18 == 17 { ". " } else { " " });
    }
    let title = text.split(' ').take(9).collect::<Vec<_>>().join(" ");
    Article { title, text, source: Some(format!("site{}.example", number % 500)), ..Article::default() }
}

/// 0 where the system does not say.
pub fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
