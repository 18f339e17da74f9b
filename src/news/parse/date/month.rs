//! Names of months.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Beginnings of month names, lower case; the longest that fits decides. Where two languages disagree
/// (`lip` is July in Polish and June in Croatian) the one with more feeds has it.
const BEGINNINGS: [(u32, &str); 12] = [
    (
        1,
        "қаң ýan جنوری জানু siječ jan jän jän gen ene ian янв яну січ студ јан ιαν oca sty led tammi saus jaan yan հունվ հնվ իան იან \
         يناير كانون‌الثاني ژانویه ינו जन มกร jän leden",
    ),
    (
        2,
        "ақп few فروری ফেব velj feb fév fev feb фев лют φεβ şub lut úno úno helmi vas veeb fevr febr փետ փտվ თებ فبراير شباط فوریه פבר फ़र फर กุมภ",
    ),
    (
        3,
        "нау nau مارچ মার্চ ožu mäe mach mar mär mrz maa mrt már mrč мар сак бер μαρ μάρ bře kov maalis märts մարտ մրտ მარ مارس آذار מרץ मार्च มีน",
    ),
    (
        4,
        "сәу اپریل এপ্রিল trav apr avr abr ápr апр кві крас απρ nis kwi dub huhti bal ապր აპრ أبريل ابريل نيسان آوریل אפר अप्रै เมษ",
    ),
    (
        5,
        "мам مئی মে svib maý may mai maj mag mei máj mayo maio май мая мај тра μαΐ μάι μαϊ μαι kvě geg touko մայ մյս მაი مايو أيار مه מאי मई พฤษภ",
    ),
    (
        6,
        "мау جون জুন iýun jun juin giu jún июн юни чэр чер јун ιουν ιούν haz cze červen červn kesä birž juun jūn iyun հունիս հնս ივნ يونيو حزيران ژوئن יונ जून มิถุน",
    ),
    (
        7,
        "шіл جولائی জুলাই iýul jul juil lug júl июл юли лип ліп јул ιουλ ιούλ tem lip červenec července čvc heinä liep juul jūl iyul հուլ հլս ივლ يوليو تموز ژوئیه יול जुला กรกฎ",
    ),
    (
        8,
        "там اگست আগস্ট kolov awg ogo aug aoû aou ago авг серп жні αυγ αύγ ağu avg avq sie srp elo rugp օգոս օգս აგვ أغسطس آب اوت אוג अग สิงห ags agu",
    ),
    (
        9,
        "қыр ستمبر সেপ্ট ruj sep set sept сен сеп вер σεπ eyl wrz zář syys rugs сеп sent սեպ სექ سبتمبر أيلول سپتامبر ספט सित กันย szept",
    ),
    (
        10,
        "қаз اکتوبر অক্টো oct okt out ott окт жов кас οκτ eki paź říj loka spal հոկ ოქტ أكتوبر اکتبر אוק अक्टू ตุล",
    ),
    (
        11,
        "қар نومبر নভে stud nov ноя ное лис ліс нов νοέ νοε kas lis marras lapkr noy նոյ ნოე نوفمبر نوامبر נוב नव พฤศจ",
    ),
    (
        12,
        "желт دسمبر ডিসে prosin dec dez déc dic des дек сне гру дец δεκ ara gru pro joulu gruod det dek դեկ დეკ ديسمبر دسامبر דצמ दिस ธันว",
    ),
];

/// The same by first letter: of every date read, some word is looked up.
static BY_LETTER: LazyLock<HashMap<char, Vec<(&str, u32)>>> = LazyLock::new(|| {
    let mut by_letter: HashMap<char, Vec<(&str, u32)>> = HashMap::new();
    for (month, names) in BEGINNINGS {
        for name in names.split_whitespace() {
            if let Some(letter) = name.chars().next() {
                by_letter.entry(letter).or_default().push((name, month));
            }
        }
    }
    by_letter
});

/// Weekdays that begin like a month.
const WEEKDAYS: [&str; 7] = ["mardi", "martes", "martedì", "martedi", "marți", "marti", "maandag"];

/// 1 to 12; `None` for a word that is no month.
#[must_use]
pub fn number(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    if WEEKDAYS.contains(&lower.as_str()) {
        return None;
    }
    // Hebrew writes "in January" as one word.
    let bare = lower.strip_prefix('ב').unwrap_or(&lower);
    // So does Catalan.
    let bare = bare.strip_prefix("d’").unwrap_or(bare);
    let alike = BY_LETTER.get(&bare.chars().next()?)?;
    alike
        .iter()
        .filter(|(name, _)| bare.starts_with(name))
        .max_by_key(|(name, _)| name.len())
        .map(|(_, month)| *month)
}
