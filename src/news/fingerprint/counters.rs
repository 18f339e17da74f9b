//! What a page counts of itself: "3,000 views", "Просмотров: 106", "12 comments · 40 shares".
//!
//! The figure grows from copy to copy and tells nothing, so it is left out before a text is read. Only
//! where a page puts such things, though: at the edges of the text, and with nothing else beside them.
//! "The clip had 3,000 views by noon" is told, and so is every figure of a table of the most read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use super::spelling::fold_into;

/// Bytes at either end of a text in which a page's own counters stand.
const EDGE: usize = 500;
/// Bytes of the longest piece that is looked at.
const LONGEST: usize = 100;
/// A page counts itself once, or above and below its text; what is counted oftener is a table.
const TABLE: usize = 3;

/// What pages count, folded as all words are.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = "view views comment comments share shares like likes reads \
        просмотр просмотра просмотров просмотры комментарий комментария комментариев комментарии \
        перегляд перегляди переглядів коментар коментарі коментарів \
        aufrufe kommentar kommentare vues commentaire commentaires comentario comentarios \
        visualizzazioni commenti wyświetleń wyświetlenia komentarz komentarze komentarzy \
        görüntülenme yorum դիտում մեկնաբանություն ნახვა კომენტარი";
    names.split_whitespace().map(folded).collect()
});

/// Written between a figure and what is counted.
const THOUSANDS: [&str; 6] = ["k", "m", "тыс", "тис", "млн", "tsd"];

/// The text without them; each leaves the end of a line behind.
pub fn without(text: &str) -> Cow<'_, str> {
    let counters = counters(text);
    if counters.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in counters {
        out.push_str(&text[from..place.start]);
        out.push('\n');
        from = place.end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Where they stand.
fn counters(text: &str) -> Vec<Range<usize>> {
    let pieces = pieces(text);
    let names: Vec<Option<usize>> = pieces.iter().map(|piece| counted(&text[piece.place.clone()])).collect();
    let head = names.iter().take_while(|name| name.is_some()).count();
    let tail = names.len() - names.iter().rev().take_while(|name| name.is_some()).count();
    let is_table = |name: &usize| names.iter().filter(|it| **it == Some(*name)).count() >= TABLE;
    let all = pieces.into_iter().zip(&names).enumerate();
    all.filter(|(at, (piece, name))| {
        let is_apart = piece.apart || *at < head || *at >= tail;
        let edge = piece.place.start < EDGE || piece.place.end + EDGE > text.len();
        is_apart && edge && name.is_some_and(|name| !is_table(&name))
    })
    .map(|(_, (piece, _))| piece.place)
    .collect()
}

/// A stretch of text between line ends, bars and the ends of sentences.
struct Piece {
    place: Range<usize>,
    /// No sentence stands before or behind it in its line.
    apart: bool,
}

/// The pieces of a text that are not empty.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut in_sentences = false;
    for at in text.bytes().enumerate().filter(|(_, byte)| may_end(*byte)).map(|(at, _)| at) {
        let Some(c) = text[at..].chars().next() else { break };
        let bar = matches!(c, '\n' | '|' | '·' | '•');
        let sentence = matches!(c, '.' | '!' | '?' | '։') && ends_sentence(&text[at + c.len_utf8()..]);
        if !bar && !sentence {
            continue;
        }
        push(&mut pieces, text, start..at, !in_sentences && bar);
        in_sentences = sentence;
        start = at + c.len_utf8();
    }
    push(&mut pieces, text, start..text.len(), !in_sentences);
    pieces
}

/// Whether a character with that first byte may end a piece: a long text has few, and no other byte of
/// a character looks like them.
fn may_end(byte: u8) -> bool {
    const BYTES: [bool; 256] = {
        let mut bytes = [false; 256];
        let mut ends: &[&str] = &["\n", "|", "·", "•", ".", "!", "?", "։"];
        while let [end, rest @ ..] = ends {
            bytes[end.as_bytes()[0] as usize] = true;
            ends = rest;
        }
        bytes
    };
    BYTES[usize::from(byte)]
}

fn push(pieces: &mut Vec<Piece>, text: &str, place: Range<usize>, apart: bool) {
    if !text[place.clone()].trim().is_empty() {
        pieces.push(Piece { place, apart });
    }
}

/// "1,2 тыс. просмотров" goes on behind its full stop.
fn ends_sentence(rest: &str) -> bool {
    let gap = rest.chars().next().is_none_or(char::is_whitespace);
    gap && !rest.trim_start().starts_with(char::is_lowercase)
}

/// What a piece counts, when it holds nothing but figures and their names; its place in [`NAMES`].
fn counted(piece: &str) -> Option<usize> {
    if piece.len() > LONGEST || !piece.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut figures, mut found) = (0, Vec::new());
    for word in piece.split(|c: char| c.is_whitespace() || "(),:;–—-/".contains(c)) {
        let word = word.trim_end_matches(['.', '+']);
        if word.is_empty() {
            continue;
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            figures += 1;
        } else if !THOUSANDS.contains(&word) {
            let word = folded(word);
            found.push(NAMES.iter().position(|name| *name == word)?);
        }
    }
    // 1 200 and 103:13:00 are figures in several parts.
    (figures > 0 && figures <= 3 * found.len()).then(|| found.first().copied()).flatten()
}

fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

#[cfg(test)]
mod tests {
    use super::without;

    const STORY: &str = "Ferry aground with 214 on board. The harbour said it would be towed at noon.";

    /// Everything but the counters is left.
    fn forgets(text: &str) {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        assert_eq!(letters(&without(text)), letters(STORY), "{text}");
    }

    fn keeps(text: &str) {
        assert_eq!(without(text), text);
    }

    #[test]
    fn what_a_page_counts_of_itself_is_left_out() {
        for front in [
            "Views: 106. ",
            "Views: 1,221\n",
            "3,000 views\n12 comments\n\n",
            "12 comments, 40 shares. ",
            "Comments (12) | ",
        ] {
            forgets(&format!("{front}{STORY}"));
        }
        for back in [
            "\nПросмотров: 103:13:00",
            " 12 comments",
            "\n1,2 тыс. просмотров · 14 комментариев",
            "\n340 Kommentare\n",
        ] {
            forgets(&format!("{STORY}{back}"));
        }
        assert_eq!(
            without(&format!("Автор: Орлов | Просмотров: 106\n{STORY}")),
            format!("Автор: Орлов |\n\n{STORY}")
        );
    }

    #[test]
    fn what_an_article_counts_is_told() {
        keeps("The clip had 3,000 views by noon and 12 comments in the evening.");
        keeps("3,000 views in an hour: how the mayor's song came to be.");
        keeps("The clip was put up at nine. It had 3,000 views. Then it was gone.");
        keeps("The clip was put up at nine. 3,000 views by noon. 3,000 views. Then it was gone.");
        keeps("He views 12 of them as lost.");
        keeps("Просмотров: 106 против 121 на прошлой неделе.");
        keeps("Most read\nFerry aground\n3,000 views\nBridge shut\n2,100 views\nRain again\n900 views");
        let middle = format!("{}\n3,000 views\n{}", STORY.repeat(12), STORY.repeat(12));
        keeps(&middle);
    }
}
