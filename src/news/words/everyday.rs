//! Names that are words as well: case is folded, so a rule for Gates finds gates, and one for Песков the
//! genitive of sand.
//!
//! The lists are for a warning alone. A word stands here when it is heard every day in its language and
//! is, as it stands or inflected, also the name of somebody or something that the news is about: people
//! (Bush, Лев, Melone for Meloni), places (Nice, Muş), firms and papers (Target, Правда, Zeit). They were
//! written down by that measure, not taken from a corpus, and are not complete. Function words, for WHO
//! and IT, come from [`super::stopwords`].

use std::sync::LazyLock;

use hashbrown::{HashMap, HashSet};

use super::fold::fold;
use super::inflect::{Signal, Word, bases};
use super::language::{Language, Script};
use super::stopwords::COMMON;

const NAMES_TOO: &[(&str, &str)] = &[
    (
        "en",
        "gate bush may will mark bill rose grace hope faith joy grant chase dean frank jack rich rob guy art cook \
         baker mason potter hunter fisher king prince duke earl bishop pope knight page church temple park field \
         wood forest hill river brook lake bridge stone rock brown green black white gray grey gold silver young \
         long short small little rice bean berry apple orange lemon cherry olive turkey china nice reading bath \
         split amazon shell target gap visa oracle block snap slack zoom square stripe sun time post guardian \
         observer mirror express star globe nation independent telegraph monitor nature science cell people life \
         fortune money polish march august job mobile cork bury well ball bell bond case cash cruise crow day fox \
         wolf swift pike bass fish lamb bird swan price power bank water trump rush best cross cotton moody speaker \
         major minor strong sharp savage wise love peace law ward west north south east summer winter snow frost \
         rain storm hand foot head legend raven ring street wall way world hunt waters fielding",
    ),
    (
        "ru",
        "песок мир лев роза вера надежда любовь орел сокол волк заяц медведь баран козел голубь соловей воробей \
         ворон сорока гусь лебедь рак сом ерш карась белый черный зеленый красный толстый новый старый мороз снег \
         ветер гром буря туман зима весна заря звезда солнце луна земля море берег остров гора камень лес дуб \
         береза сосна вишня малина калина цветок хлеб соль сахар мед перец горох капуста рыба молоко король \
         королева царь князь граф барон воин солдат майор капитан кузнец мельник гончар плотник пастух рыбак \
         охотник сторож час время день неделя год известие ведомость правда труд маяк сигнал знамя восток запад \
         север юг путь дорога мост дом замок город площадь слово дело наука жизнь свет огонь вода дым голос рука \
         голова борода шапка сапог нож молот ключ мяч спутник союз прогресс",
    ),
    (
        "uk",
        "пісок мир лев роза віра надія любов орел сокіл вовк заєць ведмідь баран голуб соловей горобець ворон \
         сорока лебідь рак білий чорний зелений червоний новий старий мороз сніг вітер грім туман зима весна зоря \
         зірка сонце місяць земля море берег острів гора камінь ліс дуб береза сосна вишня калина хліб сіль мед \
         перець горох капуста риба король королева цар князь граф козак воїн солдат майор капітан коваль мельник \
         гончар кравець кухар пастух рибалка день рік правда праця час схід захід північ південь шлях міст дім \
         замок місто село слово справа наука життя світ вогонь вода голос рука голова борода шапка",
    ),
    (
        "hy",
        "արև լույս հույս հավատ սեր վարդ արծիվ առյուծ գայլ արջ ձյուն քամի ծով սար քար հաց աղ ջուր կրակ աստղ լուսին \
         երկինք արքա իշխան թագուհի զինվոր օր տարի ժամանակ խոսք գործ կյանք աշխարհ խաղաղություն հանրապետություն ազգ \
         ճանապարհ կամուրջ տուն քաղաք գյուղ",
    ),
    (
        "tr",
        "barış umut deniz güneş ay yıldız gül çiçek toprak kaya taş demir altın gümüş çelik aslan kurt kaplan şahin \
         kartal bulut yağmur kar rüzgar fırtına dağ ova nehir göl ada orman ağaç kara ak yeşil mavi sarı yol köprü \
         kapı ev şehir köy gün yıl zaman sabah akşam gece söz cumhuriyet hürriyet milliyet vatan millet halk asker \
         paşa bey hoca usta ordu savaş zafer can yaşam genç kral sultan",
    ),
    (
        "de",
        "mark bank bach berg burg wald feld stein stern sonne mond welt zeit spiegel bild stadt land haus hof tor \
         brücke weg platz markt mai august sommer winter morgen abend tag woche schwarz weiß braun grün rot grau \
         klein groß lang kurz jung alt neu stark kraft macht recht frei ernst wolf fuchs hirsch hase vogel adler \
         hahn fisch hecht bauer müller schneider weber koch wagner fischer jäger schäfer richter könig kaiser \
         herzog graf fürst ritter bischof papst engel essen bergen linde eiche birke rose blume kohl salz pfeffer \
         brot zucker kern nagel hammer glocke",
    ),
    (
        "fr",
        "monde temps libération croix point express équipe nation guerre paix roi reine duc prince pape évêque \
         boucher boulanger berger marchand meunier blanc noir rouge vert brun gris petit grand gros long court jeune \
         vieux beau bon nouveau rose marguerite fleur violette marine aurore claire lune soleil étoile ciel mer lac \
         rivière pont port ville bois forêt champ mont roche pierre sable vent pluie neige hiver mars mai août avril \
         loup renard lion aigle corbeau merle poisson tour orange marche manche carrefour casino total géant banque",
    ),
    (
        "es",
        "mundo país razón voz tiempo nación prensa guerra paz rey reina duque conde papa obispo torre castillo \
         iglesia campo monte cerro río arroyo fuente mar isla costa playa puerto ciudad villa casa calle plaza blanco \
         negro rojo verde moreno rubio delgado gordo largo corto bueno malo nuevo viejo rosa flor margarita dolor \
         merced consuelo esperanza fe luz estrella sol luna cielo nieve león lobo cordero gallo paloma pez ángel cruz \
         santo herrero zapatero pastor molino marino guerrero caballero soldado abril agosto mayo mercado ramo casado",
    ),
    (
        "it",
        "stampa repubblica giornale messaggero tempo mattino sole secolo unità verità rosa fiore stella luna cielo \
         mare monte fiume lago ponte porto città villa campo bosco costa isola pace guerra re regina duca conte papa \
         vescovo bianco nero rosso verde bruno biondo lungo corto grasso magro bello buono nuovo vecchio grande \
         piccolo leone lupo gallo colombo agnello angelo croce santo fabbro pastore marino cavaliere soldato aprile \
         maggio agosto fortuna gloria speranza viola margherita grillo melone",
    ),
    (
        "pt",
        "globo estado público expresso folha tempo sol rosa flor estrela lua céu mar monte rio lago ponte porto cidade \
         vila campo bosque costa ilha paz guerra rei rainha duque conde papa bispo branco preto vermelho verde moreno \
         longo curto bom novo velho grande pequeno leão lobo galo pombo cordeiro anjo cruz santo ferreiro pastor \
         marinho cavaleiro soldado abril maio agosto esperança coelho leite pereira lula temer ramo",
    ),
    (
        "pl",
        "fakt polityka gazeta lis wilk kowal zając gołąb baran góral król młynarz duda łódź piła hel dąb sosna róża \
         kwiat słońce księżyc gwiazda morze góra rzeka most dom miasto pole las kamień śnieg wiatr mróz zima wiosna \
         biały czarny zielony czerwony nowy stary mały wielki orzeł sokół kruk sroka szczupak karp chleb sól cukier \
         krawiec kucharz żołnierz książę papież biskup dzień rok czas praca prawda życie świat woda ogień głos",
    ),
];

