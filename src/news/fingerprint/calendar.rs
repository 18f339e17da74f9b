//! Names of weekdays and months, and the dates that a text itself names with them.
//!
//! A page's stamp may be ten months late; "on Tuesday, September 19" inside the text is not. Only a
//! weekday, a day and a month together fix the year: they agree once in five to eleven years.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use hashbrown::HashMap;

/// A part of the calendar that a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 0 = Monday.
    Weekday(u8),
    /// 1 = January.
    Month(u8),
}

/// A date in a text; the year stands seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// 0 = Monday.
    pub weekday: u8,
    /// 1–12.
    pub month: u8,
    /// 1–31.
    pub day: u8,
    pub year: Option<u16>,
}

/// Years before the day an article was seen among which a date is looked for: every date meets its
/// weekday again within twelve (29 February within forty, which news need not reach).
const YEARS: i32 = 12;
/// A date that lies so near ahead is an announcement, not an old text.
const AHEAD: TimeDelta = TimeDelta::days(120);

impl Date {
    /// The latest such date that is not after `seen`; `None` when there is none, or when the text
    /// rather announces the next one.
    #[must_use]
    pub fn resolve(self, seen: DateTime<Utc>) -> Option<NaiveDate> {
        let weekday = Weekday::try_from(self.weekday).ok()?;
        let on = |year| {
            NaiveDate::from_ymd_opt(year, u32::from(self.month), u32::from(self.day))
                .filter(|date| date.weekday() == weekday)
        };
        // Somewhere it is tomorrow already.
        let today = (seen + TimeDelta::hours(14)).date_naive();
        if let Some(year) = self.year {
            return on(i32::from(year)).filter(|date| *date <= today);
        }
        let announced = (today.year()..=today.year() + 1)
            .filter_map(on)
            .any(|date| date > today && date - today <= AHEAD);
        if announced {
            None
        } else {
            (today.year() - YEARS..=today.year()).rev().filter_map(on).find(|date| *date <= today)
        }
    }
}

/// What a folded word names, if anything. `written` tells May from may.
pub fn part(folded: &str, written: &str) -> Option<Part> {
    let (part, capital) = NAMES.get(folded)?;
    (!capital || written.chars().next().is_some_and(char::is_uppercase)).then_some(*part)
}

/// Reads dates from a stream of words.
#[derive(Debug, Default)]
pub struct Reader {
    recent: [Seen; WINDOW],
    pub dates: Vec<Date>,
}

/// Words among which weekday, day and month have to stand.
const WINDOW: usize = 9;
/// Dates kept of one article.
pub const MAX_DATES: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Seen {
    #[default]
    Other,
    Weekday(u8),
    Month(u8),
    Number(u16),
}

impl Reader {
    pub fn word(&mut self, part: Option<Part>) {
        self.push(match part {
            Some(Part::Weekday(day)) => Seen::Weekday(day),
            Some(Part::Month(month)) => Seen::Month(month),
            None => Seen::Other,
        });
    }

    pub fn number(&mut self, digits: u64, decimals: u8) {
        let value = if decimals == 0 { u16::try_from(digits).ok() } else { None };
        self.push(value.map_or(Seen::Other, Seen::Number));
    }

    fn push(&mut self, seen: Seen) {
        self.recent.rotate_left(1);
        self.recent[WINDOW - 1] = seen;
        // The window is read when its middle is the month: day and weekday may stand on either side.
        self.read();
    }

    /// Lets the last words of a text be read as well.
    pub fn finish(&mut self) {
        for _ in 0..WINDOW {
            self.push(Seen::Other);
        }
    }

    fn read(&mut self) {
        const MIDDLE: usize = WINDOW / 2;
        let Seen::Month(month) = self.recent[MIDDLE] else { return };
        let day_at = |at: usize| match self.recent[at] {
            Seen::Number(day @ 1..=31) => u8::try_from(day).ok(),
            _ => None,
        };
        // "19 September", "19 de septiembre", "September 19".
        let day = day_at(MIDDLE - 1).or_else(|| day_at(MIDDLE + 1)).or_else(|| day_at(MIDDLE - 2));
        let near = (1..=MIDDLE).flat_map(|off| [MIDDLE - off, MIDDLE + off]);
        let weekday = near.into_iter().find_map(|at| match self.recent[at] {
            Seen::Weekday(day) => Some(day),
            _ => None,
        });
        let year = self.recent[MIDDLE + 1..].iter().find_map(|seen| match seen {
            Seen::Number(year @ 1990..=2100) => Some(*year),
            _ => None,
        });
        let (Some(day), Some(weekday)) = (day, weekday) else { return };
        let date = Date { weekday, month, day, year };
        if self.dates.len() < MAX_DATES && !self.dates.contains(&date) {
            self.dates.push(date);
        }
    }
}

