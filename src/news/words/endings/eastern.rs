//! Endings of the Turkic and Caucasian languages, and of those further east.

use super::{Class, changes, common, gains};

pub const TURKISH: &[Class] = &[
    gains(
        "",
        "a e i u ya ye yi yu in un nin nun da de ta te dan den tan ten la le yla yle lar ler lari leri larin lerin lara lere larda lerde lardan lerden larla lerle si su nda nde ndan nden sinda sinde sindan sinden sinin sunun sina sine sini suna sunu unda inda inde unde undan indan inden daki deki taki teki ndaki ndeki larinin lerinin larina lerine larini lerini larinda lerinde larindan lerinden",
    ),
    common(changes("ehir", "ehri ehrin ehre ehrine ehrini ehrinde ehrinden ehrinin ehriyle")),
];

pub const AZERBAIJANI: &[Class] = &[
    gains(
        "",
        "a ə ya yə i u ni nu in un nin nun da də dan dən la lə lar lər lari ləri larin lərin lara lərə larda lərdə lardan lərdən si su nda ndə ndan ndən sinda sində sindən sinin sunun sina sinə sini suna sunu inda ində indən indan unda undan daki dəki ndaki ndəki larinin lərinin larina lərinə larini lərini larinda lərində",
    ),
    // Bakı, Bakının; torpaq, torpağın; ürək, ürəyin.
    changes("q", "ga gi gin gina ginda gini"),
    changes("k", "yə yi yin yində yini yinə"),
];

pub const UZBEK: &[Class] = &[gains(
    "",
    "ning ga ka qa ni da dan lar larning larga larni larda lardan i si ida sida idan sidan iga siga ini sini ining sining dagi",
)];

pub const KAZAKH: &[Class] = &[
    gains(
        "",
        "ның нің дың дің тың тің ға ге қа ке на не а е ды ді ты ті ны ні н да де та те нда нде дан ден тан тен нан нен мен бен пен лар лер дар дер тар тер ы і сы сі ында інде сында сінде ының інің сының сінің ына іне сына сіне дағы дегі тағы тегі лардың лердің дардың дердің тардың тердің ларға лерге дарға дерге тарға терге ларды лерді",
    ),
    changes("қ", "ғы ғына ғының ғында"),
    changes("к", "гі гіне гінің гінде"),
];

pub const KYRGYZ: &[Class] = &[gains(
    "",
    "нын нин нун нүн дын дин дун дүн тын тин тун түн га ге го гө ка ке ко кө ны ни ну нү ды ди ду дү ты ти ту тү да де до дө та те то тө дан ден дон дөн тан тен тон төн лар лер лор лөр дар дер тар тер",
)];

pub const ARMENIAN: &[Class] = &[
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

pub const GEORGIAN: &[Class] = &[
    changes(
        "ი",
        "ს მა ის ით ად ო ში ზე თან იდან ისთვის ისგან ისკენ ისა მდე ამდე ები ებს ების ებმა ებში ებზე ებით ებთან ებისთვის ებიდან იც საც ისთან ელი ს სა",
    ),
    gains("აეიოუ", "ს მ მა სა ში ზე დან თი დ სთან სთვის სგან სკენ მდე ც საც ები ებს ების ებმა ებში ებზე"),
    changes("ა ე", "ის ით იდან ისთვის ისგან ისკენ ები ებს ების ებმა ებში"),
];

pub const KOREAN: &[Class] = &[gains(
    "",
    "은 는 이 가 을 를 의 에 에서 에게 에는 와 과 로 으로 도 만 까지 부터 서 라 이라 들 들이 들은 들을 들의 측 께 께서 처럼 보다 에도 에서는 으로는 로는 와의 과의 에서의 이다 인",
)];

pub const HINDI: &[Class] = &[
    // चुनाव, चुनावों; सरकार, सरकारें; हमला, हमले; मंत्री, मंत्रियों.
    gains("", "ों ें ो"),
    changes("ा", "े ों ो ाओं ाएं"),
    changes("ी", "ियों ियां ियाँ ियो"),
    changes("ि", "ियों ियां ियाँ"),
    changes("ू", "ुओं ुएं"),
    changes("ु", "ुओं"),
];

/// ی alone may make an adjective (ایران, ایرانی) and is left out.
pub const PERSIAN: &[Class] = &[
    gains("", "ها های هایی هایش هایشان هاست ان"),
    gains("او", "ی یان"),
    gains("ه", "ای"),
    changes("ه", "گان گانی ات"),
];

/// Behind what leans on the front of a word: plurals, the dual, the accusative, and whose it is.
pub const ARABIC: &[Class] = &[
    gains("", "ون ین ان ات ا ه ها هم هما نا"),
    changes("ة", "ات تین تان ته تها تهم تنا"),
    changes("اء", "اءات"),
];

/// Behind what leans on the front of a word. -י and -ית make adjectives, -ה another word.
pub const HEBREW: &[Class] = &[
    gains("", "ים ות"),
    // ממשלה, ממשלת, ממשלות; שלטון, שלטונות; חיילים, חיילי.
    changes("ה", "ת ות"),
    changes("ת", "ות יות"),
    changes("ות", "ויות"),
    changes("ן", "נים נות"),
    changes("ם", "מים מות"),
    changes("ך", "כים כות"),
    changes("ף", "פים פות"),
    changes("ץ", "צים צות"),
    changes("ים", "י"),
];