/// Folded form → the words that it is, or that a name of this form would find; and whether it is the
/// word itself.
static FORMS: LazyLock<HashMap<Box<str>, Vec<Found>>> = LazyLock::new(|| {
    let mut forms: HashMap<Box<str>, Vec<Found>> = HashMap::new();
    for (language, word) in words(NAMES_TOO) {
        let folded = fold(word);
        bases(&folded, language, |base, _| add(&mut forms, base, Found { language, word, inflects: false }));
        add(&mut forms, &folded, Found { language, word, inflects: true });
    }
    let ours = |code: &str| NAMES_TOO.iter().any(|(known, _)| *known == code);
    for (language, word) in words(COMMON).filter(|(language, _)| ours(language.code())) {
        add(&mut forms, &fold(word), Found { language, word, inflects: false });
    }
    forms
});

/// The first letters of all these words: no other name need be inflected.
static BEGINNINGS: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(NAMES_TOO).map(|(_, word)| beginning(&fold(word))).collect());

#[derive(Debug, Clone, Copy)]
struct Found {
    language: Language,
    word: &'static str,
    /// It is an everyday word that has other forms.
    inflects: bool,
}

fn words(lists: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = (Language, &'static str)> {
    let of_list = |(code, words): &'static (&'static str, &'static str)| {
        let language = Language::of(code);
        words.split_whitespace().filter_map(move |word| Some((language?, word)))
    };
    lists.iter().flat_map(of_list)
}