/// Weekdays from Monday, then months, each with its forms; `^` before a form: only with a capital.
const LANGUAGES: [&str; 17] = [
    "Monday,^Mon Tuesday,Tue,Tues Wednesday,Wed Thursday,Thu,Thurs Friday,Fri Saturday,^Sat Sunday,^Sun \
     January,Jan February,Feb ^March,^Mar April,Apr ^May June,^Jun July,^Jul August,Aug September,Sept,Sep October,Oct November,Nov December,Dec",
    "понедельник,понедельника,понедельнику вторник,вторника среда,среду,среды,среде четверг,четверга \
     пятница,пятницу,пятницы суббота,субботу,субботы воскресенье,воскресенья \
     января,январь,январе февраля,февраль,феврале марта,март,марте апреля,апрель,апреле мая,май июня,июнь,июне \
     июля,июль,июле августа,август,августе сентября,сентябрь,сентябре октября,октябрь,октябре \
     ноября,ноябрь,ноябре декабря,декабрь,декабре",
    "понеділок,понеділка вівторок,вівторка середа,середу,середи четвер,четверга п'ятниця субота,суботу,суботи неділя,неділю,неділі \
     січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag,Sonnabend Sonntag \
     Januar,Jänner Februar März - Mai Juni Juli - - Oktober - Dezember",
    "lundi mardi mercredi jeudi vendredi samedi dimanche \
     janvier février ^mars avril mai juin juillet août septembre octobre novembre décembre",
    "lunes martes miércoles jueves viernes sábado domingo \
     enero febrero marzo abril mayo junio julio agosto septiembre,setiembre octubre noviembre diciembre",
    "lunedì martedì mercoledì giovedì venerdì sabato - \
     gennaio febbraio - aprile maggio giugno luglio - settembre ottobre - dicembre",
    "segunda terça quarta quinta sexta - - \
     janeiro fevereiro março - maio junho julho - setembro outubro novembro dezembro",
    "poniedziałek wtorek środa,środę,środy czwartek piątek sobota,sobotę niedziela,niedzielę \
     stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi ^Pazar \
     ^Ocak Şubat ^Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "- - çərşənbə - cümə şənbə - \
     yanvar fevral - aprel - iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "երկուշաբթի երեքշաբթի չորեքշաբթի հինգշաբթի ուրբաթ շաբաթ կիրակի \
     հունվարի,հունվարին փետրվարի,փետրվարին մարտի,մարտին ապրիլի,ապրիլին մայիսի,մայիսին հունիսի,հունիսին \
     հուլիսի,հուլիսին օգոստոսի,օգոստոսին սեպտեմբերի,սեպտեմբերին հոկտեմբերի,հոկտեմբերին նոյեմբերի,նոյեմբերին \
     դեկտեմբերի,դեկտեմբերին",
    "ორშაბათი,ორშაბათს სამშაბათი,სამშაბათს ოთხშაბათი,ოთხშაბათს ხუთშაბათი,ხუთშაბათს პარასკევი,პარასკევს შაბათი,შაბათს კვირა,კვირას \
     იანვარი,იანვარს თებერვალი,თებერვალს მარტი,მარტს აპრილი,აპრილს მაისი,მაისს ივნისი,ივნისს ივლისი,ივლისს \
     აგვისტო,აგვისტოს სექტემბერი,სექტემბერს ოქტომბერი,ოქტომბერს ნოემბერი,ნოემბერს დეკემბერი,დეკემბერს",
    "Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή \
     Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
     januari februari maart - mei juni juli augustus - - - -",
    "luni marți miercuri joi vineri sâmbătă duminică \
     ianuarie februarie martie aprilie - iunie iulie august septembrie octombrie noiembrie decembrie",
    "الاثنين,الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد \
     يناير فبراير مارس أبريل,ابريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
];

static NAMES: LazyLock<HashMap<String, (Part, bool)>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for language in LANGUAGES {
        for (place, forms) in (0_u8..).zip(language.split_whitespace()) {
            let part = if place < 7 { Part::Weekday(place) } else { Part::Month(place - 6) };
            for form in forms.split(',').filter(|form| *form != "-") {
                let mut folded = String::new();
                super::spelling::fold_into(form.trim_start_matches('^'), &mut folded);
                names.entry(folded).or_insert((part, form.starts_with('^')));
            }
        }
    }
    names
});

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::news::fingerprint::tokens;

    fn own_dates(text: &str, seen: &str) -> Vec<String> {
        let seen: DateTime<Utc> = seen.parse().unwrap();
        let dates = tokens::read(text, 999).dates;
        dates.into_iter().filter_map(|date| date.resolve(seen)).map(|date| date.to_string()).collect()
    }

    #[test]
    fn the_year_follows_from_the_weekday() {
        for text in [
            "On Tuesday, September 19, an official held a briefing",
            "briefing on Tuesday 19 September",
            "(Tues., Sept. 19) A briefing",
            "Во вторник, 19 сентября, официальный представитель",
            "19 сентября, вторник",
            "Am Dienstag, dem 19. September, fand",
            "le mardi 19 septembre à Paris",
            "el martes, 19 de septiembre, en Madrid",
            "martedì 19 settembre",
            "terça-feira, 19 de setembro",
            "we wtorek, 19 września, odbył się",
            "19 Eylül Salı günü",
            "у вівторок, 19 вересня",
            "սեպտեմբերի 19-ին, երեքշաբթի",
            "სამშაბათს, 19 სექტემბერს",
            "την Τρίτη 19 Σεπτεμβρίου",
        ] {
            assert_eq!(own_dates(text, "2024-07-19T01:49:00Z"), ["2023-09-19"], "{text}");
        }
    }

    #[test]
    fn what_fixes_no_year_is_no_date() {
        for text in ["on September 19", "on Tuesday", "Tuesday, 19 people", "Monday, September 19, 2023", ""]
        {
            assert_eq!(own_dates(text, "2024-07-19T01:49:00Z"), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_announcement_is_not_old() {
        assert_eq!(own_dates("will open on Tuesday, September 24", "2024-07-19T00:00:00Z"), [""; 0]);
        assert_eq!(own_dates("opened on Friday, July 19", "2024-07-19T00:00:00Z"), ["2024-07-19"]);
    }
}
