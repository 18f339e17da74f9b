//! Case endings by language, folded: what a name may gain, or exchange for its last letters.
//!
//! Stemmers are made for search, where a wrong match costs a line in a list. Here it costs a mail, so
//! names are inflected by tables that say exactly which forms belong together.

/// Words that end in one of `lasts` exchange it for one of `endings`.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// Endings of the rule word that are exchanged, by spaces; - stands for none: it only gains.
    pub lasts: &'static str,
    pub endings: &'static str,
    /// What is left before the ending must end in one of these letters; empty: in any.
    pub after: &'static str,
    /// Holds for capitalised rule words as well.
    pub names: bool,
}

const fn gains(after: &'static str, endings: &'static str) -> Class {
    Class { lasts: "-", endings, after, names: true }
}

const fn changes(lasts: &'static str, endings: &'static str) -> Class {
    Class { lasts, endings, after: "", names: true }
}

const fn common(class: Class) -> Class {
    Class { names: false, ..class }
}

const fn after(letters: &'static str, class: Class) -> Class {
    Class { after: letters, ..class }
}

/// Of Russian, Ukrainian and Belarusian.
pub const CYRILLIC_CONSONANTS: &str = "бвгґджзклмнпрстфхцчшщў";
const SURNAMES: &str = "вн";

const RUSSIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ом ем е ы и ам ами ах"),
    common(gains(CYRILLIC_CONSONANTS, "ов ев ей")),
    // Песков, Пескова, Песковой, Песковым, Песковых.
    gains(SURNAMES, "ой ою ым ых ыми"),
    changes("а", "ы и е у ой ей ою ам ами ах"),
    changes("я", "и е ю ей ям ями ях й"),
    changes("ь", "я ю ем е и ью ям ями ях ей"),
    changes("й", "я ю ем е и ев ям ями ях"),
    changes("о", "а у ом е ам ами ах"),
    changes("е", "я ю ем и ям ями ях й"),
    after(CYRILLIC_CONSONANTS, changes("ы и", "- ов ам ами ах")),
    // Plurals as a rule has them: Санкции, санкций; Беженцы, беженцев; Россияне, россиян.
    changes("ии", "ий ия ию ией иям иями иях"),
    changes("цы", "цев цам цами цах ец"),
    changes("ане", "ан анам анами анах"),
    changes("яне", "ян янам янами янах"),
    // Зеленский, Зеленского, Зеленская.
    changes(
        "ий ый ой ая ое ее ие ые",
        "ий ый ого его ому ему им ым ом ем ая яя ую юю ой ей ое ее ие ые их ых ими ыми",
    ),
    // Fleeting vowels: азербайджанец, азербайджанца; боец, бойца; владелец, владельца.
    changes("ец", "ца цу цем цом це цы цев цов цам цами цах"),
    changes("ец", "йца йцу йцом йце йцы йцов йцам йцами йцах"),
    changes("ец", "ьца ьцу ьцем ьце ьцы ьцев ьцам ьцами ьцах"),
    changes("ок ек", "ка ку ком ке ки ков кам ками ках"),
    changes("ек", "ька ьку ьком ьке ьки ьков ькам ьками ьках"),
    changes("вел рел сел", "вла влу влом вле рла рлу рлом рле рлы рлов"),
    common(changes("ка", "ок ек")),
    // деревня, деревень; песня, песен; земля, земель.
    common(changes("ня", "ень ен")),
    common(changes("ля", "ель")),
];

const UKRAINIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ом ем ові еві і и е ам ами ах"),
    common(gains(CYRILLIC_CONSONANTS, "ів їв ей")),
    gains(SURNAMES, "ої ій ою им их ими"),
    changes("а", "и і у ою ею о ам ами ах"),
    changes("я", "і ї ю єю ею ям ями ях є й"),
    changes("ь", "я ю ем єм еві і ями ям ях ів ю"),
    changes("й", "я ю єм єві ї їв ям ями ях"),
    changes("о", "а у ом ові і ам ами ах"),
    changes("е є", "я ю ем єм і ї ям ями ях"),
    after(CYRILLIC_CONSONANTS, changes("и і", "- ів ам ами ах")),
    changes("ії", "ій ія ію ією іям іями іях"),
    changes("ці", "ців цям цями цях ець"),
    changes("ий ій а е і", "ий ого ому им ім а у ої ій ою е і их ими"),
    // Київ, Києва; Львів, Львова; Празі, Америці; українець, українця; ринок, ринку.
    changes("ів їв", "ова ову ові овом ева еву еві евом єва єву єві євом"),
    changes("га", "зі"),
    changes("ка", "ці"),
    changes("ха", "сі"),
    changes("ець", "ця цю цем цеві ці ців цям цями цях"),
    changes("ок", "ка ку ком кові ки ків кам ками ках"),
    common(changes("ка", "ок")),
];

const BELARUSIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ам ом ем е ы і амі ах аў"),
    changes("а", "ы і е у ай ой аю ам амі ах"),
    changes("я", "і ю яй ей е ям ямі ях"),
    changes("ь й", "я ю ем і ям ямі ях яў"),
    changes("і ы", "ага аму ім ым ая ую ой ай ія ых іх ымі імі"),
    changes("ец", "ца цу цам цы цаў цамі цах"),
];

const BULGARIAN: &[Class] =
    &[gains("", "а ът ят та то те и ите ове овете ски"), changes("а я", "и ите"), changes("о", "а ата")];

const MACEDONIAN: &[Class] = &[gains("", "от та то те ов он и ите ови овите а"), changes("а", "и ите")];

const SERBIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ом ем е и ови има"),
    gains("bcdfghjklmnprstvz", "a u om em e i ovi ima"),
    changes("а", "е и у ом ама"),
    changes("a", "e i u om ama"),
];

const TURKISH: &[Class] = &[gains(
    "",
    "a e i u ya ye yi yu in un nin nun da de ta te dan den tan ten la le yla yle lar ler lari leri larin lerin lara lere larda lerde lardan lerden larla lerle si su nda nde ndan nden sinda sinde sindan sinden sinin sunun sina sine sini suna sunu unda inda inde unde undan indan inden daki deki taki teki ndaki ndeki larinin lerinin larina lerine larini lerini larinda lerinde larindan lerinden",
)];

const AZERBAIJANI: &[Class] = &[
    gains(
        "",
        "a ə ya yə i u ni nu in un nin nun da də dan dən la lə lar lər lari ləri larin lərin lara lərə larda lərdə lardan lərdən si su nda ndə ndan ndən sinda sində sindən sinin sunun sina sinə sini suna sunu inda ində indən indan unda undan daki dəki ndaki ndəki larinin lərinin larina lərinə larini lərini larinda lərində",
    ),
    // Bakı, Bakının; torpaq, torpağın; ürək, ürəyin.
    changes("q", "ga gi gin gina ginda gini"),
    changes("k", "yə yi yin yində yini yinə"),
];

const UZBEK: &[Class] = &[gains(
    "",
    "ning ga ka qa ni da dan lar larning larga larni larda lardan i si ida sida idan sidan iga siga ini sini ining sining dagi",
)];

const KAZAKH: &[Class] = &[
    gains(
        "",
        "ның нің дың дің тың тің ға ге қа ке на не а е ды ді ты ті ны ні н да де та те нда нде дан ден тан тен нан нен мен бен пен лар лер дар дер тар тер ы і сы сі ында інде сында сінде ының інің сының сінің ына іне сына сіне дағы дегі тағы тегі лардың лердің дардың дердің тардың тердің ларға лерге дарға дерге тарға терге ларды лерді",
    ),
    changes("қ", "ғы ғына ғының ғында"),
    changes("к", "гі гіне гінің гінде"),
];

const KYRGYZ: &[Class] = &[gains(
    "",
    "нын нин нун нүн дын дин дун дүн тын тин тун түн га ге го гө ка ке ко кө ны ни ну нү ды ди ду дү ты ти ту тү да де до дө та те то тө дан ден дон дөн тан тен тон төн лар лер лор лөр дар дер тар тер",
)];

