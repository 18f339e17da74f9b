//! The demo keeps its promises: it is the program's first impression, and its whole pipeline in one go.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use mail_parser::MessageParser;

/// What the digest must tell, each once, in whatever order.
const TOLD: &[&str] = &[
    "Kremlin briefing: talks on Karabakh corridor to go on next week",
    "Blue helmets escort convoy to villages near Karabakh: now 19 lorries",
    "Stadtarchiv zeigt Fotografien aus Bergkarabach",
    "Karabağ yolundaki köprünün onarımı başladı",
    "Գյումրիում բացվել է Ղարաբաղի գորգերի ցուցահանդես",
];

/// Where copies stand: these sites are named under the story, their titles are no stories.
const COPIED_ON: &[&str] = &["herald.example", "hitboard.example", "monitor.example"];

/// What no rule asked for, or a rule keeps out.
const UNTOLD: &[&str] = &["footballers", "napkin", "Ferries", "Earthquake", "Bee-keepers", "Библиотека"];

#[test]
fn tells_each_story_once() {
    let folder = tempfile::tempdir().expect("a folder for the demo");
    let place = folder.path().join("demo");
    let said = run(&["demo", "--folder", &place.to_string_lossy()]);

    let letters = letters(&place);
    assert_eq!(letters.len(), 1, "{said}");
    let text = letters[0].replace('*', "").split_whitespace().collect::<Vec<_>>().join(" ");
    for title in TOLD {
        let titles = text.matches(title).count();
        assert!((1..=2).contains(&titles), "{title} stands {titles} times in:\n{}", letters[0]);
        assert!(said.contains(title), "{title} is not shown:\n{said}");
    }
    // Twelve lorries became nineteen: whoever watches must be told, though the words are the same.
    assert!(said.contains("brings up to date"), "an update was swallowed as a copy:\n{said}");
    for site in COPIED_ON {
        assert!(text.contains(site), "{site} is missing in:\n{}", letters[0]);
    }
    for word in UNTOLD {
        assert!(!text.contains(word), "{word} was not asked for:\n{}", letters[0]);
    }
    for trouble in ["Harbour Gazette", "Valley & Hill Courier"] {
        assert!(text.contains(trouble), "{trouble} is not well, and nobody is told:\n{}", letters[0]);
    }
    let page = fs::read_to_string(place.join("digest.html")).expect("the page");
    assert!(page.contains("<html") && page.contains("Stadtarchiv zeigt Fotografien"), "{page}");
}

/// The commands that the demo recommends work, and the second digest tells nothing twice.
#[test]
fn what_it_recommends_works() {
    let folder = tempfile::tempdir().expect("a folder for the demo");
    let said = run(&["demo", "--folder", &folder.path().to_string_lossy()]);
    let config = folder.path().join("wirewatch.toml");
    let config = config.to_string_lossy();
    assert!(said.contains(&format!("status --config {config}")), "{said}");
    let status = run(&["status", "--config", &config]);
    assert!(status.contains("10"), "{status}");
    // Half a day later, so that it is another letter.
    let again = run(&["digest", "demo", "--config", &config, "--now", "2100-01-01T12:00:00Z"]);
    assert!(again.contains("0 stories"), "{again}");
    for letter in letters(folder.path()).iter().skip(1) {
        assert!(!letter.contains(TOLD[2]), "told twice:\n{letter}");
    }
}

#[test]
fn wants_a_folder_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder for the demo");
    fs::write(folder.path().join("mine"), "precious").expect("a file");
    let run = wirewatch(&["demo", "--folder", &folder.path().to_string_lossy()]).output().expect("wirewatch");
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stderr).contains("is not empty"));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

/// The text parts of the letters in the demo's mail folder, the oldest first.
fn letters(place: &Path) -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(place.join("mail"))
        .expect("the mail folder")
        .flatten()
        .map(|item| item.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    paths.sort();
    let text = |path: &std::path::PathBuf| {
        let bytes = fs::read(path).expect("a letter");
        let message = MessageParser::default().parse(&bytes).expect("a letter that can be read");
        message.body_text(0).expect("a text part").into_owned()
    };
    paths.iter().map(text).collect()
}

fn run(arguments: &[&str]) -> String {
    let output = wirewatch(arguments).output().expect("wirewatch");
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "wirewatch {arguments:?}: {}\n{said}\n{why}", output.status);
    said.into_owned()
}

/// Without this user's surroundings: no config, no proxy, no state of theirs.
fn wirewatch(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirewatch"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}
