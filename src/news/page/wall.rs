//! Pages that stand in front of articles: consent, registration, payment, captchas.
//!
//! Thousands of addresses answer with one such text, word for word, so it says nothing of the article
//! behind it. A phrase alone proves nothing (articles are written about captchas, and every page asks
//! for a subscription somewhere): a text is a wall when hardly a sentence of it speaks of anything else.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::news::words::fold;

/// Bytes of the longest text that is looked at; walls are short.
const LONGEST: usize = 8_000;
/// Words from which on a piece of text is a sentence, not a label of a form or a menu.
const SENTENCE: usize = 5;
/// So many words that speak of the wall stand against one that does not.
const MOSTLY: usize = 4;

static PHRASE: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PHRASES.iter().map(|phrase| fold(phrase))).ok());

/// Whether a text is nothing but a wall.
#[must_use]
pub fn is_wall(text: &str) -> bool {
    let Some(phrases) = PHRASE.as_ref().filter(|_| text.len() <= LONGEST) else { return false };
    let (mut wall, mut own) = (0, 0);
    let mut to_come = most_words(text);
    for piece in pieces(text) {
        // Most texts are read no further than to their first sentences.
        if wall + to_come < MOSTLY * own {
            return false;
        }
        to_come = to_come.saturating_sub(most_words(piece));
        let words = piece.split_whitespace().count();
        if phrases.is_match(&fold(piece)) {
            wall += words;
        } else if words >= SENTENCE {
            own += words;
        }
    }
    wall > 0 && wall >= MOSTLY * own
}

/// Lines and sentences. Some texts have lost the gaps between their sentences.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '.', '!', '?', ';', '。', '։', '؟']).map(str::trim).filter(|piece| !piece.is_empty())
}

/// No fewer than there are words in all pieces of a text: it is only looked at what a character that parts
/// words or pieces begins with.
fn most_words(text: &str) -> usize {
    let parts = |byte: u8| {
        let is = |sign: u8| u8::from(byte == sign);
        let ascii = u8::from(byte <= b' ') + is(b'.') + is(b'!') + is(b'?') + is(b';');
        ascii + is(0xc2) + is(0xd6) + is(0xd8) + is(0xe1) + is(0xe2) + is(0xe3)
    };
    // Few enough at once for a byte to count them: sixteen are counted in one step then.
    let some = |bytes: &[u8]| usize::from(bytes.iter().map(|byte| parts(*byte)).sum::<u8>());
    text.as_bytes().chunks(u8::MAX.into()).map(some).sum::<usize>() + 1
}

/// What only a wall says: it speaks to the reader, about the reader's way in.
const PHRASES: [&str; 120] = [
    "i am not a robot",
    "i'm not a robot",
    "you are not a robot",
    "you are human",
    "you're human",
    "your ip address",
    "the ip address you are",
    "unusual traffic from your",
    "connections from the ip",
    "complete the captcha",
    "solve the captcha",
    "checking your browser",
    "enable javascript",
    "enable cookies",
    "javascript is disabled",
    "cookies are disabled",
    "disable your ad blocker",
    "using an ad blocker",
    "your browser does not support",
    "your browser is not supported",
    "take a free trial",
    "start your free trial",
    "request a full trial",
    "trial of our services",
    "trial request form",
    "registered users can read",
    "register to continue",
    "register for free to",
    "sign in to continue",
    "log in to continue",
    "subscribe to continue",
    "to continue reading",
    "to read the full article",
    "this content is for subscribers",
    "already a subscriber",
    "already have an account",
    "forgot your password",
    "password must be",
    "password for your account",
    "enter your details",
    "enter your email",
    "email address first name",
    "only accepts work email",
    "we use cookies",
    "we and our partners",
    "our privacy policy",
    "our cookie policy",
    "your personal data",
    "your personal information",
    "your consent",
    "manage your preferences",
    "accept all cookies",
    "by clicking accept",
    "by continuing to use this",
    "may not be published, broadcast, rewritten",
    "я не робот",
    "вы не робот",
    "вы человек",
    "ваш ip",
    "включите javascript",
    "включите cookie",
    "проверка браузера",
    "подтвердите, что вы",
    "введите код с картинки",
    "мы используем файлы cookie",
    "мы используем cookie",
    "вашего согласия",
    "ваших персональных данных",
    "ваши персональные данные",
    "нашей политикой конфиденциальности",
    "оформите подписку",
    "чтобы читать дальше",
    "чтобы продолжить чтение",
    "войдите или зарегистрируйтесь",
    "ви не робот",
    "увімкніть javascript",
    "ми використовуємо файли cookie",
    "ich bin kein roboter",
    "sie kein roboter",
    "ihre ip-adresse",
    "aktivieren sie javascript",
    "wir und unsere partner",
    "wir verwenden cookies",
    "unsere datenschutzerklärung",
    "ihre einwilligung",
    "ihre personenbezogenen daten",
    "um weiterzulesen",
    "jetzt weiterlesen mit",
    "bereits abonnent",
    "je ne suis pas un robot",
    "votre adresse ip",
    "activer javascript",
    "nous utilisons des cookies",
    "nos partenaires et nous",
    "votre consentement",
    "vos données personnelles",
    "pour lire la suite",
    "déjà abonné",
    "no soy un robot",
    "tu dirección ip",
    "su dirección ip",
    "active javascript",
    "utilizamos cookies",
    "sus datos personales",
    "para seguir leyendo",
    "ya eres suscriptor",
    "non sono un robot",
    "i tuoi dati personali",
    "per continuare a leggere",
    "seus dados pessoais",
    "não sou um robô",
    "nie jestem robotem",
    "twój adres ip",
    "adresu ip, z którego",
    "twoje dane osobowe",
    "naszą polityką prywatności",
    "używamy plików cookie",
    "ben robot değilim",
    "çerezleri kullanıyoruz",
    "kişisel verileriniz",
];

#[cfg(test)]
mod tests {
    use super::{PHRASES, is_wall};

    #[test]
    fn walls() {
        for text in [
            "Please enable JavaScript to view this page.",
            "Checking your browser before you go on. Your IP address: 192.0.2.7",
            "Registered users can read two reports. Enter your details below. Email address First Name Last \
             Name Country Albania Algeria Andorra. The password must be ten characters long",
            "Мы используем файлы cookie. Продолжая, вы принимаете их.\nВаших персональных данных мы не продаём.",
            "Zaznacz \"Nie jestem robotem\". Twój adres IP: 192.0.2.7",
            "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen",
        ] {
            assert!(is_wall(text), "{text}");
        }
    }

    #[test]
    fn articles() {
        for text in [
            "",
            "Menu\nHome\nNews",
            "The ferry ran aground at noon with 214 people on board. To continue reading, sign in to continue.",
            "The harbour was shut at noon. All were taken off by boat within the hour.\nAlready a subscriber?\n\
             Enter your email to get our news.",
            "The firm wants to do away with the box that says \"I am not a robot\". Its engineers told a fair in \
             Berlin that the box annoys more people than it stops machines.",
        ] {
            assert!(!is_wall(text), "{text}");
        }
    }

    #[test]
    fn every_phrase_alone_is_a_wall() {
        for phrase in PHRASES {
            assert!(is_wall(phrase), "{phrase}");
        }
    }
}