const ARMENIAN: &[Class] = &[
    gains(
        "",
        "ը ն ի ին ից ով ում ումն եր երը երի երին երից երով երում ներ ները ների ներին ներից ներով ներում ս դ իս իդ ու ուն ուց",
    ),
    // կառավարություն, կառավարության; հարձակում, հարձակման.
    changes("յուն", "յան յանը յանն յամբ"),
    changes("ում", "ման մանը մանն մամբ"),
    // Բաքու, Բաքվի.
    changes("ու", "վի վին վից վով վում վը վն"),
    gains("աոեիօ", "յի յին յից յով յում յը յն յու յուն յուց"),
    changes("ի", "ու ուն ուց ով"),
];

const GEORGIAN: &[Class] = &[
    changes(
        "ი",
        "ს მა ის ით ად ო ში ზე თან იდან ისთვის ისგან ისკენ ისა მდე ამდე ები ებს ების ებმა ებში ებზე ებით ებთან ებისთვის ებიდან იც საც ისთან ელი ს სა",
    ),
    gains("აეიოუ", "ს მ მა სა ში ზე დან თი დ სთან სთვის სგან სკენ მდე ც საც ები ებს ების ებმა ებში ებზე"),
    changes("ა ე", "ის ით იდან ისთვის ისგან ისკენ ები ებს ების ებმა ებში"),
];

const KOREAN: &[Class] = &[gains(
    "",
    "은 는 이 가 을 를 의 에 에서 에게 에는 와 과 로 으로 도 만 까지 부터 서 라 이라 들 들이 들은 들을 들의 측 께 께서 처럼 보다 에도 에서는 으로는 로는 와의 과의 에서의 이다 인",
)];

const POLISH: &[Class] = &[
    // Tusk, Tuska, Tuskiem; Kraków, Krakowie. Accents are folded: ą is a, ę is e.
    gains("bcdfghjklmnpqrstvwxz", "a u owi em iem ie i y e ow ami om ach"),
    changes("a", "y i e ie u o ami om ach"),
    changes("ia ja", "ii ji ie je io jo ia ja"),
    // Kaczyński, Kaczyńskiego; Nowy, Nowego.
    changes("ki gi", "kiego kiemu kim ka kiej kie kich kimi giego giemu gim ga giej gie gich gimi"),
    changes("y i", "ego emu ym im a ej e ych ich ymi imi"),
    changes("ek", "ka kowi kiem ku ki kow kom kami kach"),
    // Paweł, Pawła; poseł, posła; minister, ministra.
    changes("ter", "tra trowi trem trze trowie trow trom trami trach"),
    changes("el", "la lu lowi lem le lowie low lom lami lach"),
    changes("iec", "ca cowi cem cu cy cow com cami cach"),
    changes("o", "a u em ie"),
];

const CZECH: &[Class] = &[
    gains("bcdfghjklmnpqrstvwxz", "a u ovi em e y i ech um"),
    changes("a", "y u e ou o am ami ach i"),
    changes("ha", "ze"),
    changes("ka", "ce"),
    changes("yj y i", "eho emu ym em y a ou e ych ymi"),
    changes("ek", "ka ku kem kovi ky"),
    // Pavel, Pavla; Němec, Němce.
    changes("el", "la lovi lem le li lu"),
    changes("ec", "ce ci cem cu cich"),
    changes("o", "a u em e"),
];

const GREEK: &[Class] = &[
    // ς is folded to σ. Μητσοτάκης, Μητσοτάκη; πρόεδρος, προέδρου; Τουρκία, Τουρκίας.
    changes("ησ", "η"),
    changes("ασ", "α"),
    changes("οσ", "ου ο ε οι ων ουσ"),
    gains("αηοω", "σ"),
    changes("α η", "εσ ων"),
];

const GERMAN: &[Class] = &[gains("", "s es n en e")];
const SCANDINAVIAN: &[Class] = &[gains("", "s en et n ens ets er erna ene ar arna")];
const ENGLISH: &[Class] = &[gains("abcdefghijklmnopqrtuvwxyz", "s"), gains("sxz", "es"), gains("ho", "es")];
const IBERIAN: &[Class] = &[gains("aeiou", "s"), gains("lrndzsj", "es"), changes("z", "ces")];
const PORTUGUESE: &[Class] = &[
    gains("aeiou", "s"),
    gains("lrnzs", "es"),
    changes("ao", "oes aes aos"),
    changes("l", "is"),
    changes("m", "ns"),
];
const FRENCH: &[Class] = &[
    gains("", "s x"),
    changes("al ail", "aux"),
    common(changes("er", "e es ent a ait aient ant erent ee ees")),
];
const ITALIAN: &[Class] = &[
    common(changes("o e io", "i")),
    common(changes("a", "e")),
    common(changes("ca", "che")),
    common(changes("ga", "ghe")),
    common(changes("co", "chi ci")),
    common(changes("go", "ghi gi")),
    common(changes("cia", "ce")),
    common(changes("gia", "ge")),
];
const DUTCH: &[Class] = &[gains("", "s en")];

