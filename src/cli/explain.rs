//! `wirewatch explain ID`: why an entry hit, and why it was folded where it was.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::beside::Beside;
use super::deciding;
use super::place::Place;
use super::show::{self, plain};
use crate::news::digest::Standing;
use crate::news::entry::EntryId;
use crate::news::letter::mark;
use crate::news::rule::Evidence;
use crate::news::story::Share;
use crate::store::explain::Explained;
use crate::store::{self, Ledger};

/// Says why an entry hit, and why it was folded where it was
#[derive(Debug, clap::Args)]
#[command(after_help = "The number stands under every story of a digest's text part.")]
pub struct Args {
    /// Number of an entry
    #[arg(value_name = "ID")]
    pub id: i64,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Account {
    id: i64,
    title: String,
    url: Option<String>,
    feed: String,
    published: Option<DateTime<Utc>>,
    first_seen: DateTime<Utc>,
    story: i64,
    verdict: String,
    why: String,
    score: f32,
    of: Option<i64>,
    maybe: Option<i64>,
    update_of: Option<i64>,
    /// Of an update: the first number that moved.
    change: Option<String>,
    /// Of a roundup: the stories that it tells.
    parts: Vec<i64>,
    /// A second story that it fits.
    also: Option<i64>,
    resurfaced: Option<NaiveDate>,
    /// Whom its text cites as its origin.
    cites: Option<String>,
    hits: Vec<HitAccount>,
    /// Every article of the story, earliest first.
    articles: Vec<ArticleAccount>,
    /// What was weighed, the heaviest first: each figure, and what it adds to the certainty that it is a copy.
    weighed: Vec<Share>,
    /// Its text and that of the article it was compared with, while both are kept.
    beside: Option<Beside>,
}

#[derive(Debug, Serialize)]
struct HitAccount {
    rule: String,
    booked_at: DateTime<Utc>,
    /// Remembered, not told: the feed's first document, or a muted rule.
    silent: bool,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Serialize)]
struct ArticleAccount {
    id: i64,
    title: String,
    url: Option<String>,
    source: String,
    first_seen: DateTime<Utc>,
}

impl From<Explained> for Account {
    fn from(explained: Explained) -> Self {
        let Explained { entry, story, verdict, reasons, hits, articles } = explained;
        Self {
            id: entry.entry.0,
            title: entry.title,
            url: entry.url,
            feed: entry.feed,
            published: entry.published,
            first_seen: entry.first_seen,
            story: story.0,
            verdict,
            why: reasons.why,
            score: reasons.score,
            of: reasons.of,
            maybe: reasons.maybe,
            update_of: reasons.update_of,
            change: reasons.change,
            parts: reasons.parts,
            also: reasons.also,
            resurfaced: reasons.resurfaced,
            cites: None,
            hits: hits
                .into_iter()
                .map(|hit| HitAccount {
                    rule: hit.rule,
                    booked_at: hit.booked_at,
                    silent: hit.silent,
                    evidence: hit.evidence,
                })
                .collect(),
            articles: articles.into_iter().map(|article| ArticleAccount::from(article.standing)).collect(),
            weighed: Vec::new(),
            beside: None,
        }
    }
}

impl From<Standing> for ArticleAccount {
    fn from(standing: Standing) -> Self {
        Self {
            id: standing.entry.0,
            title: standing.title,
            url: standing.url,
            source: standing.source,
            first_seen: standing.first_seen,
        }
    }
}

/// # Errors
/// When there is no such entry, or no database yet.
pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let place = Place::find(config)?;
    let Some(account) = place.read()?.read(|ledger| look(ledger, EntryId(args.id)))? else {
        anyhow::bail!("there is no entry {}", args.id)
    };
    show::account(&account, args.json, text)
}

fn look(ledger: &Ledger<'_>, id: EntryId) -> store::Result<Option<Account>> {
    let Some(explained) = ledger.explain(id)? else { return Ok(None) };
    let reasons = &explained.reasons;
    let with = reasons.of.or(reasons.update_of).or(reasons.maybe).map(EntryId);
    let (weighed, beside) = match with {
        Some(with) => (deciding::weighed(ledger, id, with)?, beside(ledger, id, with)?),
        None => (Vec::new(), None),
    };
    let cites = ledger.cites(id)?;
    Ok(Some(Account { cites, weighed, beside, ..Account::from(explained) }))
}

