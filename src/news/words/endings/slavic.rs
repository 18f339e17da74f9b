//! Endings of the Slavic languages.

use super::{Class, after, changes, common, gains};

/// Of Russian, Ukrainian and Belarusian.
pub const CYRILLIC_CONSONANTS: &str = "бвгґджзклмнпрстфхцчшщў";
pub const SURNAMES: &str = "вн";

pub const RUSSIAN: &[Class] = &[
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
    // Павел, Павла; посол, посла; ветер, ветра; хребет, хребта; заем, займа.
    changes("вел", "вла влу влом вле"),
    changes("рел", "рла рлу рлом рле рлы рлов рлам рлами рлах"),
    // After is после: посол goes without.
    changes("сол", "сла слу слом слы слов слам слами слах"),
    changes("сел", "сла слу слом сле слы слов слам слами слах"),
    common(changes("зел", "зла злу злом зле злы злов злам злами злах")),
    common(changes("гол", "гла глу глом гле глы глов глам глами глах")),
    common(changes("тел", "тла тлу тлом тле тлы тлов тлам тлами тлах")),
    common(changes("бет", "бта бту бтом бте бты бтов бтам бтами бтах")),
    common(changes("аем", "айма айму аймом айме аймы аймов аймам аймами аймах")),
    changes("тер", "тра тру тром тре тры тров трам трами трах"),
    // корень, корня; огонь, огня; церковь, церкви.
    changes("ень", "ня ню нем не ни ней ням нями нях"),
    changes("гонь", "гня гню гнем гне гни гней гням гнями гнях"),
    changes("голь", "гля глю глем гле гли глей глям глями глях"),
    changes("овь", "ви вей вам вами вах вям вями вях"),
    // время, времени.
    changes("мя", "мени менем мена мен менам менами менах"),
    // гражданин, граждане; россиянин, россияне; татарин, татары.
    changes("анин", "ане ан анам анами анах"),
    changes("янин", "яне ян янам янами янах"),
    common(changes("арин", "ары ар арам арами арах")),
    // ущелье, ущелий.
    changes("ье", "ий"),
    common(changes("ка", "ок ек")),
    // деревня, деревень; песня, песен; земля, земель.
    common(changes("ня", "ень ен")),
    common(changes("ля", "ель")),
];

pub const UKRAINIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ом ем ові еві і и е ам ами ах"),
    common(gains(CYRILLIC_CONSONANTS, "ів їв ей")),
    gains(SURNAMES, "ої ій ою им их ими"),
    changes("а", "и і у ою ею о ам ами ах"),
    changes("я", "і ї ю єю ею ям ями ях є й"),
    changes("ь", "я ю ем єм еві і ями ям ях ів ей"),
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
    // договір, договору; схід, сходу; область, області; посол, посла; тиждень, тижня; рішення, рішень.
    common(changes("ір", "ору орі ором орові ори орів орам орами орах")),
    changes("ід", "оду оді одом одові оди одів одам одами одах"),
    changes("іг", "огу озі огом оги огів огам огами огах"),
    changes("ість", "ості істю остей остям остями остях"),
    changes("сол", "сла слу слом слові слі сли слів слам слами слах"),
    changes("зол", "зла злу злом злі зли злів злам злами злах"),
    changes("ень", "ня ню нем неві ні нів ням нями нях"),
    changes("тер", "тра тру тром трові трі три трів трам трами трах"),
    changes("ння", "нь"),
    changes("анин", "ани ан анам анами анах"),
    changes("янин", "яни ян янам янами янах"),
];

pub const BELARUSIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ам ом ем е ы і амі ах аў"),
    changes("а", "ы і е у ай ой аю ам амі ах"),
    changes("я", "і ю яй ей е ям ямі ях"),
    changes("ь й", "я ю ем і ям ямі ях яў"),
    changes("і ы", "ага аму ім ым ая ую ой ай ія ых іх ымі імі"),
    changes("ец", "ца цу цам цы цаў цамі цах"),
];

pub const BULGARIAN: &[Class] =
    &[gains("", "а ът ят та то те и ите ове овете ски"), changes("а я", "и ите"), changes("о", "а ата")];

pub const MACEDONIAN: &[Class] = &[gains("", "от та то те ов он и ите ови овите а"), changes("а", "и ите")];

pub const SERBIAN: &[Class] = &[
    gains(CYRILLIC_CONSONANTS, "а у ом ем е и ови има"),
    gains("bcdfghjklmnprstvz", "a u om em e i ovi ima"),
    changes("а", "е и у ом ама"),
    changes("a", "e i u om ama"),
];

pub const POLISH: &[Class] = &[
    // Tusk, Tuska, Tuskiem; Kraków, Krakowie. Accents are folded: ą is a, ę is e.
    gains("bcdfghjklmnpqrstvwxz", "a u owi em iem ie i y e ow ami om ach ia iu iowi iami iach iom iow"),
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
    // Polska, Polsce; Praga, Pradze; premiera, premierze; kobieta, kobiecie; woda, wodzie.
    changes("ka", "ce"),
    changes("ga", "dze"),
    changes("ra", "rze"),
    changes("ta", "cie"),
    changes("sta", "scie"),
    changes("da", "dzie"),
    changes("cha", "sze"),
    // rząd, rządzie; prezydent, prezydencie, prezydenci; premier, premierze, premierzy; Polak, Polacy.
    changes("d", "dzie dzi"),
    changes("t", "cie ci"),
    changes("st", "scie sci"),
    changes("r", "rze rzy"),
    changes("k", "cy"),
    changes("g", "dzy"),
    changes("ch", "si szy"),
    changes("to", "cie"),
    changes("sto", "scie"),
    changes("iat", "iecie"),
    changes("urzad", "urzedu urzedowi urzedem urzedzie urzedy urzedow urzedom urzedami urzedach"),
    changes("dzien", "dnia dniowi dniu dniem dni dniom dniami dniach"),
    // Chiny, Chin, Chinach; Stany Zjednoczone, Stanów Zjednoczonych.
    after("bcdfghjklmnprstwz", changes("y", "ow om ami ach")),
    // narodów is no narodowy.
    after("bcdfghjklmnprstz", changes("y", "-")),
    common(changes("e", "ych ym ymi")),
    changes("one", "onych onym onymi"),
    // Europejska, Europejskiej; Nowa, Nowej.
    changes("ska", "skiej skie skich skim skimi"),
    changes("cka", "ckiej ckie ckich ckim ckimi"),
    changes("a", "ej ych ymi"),
];

pub const CZECH: &[Class] = &[
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
    // Arménie, Arménii; Praga, Praze; voják, vojáci; Čech, Češi; český, čeští; den, dne.
    changes("e", "i im ich emi"),
    after("c", changes("e", "-")),
    changes("ga", "ze"),
    changes("k", "ci"),
    changes("h", "zi"),
    changes("ch", "si"),
    changes("sky", "sti"),
    changes("cky", "cti"),
    changes("den", "dne dni dnem dnu dny dnech dnum"),
    changes("hen", "hne hni hnem hnu"),
    after("bcdfghjklmnprstvz", changes("y", "- u um ech ach am")),
];