fn add(forms: &mut HashMap<Box<str>, Vec<Found>>, form: &str, found: Found) {
    forms.entry(form.into()).or_default().push(found);
}

fn beginning(folded: &str) -> String {
    folded.chars().take(3).collect()
}

/// The everyday word that a name is a form of, or finds, and its language; in any of the `languages` of a
/// rule, or of all when it names none.
#[must_use]
pub fn everyday(name: &Word, languages: &[Language]) -> Option<(&'static str, Language)> {
    let asked = |found: &&Found| languages.is_empty() || languages.contains(&found.language);
    // A word of two letters has no forms: A is no ada.
    let short = name.folded.chars().nth(2).is_none();
    let itself = |found: &&Found| !short || fold(found.word) == *name.folded;
    let direct = FORMS.get(&*name.folded).into_iter().flatten().find(|found| asked(found) && itself(found));
    if let Some(found) = direct {
        return Some((found.word, found.language));
    }
    if short || !BEGINNINGS.contains(&beginning(&name.folded)) {
        return None;
    }
    let script = Script::of(&name.folded);
    let spoken = NAMES_TOO.iter().filter_map(|(code, _)| Language::of(code));
    let mut first = None;
    for language in spoken.filter(|language| language.writes(script)) {
        bases(&name.folded, language, |base, signal| {
            let known = FORMS.get(base).into_iter().flatten().filter(asked);
            let inflected = |found: &&Found| found.inflects && found.language == language;
            // Only a word's own forms count, not those of a name that is spelt like it.
            if matches!(signal, Signal::Ending { .. }) && first.is_none() {
                first = known.copied().find(|found| inflected(&found));
            }
        });
    }
    first.map(|found| (found.word, found.language))
}

#[cfg(test)]
mod tests {
    use super::{Language, NAMES_TOO, Word, everyday, fold};

    #[test]
    fn names_that_are_words() {
        for (name, expected) in [
            ("Gates", "gate en"),
            ("Песков", "песок ru"),
            ("Мир", "мир ru"),
            ("Королёв", "королева ru"),
            ("Meloni", "melone it"),
            ("Iglesias", "iglesia es"),
            ("WHO", "who en"),
            ("Zeit", "zeit de"),
            ("Пашинян", ""),
            ("Путин", ""),
            ("Karabakh", ""),
            ("Merkel", ""),
            ("Ղարաբաղ", ""),
            ("Armenia", ""),
        ] {
            let found = everyday(&Word::new(name, &fold(name)), &[]);
            let found = found.map_or(String::new(), |(word, language)| format!("{word} {}", language.code()));
            assert_eq!(found, expected, "{name}");
        }
        let french: Vec<Language> = Language::of("fr").into_iter().collect();
        assert!(everyday(&Word::new("Gates", "gates"), &french).is_none());
    }

    #[test]
    fn every_list_has_a_language_and_each_word_once() {
        for (code, list) in NAMES_TOO {
            assert!(Language::of(code).is_some(), "{code}");
            let mut words: Vec<&str> = list.split_whitespace().collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{code}");
        }
    }
}
