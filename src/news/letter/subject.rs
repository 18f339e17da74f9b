//! The subject: how many, the strongest, whose.

use super::clean;
use crate::news::digest::{Issue, Telling};

/// Characters; longer ones are cut by most programs.
const LONGEST: usize = 76;

/// `7 stories: Sappers clear the last minefield · morning`. A later part leads with its own
/// strongest story; without stories the subject says so, and what else there is.
#[must_use]
pub fn subject(issue: &Issue, strongest: Option<&Telling>, part: (usize, usize)) -> String {
    clean::header(&worded(issue, strongest, part))
}

fn worded(issue: &Issue, strongest: Option<&Telling>, part: (usize, usize)) -> String {
    let name = match part {
        (_, 1) => clean::line(&issue.digest, 24),
        (part, parts) => {
            let (part, parts) = (part.to_string(), parts.to_string());
            let part = issue.style.language.say("part", &[("part", &part), ("parts", &parts)]);
            format!("{} ({part})", clean::line(&issue.digest, 24))
        }
    };
    let what = match issue.stories.len() {
        0 => nothing(issue),
        1 if issue.urgent => issue.style.language.say("urgent", &[]),
        many if issue.urgent => {
            let language = issue.style.language;
            format!("{} ({})", language.say("urgent", &[]), language.count("stories", many))
        }
        many => issue.style.language.count("stories", many),
    };
    let Some(strongest) = strongest.filter(|story| !clean::line(&story.lead.title, 9).is_empty()) else {
        return format!("{what} · {name}");
    };
    let room = LONGEST.saturating_sub(what.chars().count() + name.chars().count() + ": ".len() + 3);
    format!("{what}: {} · {name}", whole_words(&clean::line(&strongest.lead.title, 300), room))
}

fn nothing(issue: &Issue) -> String {
    let language = issue.style.language;
    let copies: usize = issue.late.iter().map(|late| late.copies.len()).sum();
    // What was mended already is told below, and alarms nobody day after day.
    let mended = ["rekeyed", "repaired"];
    let ill = issue.report.troubles.iter().filter(|feed| !mended.contains(&feed.state.as_str())).count();
    let first = match issue.sent.len() {
        0 => language.say("nothing_new", &[]),
        sent => format!("{}: {sent}", language.say("sent_at_once", &[])),
    };
    let mut what = vec![first];
    if copies > 0 {
        what.push(language.count("late_copies", copies));
    }
    if ill > 0 {
        what.push(language.count("feeds_not_well", ill));
    }
    what.join(language.comma())
}

/// At most `longest` characters, cut between words where one ends in the second half.
fn whole_words(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end * 2 > cut.len()).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([' ', ',', ':', ';', '-', '–', '—']))
}

#[cfg(test)]
mod tests {
    use super::whole_words;

    #[test]
    fn cut_between_words() {
        for (text, longest, expected) in [
            ("Snow closes the pass", 20, "Snow closes the pass"),
            ("Snow closes the pass", 17, "Snow closes the…"),
            ("Snow closes, the pass", 14, "Snow closes…"),
            ("Снегопадзакрылперевал", 6, "Снего…"),
            ("", 5, ""),
        ] {
            assert_eq!(whole_words(text, longest), expected);
        }
    }
}
