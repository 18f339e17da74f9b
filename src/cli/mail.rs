//! `wirewatch mail`: test the way out, look at the outbox.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::place::{Place, Way};
use super::show::{counted, distance, plain, table};
use crate::clock::{self, Clock};
use crate::daemon::control::Request;
use crate::daemon::outside::{deliver_one, notify_one};
use crate::daemon::round;
use crate::news::digest::Digest;
use crate::news::errand::{Delivery, LetterId};
use crate::news::letter::{self, Language};
use crate::store::outbox::LetterRow;
use crate::store::telling::Kind;

/// Tests the way out, shows the outbox
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub action: Action,
    /// One JSON line a letter; one object about what was done
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Sends a test letter at once, and says what the server answered
    Test {
        /// To whom; else to every recipient of a digest
        #[arg(value_name = "ADDRESS")]
        to: Vec<String>,
        /// Sends a test to a channel instead
        #[arg(long, value_name = "NAME", conflicts_with = "to")]
        notify: Option<String>,
    },
    /// The DNS record by which receivers check the signatures of letters
    ///
    /// It is the public half of `[mail] dkim_key_file`, to be published where the domain's names are kept
    Dkim,
    /// Letters and notifications that are not delivered yet, and those that were lost in the last 30 days
    Queue,
    /// A letter as text, as its readers see it
    Show {
        /// Number of the letter, as `mail queue` shows it
        #[arg(value_name = "ID")]
        id: i64,
        /// The whole message, byte by byte
        #[arg(long)]
        eml: bool,
    },
    /// Tries every waiting letter now
    ///
    /// And every letter that was given up while another recipient got the same; the stories of the others
    /// are in the digest's next letter. Channels tell what they gave up
    Retry,
    /// Sends a waiting letter no more
    ///
    /// Its stories are told again, unless another recipient has them; those of a notification are not
    Drop {
        /// Number of the letter, as `mail queue` shows it
        #[arg(value_name = "ID")]
        id: i64,
    },
}

/// # Errors
/// When the config has faults or the database cannot be used.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    super::log::start("error");
    let place = Place::find(config)?;
    let json = args.json;
    match &args.action {
        Action::Test { notify: Some(name), .. } => test_channel(&place.with_secrets()?, name, json),
        Action::Test { to, notify: None } => test(&place.with_secrets()?, to, json),
        Action::Dkim => dkim(&place.with_secrets()?, json),
        Action::Queue => queue(&place, json),
        Action::Show { id, .. } if json => show_json(&place, LetterId(*id)),
        Action::Show { id, eml } => show(&place, LetterId(*id), *eml),
        Action::Retry => retry(place, json),
        Action::Drop { id } => drop_letter(place, LetterId(*id), json),
    }
}

fn test(place: &Place, to: &[String], json: bool) -> anyhow::Result<ExitCode> {
    let Some(mail) = &place.config.mail else {
        anyhow::bail!("the config has no [mail]: it says how letters are sent")
    };
    let mut recipients = to.to_vec();
    if recipients.is_empty() {
        recipients = place.config.digests.iter().flat_map(|digest| digest.to.clone()).collect();
        recipients.sort();
        recipients.dedup();
    }
    if recipients.is_empty() {
        anyhow::bail!("no digest has a recipient: name an address");
    }
    let mut attempts = Vec::new();
    let letters = recipients.into_iter().flat_map(|recipient| {
        let language = language_of(&place.config.digests, &recipient);
        letter::test(&mail.letterhead, language, &[recipient], clock::now())
    });
    for letter in letters {
        let delivery = deliver_one(&place.config, place.home.state(), &letter).map_err(anyhow::Error::msg)?;
        attempts.push((letter.recipient, delivery));
    }
    said_to(attempts, json)
}