/// The classes of a language; empty when its stemmer has to do.
pub fn classes(code: &str) -> &'static [Class] {
    match code {
        "ru" => RUSSIAN,
        "uk" => UKRAINIAN,
        "be" => BELARUSIAN,
        "bg" => BULGARIAN,
        "mk" => MACEDONIAN,
        "sr" => SERBIAN,
        "tr" => TURKISH,
        "az" => AZERBAIJANI,
        "uz" => UZBEK,
        "kk" => KAZAKH,
        "ky" => KYRGYZ,
        "hy" => ARMENIAN,
        "ka" => GEORGIAN,
        "ko" => KOREAN,
        "pl" => POLISH,
        "cs" => CZECH,
        "el" => GREEK,
        "de" => GERMAN,
        "sv" | "da" | "no" => SCANDINAVIAN,
        "en" => ENGLISH,
        "es" | "ca" => IBERIAN,
        "pt" => PORTUGUESE,
        "fr" => FRENCH,
        "it" => ITALIAN,
        "nl" => DUTCH,
        _ => &[],
    }
}

/// Whether the tables know all forms of a name, so that its stem need not be trusted.
///
/// Paris is no pari, Gates no gate, Песков no песок.
pub fn names_by_table(code: &str) -> bool {
    matches!(
        code,
        "en" | "fr"
            | "es"
            | "it"
            | "pt"
            | "nl"
            | "ca"
            | "sv"
            | "da"
            | "no"
            | "ru"
            | "uk"
            | "be"
            | "bg"
            | "mk"
            | "hy"
            | "el"
            | "pl"
            | "cs"
    )
}

/// Endings that make another word (marvel → marvellous, Stadt → städtisch), a row each family.
pub fn derivations(code: &str) -> &'static [&'static str] {
    match code {
        "fr" => &[
            "isme ismes",
            "iste istes",
            "ment ments",
            "ation ations",
            "ateur ateurs atrice atrices",
            "able ables",
            "if ifs ive ives",
            "eux euse euses",
            "ique iques",
            "ite ites",
        ],
        "es" | "ca" => &[
            "mente ment",
            "acion aciones acio acions",
            "idad idades itat itats",
            "ismo ismos isme ismes",
            "ista istas istes",
            "able ables ible ibles",
            "ador adora adores adoras",
            "ivo iva ivos ivas iu",
            "oso osa osos osas",
            "amiento amientos ament",
        ],
        "pt" => &[
            "mente",
            "acao acoes",
            "idade idades",
            "ismo ismos",
            "ista istas",
            "avel aveis ivel iveis",
            "ador adora adores adoras",
            "ivo iva ivos ivas",
            "oso osa osos osas",
        ],
        "it" => &[
            "mente",
            "ante anti",
            "azione azioni",
            "ità",
            "ismo ismi",
            "ista isti iste",
            "abile abili ibile ibili",
            "atore atori atrice atrici",
            "ivo iva ivi ive",
            "oso osa osi ose",
        ],
        "de" => &[
            "heit heiten keit keiten",
            "lich liche lichen licher liches lichem",
            "isch ische ischen ischer isches ischem",
            "ig ige igen iger iges igem",
            "ung ungen",
        ],
        "el" => &["ια ιασ ιεσ ιων", "ικοσ ικη ικο ικου ικησ ικα ικοι ικων ικουσ ικεσ"],
        "hy" => &["ցի ցիներ ցիները ցիների ցիներին", "ական ականը ականի ականների"],
        "nl" => &["heid heden", "lijk lijke", "ing ingen", "isch ische"],
        "sv" | "da" | "no" => &["het heten heter hed heden", "lig liga ligt lige", "isk iska iskt iske"],
        _ => &[],
    }
}