fn beside(ledger: &Ledger<'_>, id: EntryId, with: EntryId) -> store::Result<Option<Beside>> {
    let (ours, theirs) = (ledger.stored(id)?, ledger.stored(with)?);
    let both = ours.zip(theirs);
    Ok(both.map(|(ours, theirs)| Beside::of(&ours.article.text, with.0, &theirs.article.text)))
}

fn text(account: &Account) -> String {
    let mut lines = vec![plain(&account.title)];
    lines.extend(account.url.as_deref().map(plain));
    lines.push(format!("from {}, first seen {}", plain(&account.feed), account.first_seen));
    lines.push(String::new());
    if account.hits.is_empty() {
        lines.push("No rule met it.".to_owned());
    }
    for hit in &account.hits {
        let silent = if hit.silent { " (remembered, not told)" } else { "" };
        lines.push(format!("Rule “{}” met it{silent}:", plain(&hit.rule)));
        lines.extend(hit.evidence.iter().map(evidence));
    }
    lines.push(String::new());
    lines.push(format!("Folding: {}, in story {}: {}", account.verdict, account.story, plain(&account.why)));
    lines.extend(account.update_of.map(|of| {
        let change = account.change.as_deref().map(|change| format!(": {}", plain(change)));
        format!("It brings story {of} up to date{}", change.unwrap_or_default())
    }));
    lines.extend(account.maybe.map(|of| perhaps(account.id, of)));
    lines.extend(account.also.map(|also| format!("It fits story {also}, too")));
    if !account.parts.is_empty() {
        lines.push(format!("It tells the stories {}", show::numbers(&account.parts)));
    }
    lines.extend(
        account.resurfaced.map(|day| {
            format!("Resurfaced: known since {day}, it came on {}", account.first_seen.date_naive())
        }),
    );
    lines.extend(account.cites.as_deref().map(|origin| format!("It cites {}", plain(origin))));
    lines.extend(account.articles.iter().map(|article| {
        let here = if article.id == account.id { "→" } else { " " };
        format!(
            "{here} {:>6}  {}  {}  {}",
            article.id,
            article.first_seen,
            plain(&article.source),
            plain(&article.title)
        )
    }));
    if !account.weighed.is_empty() {
        lines.push(String::new());
        lines.push("What speaks for a copy, and against it (-), with the figure it comes from:".to_owned());
        lines.extend(deciding::lines(&account.weighed));
    }
    if let Some(beside) = &account.beside {
        lines.push(String::new());
        lines.extend(beside.lines(account.id));
    }
    lines.join("\n") + "\n"
}

/// What may be the same, and how to say whether it is.
fn perhaps(id: i64, of: i64) -> String {
    format!(
        "It may be the same as story {of}: `wirewatch story merge {id} {of}` makes one of both, `wirewatch story split {id} {of}` says that they are two"
    )
}

fn evidence(evidence: &Evidence) -> String {
    let field = serde_json::to_value(evidence.field).ok();
    let field = field.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let times = if evidence.count > 1 { format!(", {} times", evidence.count) } else { String::new() };
    format!(
        "  {} in the {field}{times}: {}",
        plain(&evidence.term),
        snippet(evidence, std::io::stdout().is_terminal())
    )
}

/// The words around a find; the find is bold on a terminal.
fn snippet(evidence: &Evidence, terminal: bool) -> String {
    if !terminal {
        return plain(&evidence.snippet);
    }
    let marks = mark::ranges(&evidence.snippet, &evidence.marks);
    let pieces = mark::pieces(&evidence.snippet, marks);
    let shown = pieces.iter().map(|piece| {
        let text = plain(&piece.text);
        if piece.hit { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::{Evidence, snippet};
    use crate::news::rule::Field;

    #[test]
    fn bold_on_a_terminal_alone() {
        let evidence = Evidence {
            term: "Карабах".into(),
            field: Field::Text,
            start: 2,
            end: 10,
            snippet: "в Карабахе\u{1b} тихо".into(),
            marks: vec![(2, 10)],
            count: 1,
        };
        assert_eq!(snippet(&evidence, true), "в \u{1b}[1mКарабахе\u{1b}[0m  тихо");
        assert_eq!(snippet(&evidence, false), "в Карабахе  тихо");
    }
}