/// What was answered to each test; a failure when one was not sent.
fn said_to(attempts: Vec<(String, Delivery)>, json: bool) -> anyhow::Result<ExitCode> {
    let all_sent = attempts.iter().all(|(_, delivery)| matches!(delivery, Delivery::Accepted(_)));
    let line = |(to, delivery): (String, Delivery)| match delivery {
        Delivery::Accepted(answer) => format!("{to}: sent ({answer})"),
        Delivery::Later(why) | Delivery::Refused(why) => format!("{to}: not sent: {why}"),
    };
    super::say(all_sent, &attempts.into_iter().map(line).collect::<Vec<_>>(), json)?;
    Ok(if all_sent { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// As the digest speaks that goes to the recipient, else as the first one does.
fn language_of(digests: &[Digest], recipient: &str) -> Language {
    let own = digests.iter().find(|digest| digest.to.iter().any(|to| to == recipient));
    own.or(digests.first()).map_or_else(Language::default, |digest| digest.style.language)
}

/// Longest string of a TXT record (RFC 1035 § 3.3.14); a longer value is several.
const LONGEST_STRING: usize = 255;

fn dkim(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let signer = place.config.mail.as_ref().and_then(|mail| mail.letterhead.signer.as_ref());
    let Some(signer) = signer else {
        anyhow::bail!("the config has no key to sign with: see dkim_key_file of [mail]")
    };
    let (name, value) = signer.record();
    if json {
        let record = serde_json::json!({ "name": name, "type": "TXT", "value": value });
        writeln!(std::io::stdout(), "{record}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut pieces = Vec::new();
    let mut rest = value.as_str();
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(rest.len().min(LONGEST_STRING));
        pieces.push(format!("\"{piece}\""));
        rest = more;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "name   {name}\ntype   TXT\nvalue  {value}\n")?;
    writeln!(out, "The same as a line of a zone file:\n{name}. IN TXT ( {} )", pieces.join(" "))?;
    Ok(ExitCode::SUCCESS)
}

fn test_channel(place: &Place, name: &str, json: bool) -> anyhow::Result<ExitCode> {
    let channels = &place.config.notify;
    let Some(order) = channels.iter().find(|notify| notify.channel.name == name) else {
        let names: Vec<&str> = channels.iter().map(|notify| notify.channel.name.as_str()).collect();
        anyhow::bail!("the config has no [[notify]] “{name}”; it has: {}", names.join(", "))
    };
    let delivery = notify_one(&place.config, order, clock::now()).map_err(anyhow::Error::msg)?;
    said_to(vec![(name.to_owned(), delivery)], json)
}

/// A letter as `--json` prints it.
#[derive(Debug, Serialize)]
struct LetterLine {
    id: i64,
    /// `digest`, `urgent` or `notify`.
    kind: &'static str,
    /// The digest's name, or the channel's.
    digest: String,
    slot: DateTime<Utc>,
    part: u32,
    recipient: String,
    subject: String,
    message_id: String,
    state: &'static str,
    attempts: u32,
    next_try: Option<DateTime<Utc>>,
    last_answer: Option<String>,
}

impl From<LetterRow> for LetterLine {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind.name(),
            digest: row.digest_name,
            slot: row.slot,
            part: row.part,
            recipient: row.recipient,
            subject: row.subject,
            message_id: row.message_id,
            state: row.state.name(),
            attempts: row.attempts,
            next_try: row.next_try,
            last_answer: row.last_answer,
        }
    }
}

fn queue(place: &Place, json: bool) -> anyhow::Result<ExitCode> {
    let now = clock::now();
    let letters = place.read()?.read(|ledger| ledger.open_letters(now - TimeDelta::days(30)))?;
    let mut out = std::io::stdout().lock();
    if json {
        for letter in letters {
            serde_json::to_writer(&mut out, &LetterLine::from(letter))?;
            writeln!(out)?;
        }
    } else if letters.is_empty() {
        writeln!(out, "every letter was delivered")?;
    } else {
        let rows: Vec<Vec<String>> =
            letters.into_iter().map(|letter| cells(&LetterLine::from(letter), now)).collect();
        out.write_all(table(&rows).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(line: &LetterLine, now: DateTime<Utc>) -> Vec<String> {
    let next = line.next_try.map_or_else(String::new, |at| distance(Some(at), now));
    vec![
        line.id.to_string(),
        line.state.to_owned(),
        plain(&line.recipient),
        plain(&line.subject),
        counted(line.attempts as usize, "try"),
        next,
        plain(line.last_answer.as_deref().unwrap_or_default()),
    ]
}

fn find(place: &Place, id: LetterId) -> anyhow::Result<(LetterRow, Vec<u8>)> {
    let found = place.read()?.read(|ledger| Ok(ledger.find_letter(id)?.zip(ledger.letter_bytes(id)?)))?;
    found.ok_or_else(|| {
        anyhow::anyhow!(
            "there is no letter {}: `wirewatch mail queue` shows those that wait or were lost",
            id.0
        )
    })
}

/// The line of the queue, and what stands in the letter: its text, or the document as it is.
fn show_json(place: &Place, id: LetterId) -> anyhow::Result<ExitCode> {
    let (letter, bytes) = find(place, id)?;
    let said = match letter.kind {
        Kind::Notify => serde_json::from_slice(&bytes)?,
        Kind::Digest | Kind::Urgent => serde_json::Value::from(text_of(&bytes)),
    };
    let mut line = serde_json::to_value(LetterLine::from(letter))?;
    line["content"] = said;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(ExitCode::SUCCESS)
}

fn text_of(bytes: &[u8]) -> String {
    let message = mail_parser::MessageParser::new().parse(bytes);
    let text = message.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default();
    text.replace("\r\n", "\n").trim_end().to_owned()
}

fn show(place: &Place, id: LetterId, eml: bool) -> anyhow::Result<ExitCode> {
    let (letter, bytes) = find(place, id)?;
    let mut out = std::io::stdout().lock();
    if eml {
        out.write_all(&bytes)?;
        return Ok(ExitCode::SUCCESS);
    }
    let tries = counted(letter.attempts as usize, "try");
    writeln!(out, "To: {}", plain(&letter.recipient))?;
    writeln!(out, "Subject: {}", plain(&letter.subject))?;
    let is_mail = letter.kind != Kind::Notify;
    if is_mail {
        writeln!(out, "Message-ID: <{}>", plain(&letter.message_id))?;
    } else {
        writeln!(out, "Id: {}", plain(&letter.message_id))?;
    }
    match letter.last_answer {
        Some(answer) => writeln!(out, "State: {} after {tries}: {}", letter.state.name(), plain(&answer))?,
        None => writeln!(out, "State: {}", letter.state.name())?,
    }
    if !is_mail {
        writeln!(out, "\n{}", document(&bytes))?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "\n{}", text_of(&bytes))?;
    Ok(ExitCode::SUCCESS)
}

/// JSON with its lines apart.
fn document(bytes: &[u8]) -> String {
    let value = serde_json::from_slice::<serde_json::Value>(bytes).ok();
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

fn drop_letter(place: Place, id: LetterId, json: bool) -> anyhow::Result<ExitCode> {
    match place.ask_or_lock(&Request::MailDrop { letter: id.0 })? {
        Way::Answered(answer) => super::report(answer, json),
        Way::Locked(lock) => {
            let mut crew = place.crew(&lock, Clock::Running)?;
            let now = crew.now();
            let said = crew.pipeline.drop_letter(id, now)?.said().map_err(anyhow::Error::msg)?;
            super::say(true, &[said], json)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn retry(place: Place, json: bool) -> anyhow::Result<ExitCode> {
    match place.ask_or_lock(&Request::MailRetry)? {
        Way::Answered(answer) => super::report(answer, json),
        Way::Locked(lock) => {
            let mut crew = place.crew(&lock, Clock::Running)?;
            let now = crew.now();
            let count = crew.pipeline.retry_letters(now)?;
            let answers = round::deliver(&mut crew)?;
            let sent =
                answers.iter().filter(|answered| matches!(answered.delivery, Delivery::Accepted(_))).count();
            let said = format!("{} tried, {sent} sent", counted(count, "letter"));
            super::say(sent == count, &[said], json)?;
            Ok(if sent == count { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