/// Endings of English plurals that no name has, and the least length of the word: Clements is a name.
pub const NOUNS: &[(&str, usize)] = &[
    ("tions", 7),
    ("sions", 7),
    ("ments", 9),
    ("ships", 8),
    ("ances", 8),
    ("ences", 8),
    ("isms", 7),
    ("ists", 7),
    ("ests", 8),
    ("ities", 7),
    ("nesses", 9),
];

/// Forms that no table makes: language, forms, word.
pub const IRREGULAR: &[(&str, &str, &str)] = &[
    ("en", "men", "man"),
    ("en", "women", "woman"),
    ("en", "children", "child"),
    ("en", "feet", "foot"),
    ("en", "teeth", "tooth"),
    ("en", "mice", "mouse"),
    ("en", "geese", "goose"),
    ("en", "crises", "crisis"),
    ("en", "analyses", "analysis"),
    ("en", "bases", "basis"),
    ("en", "criteria", "criterion"),
    ("en", "phenomena", "phenomenon"),
    ("en", "servicemen", "serviceman"),
    ("en", "gunmen", "gunman"),
    ("en", "policemen", "policeman"),
    ("en", "spokesmen", "spokesman"),
    ("it", "armi", "arma"),
    ("it", "ali", "ala"),
    ("it", "uomini", "uomo"),
    ("it", "templi", "tempio"),
    ("ru", "братья братьям братьями братьях братьев", "брат"),
    ("ru", "друзья друзьям друзьями друзьях друзей", "друг"),
    ("ru", "сыновья сыновьям сыновьями сыновьях сыновей", "сын"),
    ("ru", "листья листьям листьями листьях листьев", "лист"),
    ("ru", "стулья стульям стульями стульях стульев", "стул"),
    ("ru", "мужья мужьям мужьями мужьях мужей", "муж"),
    ("ru", "князья князьям князьями князьях князей", "князь"),
    ("ru", "деревья деревьям деревьями деревьях деревьев", "дерево"),
    ("ru", "крылья крыльям крыльями крыльях крыльев", "крыло"),
    ("ru", "перья перьям перьями перьях перьев", "перо"),
    ("ru", "звенья звеньям звеньями звеньях звеньев", "звено"),
    ("ru", "льва льву львом льве львы львов львам львами львах", "лев"),
    ("ru", "дня дню днем дне дни дней дням днями днях", "день"),
    ("ru", "льда льду льдом льде льды льдов льдам льдами льдах", "лед"),
    ("ru", "сна сну сном сне сны снов снам снами снах", "сон"),
    ("ru", "пса псу псом псе псы псов псам псами псах", "пес"),
    ("ru", "рта рту ртом рте рты ртов", "рот"),
    ("ru", "лжи", "ложь"),
    ("uk", "дня дню днем дні днів дням днями днях", "день"),
    ("uk", "льоду льодом льоді льоди льодів", "лід"),
    ("uk", "ночі ночей ночам ночами ночах", "ніч"),
];

/// English words that end in s and are no plural of what is left.
pub const NO_PLURAL: &[&str] = &[
    "news", "has", "was", "his", "this", "its", "gas", "us", "is", "as", "yes", "bus", "plus", "thus",
    "always", "perhaps", "does", "towards", "besides", "means", "lens", "politics", "series", "species",
];

/// Articles and prepositions that lean on the next word (l'Arménie, dell'Armenia).
pub const ELIDED: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "all", "dall",
    "dell", "nell", "sull", "coll", "un", "quest", "quell", "sant",
];

/// What may follow an apostrophe without making another word (Peskov's, Karabağ'da).
pub const AFTER_APOSTROPHE: &[&str] = &[
    "s", "a", "e", "i", "u", "ya", "ye", "yi", "yu", "in", "un", "nin", "nun", "da", "de", "ta", "te", "dan",
    "den", "tan", "ten", "la", "le", "yla", "yle", "lar", "ler", "daki", "deki", "taki", "teki", "si", "su",
    "ki", "dir", "nda", "nde", "ndan", "nden", "na", "ne", "ni", "nu",
];
