//! The papers hold to the program: README, man page, unit.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn the_readme_quotes_the_usage() {
    assert_block("README.md", "wirewatch --help", &wirewatch(&["--help"]));
}

/// The man page is printed by the program itself; every command has its place in it.
#[test]
fn the_man_page_has_every_command() {
    let page = wirewatch(&["man"]);
    for command in
        subcommands(&wirewatch(&["--help"])).iter().filter(|name| !["help", "man"].contains(&name.as_str()))
    {
        assert!(page.contains(&format!(".SS \"wirewatch {command}\"")), "{command} is not in the man page");
    }
    assert!(page.contains(".SH \"EXIT STATUS\""), "what the arguments do not say is missing");
}

/// Whoever writes templates learns of every macro.
#[test]
fn the_templates_manual_has_every_macro() {
    let manual = read("docs/templates.md");
    let helpers =
        ["summary", "strong", "command", "code", "tongue", "words", "also", "linked", "apart", "trail"];
    for template in ["letter.txt", "letter.html"] {
        let source = read(&format!("src/news/letter/{template}"));
        let macros = source.split("{% macro ").skip(1).filter_map(|rest| rest.split_once(')'));
        for (head, _) in
            macros.filter(|(head, _)| !helpers.iter().any(|it| head.starts_with(&format!("{it}("))))
        {
            assert!(
                manual.contains(&format!("`{head})`")),
                "{template}: {head}) is not in docs/templates.md"
            );
        }
    }
}

/// README, unit and manual name commands; each must exist.
#[test]
fn commands_that_are_named_exist() {
    let known = subcommands(&wirewatch(&["--help"]));
    let mut faults = Vec::new();
    for file in
        ["README.md", "docs/operating.md", "CONTRIBUTING.md", "CHANGELOG.md", "systemd/wirewatch.service"]
    {
        for (number, line) in read(file).lines().enumerate() {
            faults.extend(
                commands_in(line)
                    .filter(|command| !known.contains(command))
                    .map(|command| format!("{file}:{}: no command `wirewatch {command}`", number + 1)),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `sudo wirewatch check` → check; prose such as "wirewatch tells you" is none: only code counts.
fn commands_in(line: &str) -> impl Iterator<Item = String> + '_ {
    let code = line.trim_start().starts_with(['$', '`'])
        || line.contains("`wirewatch ")
        || line.contains("/wirewatch ");
    line.match_indices("wirewatch ").filter(move |_| code).filter_map(|(at, name)| {
        let before = line[..at].chars().next_back();
        let word: String = line[at + name.len()..].chars().take_while(char::is_ascii_lowercase).collect();
        (matches!(before, None | Some('`' | '/' | ' ')) && !word.is_empty()).then_some(word)
    })
}

/// What `--help` lists, and the hidden `man`.
fn subcommands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let entry =
        |line: &str| line.strip_prefix("  ").is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let names = list.take_while(|line| line.starts_with("  ")).filter(|line| entry(line));
    names.filter_map(|line| line.split_whitespace().next()).chain(["man"]).map(str::to_owned).collect()
}

/// Holds the fenced block after the line `$ COMMAND` equal to what the command prints.
fn assert_block(file: &str, command: &str, printed: &str) {
    let text = read(file);
    let opening = format!("$ {command}\n");
    let block = text.split_once(&opening).and_then(|(_, rest)| rest.split_once("```"));
    let Some((quoted, _)) = block else { panic!("{file} has no block that begins with `$ {command}`") };
    assert_eq!(
        quoted.trim_end(),
        printed.trim_end(),
        "{file}: put in what `COLUMNS=100 {command}` prints now"
    );
}

/// Runs the program as a reader would see it: a terminal of 100 columns, no config of this user.
fn wirewatch(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .args(arguments)
        .env_clear()
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output();
    let output = run.unwrap_or_else(|fault| panic!("wirewatch {arguments:?}: {fault}"));
    assert!(output.status.success(), "wirewatch {arguments:?}: {}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap_or_else(|fault| panic!("{file}: {fault}"))
}
