//! `wirewatch man` and `wirewatch completions SHELL`: papers made from the arguments themselves.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// What the arguments do not say: files, environment, signals, exit codes.
const REST: &str = include_str!("manual.roff");

/// Prints the man page.
#[derive(Debug, clap::Args)]
pub struct ManArgs {}

/// Prints the completions of a shell.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// # Errors
/// When the output cannot be written.
pub fn man(command: Command) -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    write_page(command, &mut page)?;
    print(&page)
}

/// # Errors
/// When the output cannot be written.
pub fn completions(args: &CompletionsArgs, mut command: Command) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "wirewatch", &mut script);
    print(&script)
}

/// One page for all commands: a reader searches one page, not twenty.
fn write_page(mut command: Command, page: &mut Vec<u8>) -> io::Result<()> {
    command.build();
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    writeln!(page, ".SH COMMANDS")?;
    write_commands(&command, page)?;
    page.extend_from_slice(REST.as_bytes());
    Ok(())
}

/// A subsection for each command, the nested ones after their parent.
fn write_commands(parent: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let shown =
        parent.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help");
    for command in shown {
        let man = Man::new(without_globals(command.clone()));
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        man.render_extra_section(&mut section)?;
        let name = command.get_bin_name().unwrap_or(command.get_name());
        writeln!(page, ".SS \"{name}\"")?;
        page.extend_from_slice(without_headings(&section).as_bytes());
        write_commands(command, page)?;
    }
    Ok(())
}

/// `--help` and `--config` stand at the head of the page; under every command they would hide the rest.
fn without_globals(command: Command) -> Command {
    command.mut_args(|arg| {
        let hidden = arg.is_hide_set() || arg.is_global_set() || arg.get_id() == "help";
        arg.hide(hidden)
    })
}

/// Inside a subsection the headings become blank lines.
fn without_headings(section: &[u8]) -> String {
    let text = String::from_utf8_lossy(section);
    let lines = text.lines().filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el "));
    lines
        .map(|line| if line.starts_with(".SH ") { ".PP\n".to_owned() } else { format!("{line}\n") })
        .collect()
}

/// A closed pipe (`wirewatch man | head`) is no error.
fn print(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    match io::stdout().write_all(bytes) {
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => Err(fault.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
