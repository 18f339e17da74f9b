//! The config in plain words, as it was understood: for `check --explain`.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::values::{show_duration, show_size};
use super::{Conditional, Config, Feed, FirstFetch, FullText, Mail, Notify, Route, Rule, Security};
use crate::news::digest::{Digest, WhenEmpty, names_rule};
use crate::news::errand::Access;
use crate::news::letter::Signer;
use crate::news::notification::{Method, Target, Way};
use crate::news::schedule::{Cron, Pace, QuietHours, Rhythm};

/// The next slots that are shown.
const SLOTS: usize = 3;

impl Config {
    /// A text for a person; what is secret is not in it. `now` is where the next slots are counted
    /// from.
    #[must_use]
    pub fn explain(&self, now: DateTime<Utc>) -> String {
        let mut text = String::new();
        self.explain_fetch(&mut text);
        for feed in &self.feeds {
            explain_feed(&mut text, feed, now);
        }
        for (n, rule) in self.rules.iter().enumerate() {
            self.explain_rule(&mut text, rule, &self.matcher.explain(n));
        }
        for digest in &self.digests {
            self.explain_digest(&mut text, digest, now);
        }
        for notify in &self.notify {
            self.explain_notify(&mut text, notify);
        }
        explain_mail(&mut text, self.mail.as_ref());
        self.explain_store(&mut text);
        text
    }

    fn explain_fetch(&self, text: &mut String) {
        let fetch = &self.fetch;
        block(text, "fetch");
        let (every, least) = (fetch.every.num_seconds(), fetch.min_interval.num_seconds());
        line(
            text,
            "rhythm",
            &format!("every {}, never below {}", show_duration(every), show_duration(least)),
        );
        line(text, "at once", &format!("{} in all, {} to one host", fetch.at_once, fetch.per_host));
        let (timeout, body) = (fetch.timeout.num_seconds(), fetch.max_body as u64);
        line(
            text,
            "at most",
            &format!("{} a request, {} a document", show_duration(timeout), show_size(body)),
        );
        line(text, "contact", fetch.contact.as_deref().unwrap_or("none"));
        line(text, "time zone", fetch.zone.name());
        list(text, "private networks", fetch.allow_private.iter().map(ToString::to_string));
    }

    /// `meaning`: the whole rule as one query.
    fn explain_rule(&self, text: &mut String, rule: &Rule, meaning: &str) {
        block(text, &format!("rule {}", rule.text.name));
        list(text, "any of", rule.text.any.iter().cloned());
        list(text, "all of", rule.text.all.iter().cloned());
        list(text, "none of", rule.text.none.iter().cloned());
        list(text, "query", rule.text.query.iter().cloned());
        line(text, "means", meaning);
        list(text, "in feeds", rule.text.feeds.iter().cloned());
        list(text, "in languages", rule.text.languages.iter().cloned());
        list(
            text,
            "priority",
            Some(rule.priority).filter(|priority| *priority != 0).map(|p| p.to_string()).into_iter(),
        );
        list(text, "urgent", rule.urgent.then(|| "mailed at once".to_owned()).into_iter());
        let sources = Some(rule.min_sources).filter(|sources| *sources > 1);
        list(text, "sources", sources.map(|sources| format!("{sources} at least")).into_iter());
        for (name, moment) in [("from", rule.not_before), ("until", rule.expires), ("mute until", rule.mute)]
        {
            list(text, name, moment.map(|moment| shown(moment, self.fetch.zone)).into_iter());
        }
        let told = self
            .digests
            .iter()
            .filter(|digest| digest.rules.iter().any(|name| names_rule(name, &rule.text.name)));
        let names =
            |notify: &&Notify| notify.channel.rules.iter().any(|name| names_rule(name, &rule.text.name));
        let at_once = self.notify.iter().filter(names).map(|notify| notify.channel.name.clone());
        let told: Vec<_> = told.map(|digest| digest.name.clone()).chain(at_once).collect();
        line(
            text,
            "told in",
            if told.is_empty() { "no digest".to_owned() } else { told.join(", ") }.as_str(),
        );
    }

    fn explain_digest(&self, text: &mut String, digest: &Digest, now: DateTime<Utc>) {
        block(text, &format!("digest {}", digest.name));
        list(text, "to", digest.to.iter().cloned());
        line(text, "when", &format!("{} in {}", digest.schedule.written(), digest.zone.name()));
        list(text, "next", next_slots(&digest.schedule, digest.zone, now));
        let empty = match digest.when_empty {
            WhenEmpty::Send => "is sent too",
            WhenEmpty::Skip => "is not sent",
        };
        line(text, "an empty one", empty);
        match &digest.urgent {
            Some(pace) => explain_pace(text, pace),
            None => line(text, "urgent rules", "wait for its time"),
        }
        let names = |rule: &&Rule| digest.rules.iter().any(|name| names_rule(name, &rule.text.name));
        line(text, "rules", &format!("{} of {}", self.rules.iter().filter(names).count(), self.rules.len()));
    }

    fn explain_notify(&self, text: &mut String, notify: &Notify) {
        let channel = &notify.channel;
        block(text, &format!("notify {}", channel.name));
        match &notify.way {
            Way::Command(command) => {
                line(text, "way", &format!("through {}", command.join(" ").replace(char::is_control, "�")));
            }
            Way::Webhook(hook) => {
                let method = if hook.method == Method::Put { "PUT" } else { "POST" };
                let url = match &hook.url {
                    Target::Open(url) => url,
                    Target::Hidden(_) => "a URL that is a secret",
                };
                line(text, "way", &format!("{method} to {url}"));
                list(text, "signed", hook.key.as_ref().map(|_| "yes".to_owned()).into_iter());
                explain_access(text, &hook.access);
            }
        }
        let rules = self
            .rules
            .iter()
            .filter(|rule| channel.rules.iter().any(|name| names_rule(name, &rule.text.name)));
        line(text, "rules", &format!("{} of {}", rules.count(), self.rules.len()));
        explain_pace(text, &channel.pace);
        line(text, "given up after", &show_duration(channel.give_up_after.num_seconds()));
    }

    fn explain_store(&self, text: &mut String) {
        let store = &self.store;
        block(text, "store");
        let path = store.path.as_ref().map(|path| path.display().to_string());
        line(text, "file", path.as_deref().unwrap_or("wirewatch.db in the state folder"));
        let (keep, unmatched) = (store.keep.num_seconds(), store.keep_unmatched.num_seconds());
        line(text, "texts", &format!("{}, unmatched ones {}", show_duration(keep), show_duration(unmatched)));
        list(text, "at most", store.max_articles.map(|number| format!("{number} articles")).into_iter());
    }
}

fn explain_feed(text: &mut String, feed: &Feed, now: DateTime<Utc>) {
    block(text, &format!("feed {}", feed.name.as_deref().unwrap_or(&feed.url)));
    line(text, "url", &feed.url);
    match &feed.rhythm {
        Rhythm::Every(interval) => {
            line(text, "rhythm", &format!("every {}", show_duration(interval.num_seconds())));
        }
        Rhythm::Cron(cron, zone) => {
            line(text, "when", &format!("{} in {}", cron.written(), zone.name()));
            list(text, "next", next_slots(cron, *zone, now));
        }
    }
    let first = match feed.on_first_fetch {
        FirstFetch::Baseline => "remember what is there, tell nothing of it".to_owned(),
        FirstFetch::Last(number) => format!("tell the newest {number}"),
        FirstFetch::All => "tell all of them".to_owned(),
    };
    line(text, "first entries", &first);
    let full_text = match feed.full_text {
        FullText::Never => None,
        FullText::Hits => Some("when a rule met the entry"),
        FullText::Always => Some("always"),
    };
    list(text, "page is read", full_text.map(str::to_owned).into_iter());
    let validators = match feed.conditional {
        Conditional::Both => None,
        Conditional::Etag => Some("ETag alone"),
        Conditional::Modified => Some("Last-Modified alone"),
        Conditional::Never => Some("none"),
    };
    list(text, "validators", validators.map(str::to_owned).into_iter());
    list(
        text,
        "priority",
        Some(feed.priority).filter(|priority| *priority != 0).map(|p| p.to_string()).into_iter(),
    );
    list(text, "folded", (!feed.dedup).then(|| "no".to_owned()).into_iter());
    explain_access(text, &feed.access);
}

fn explain_pace(text: &mut String, pace: &Pace) {
    line(text, "pause", &show_duration(pace.at_most_every.num_seconds()));
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    let quiet =
        |quiet: QuietHours| format!("{} to {} in {}", time(quiet.from), time(quiet.to), pace.zone.name());
    list(text, "quiet", pace.quiet.map(quiet).into_iter());
}

fn explain_access(text: &mut String, access: &Access) {
    list(text, "headers", access.headers.iter().map(|(name, _)| name.clone()));
    list(text, "as", access.basic.as_ref().map(|(name, _)| name.clone()).into_iter());
    list(text, "token", access.bearer.as_ref().map(|_| "yes".to_owned()).into_iter());
    list(text, "proxy", access.proxy.clone().into_iter());
}

fn explain_mail(text: &mut String, mail: Option<&Mail>) {
    block(text, "mail");
    let Some(mail) = mail else { return line(text, "way", "none") };
    line(text, "from", &mail.letterhead.from);
    match &mail.route {
        Route::Sendmail(program) => line(text, "way", &format!("through {}", program.display())),
        Route::Folder(folder) if folder.is_relative() => {
            line(text, "way", &format!("into {} in the state folder", folder.display()));
        }
        Route::Folder(folder) => line(text, "way", &format!("into {}", folder.display())),
        Route::Smtp(smtp) => {
            let security = match smtp.security {
                Security::StartTls => "STARTTLS",
                Security::Tls => "TLS",
                Security::None => "in the clear",
            };
            line(text, "way", &format!("SMTP to {} port {}, {security}", smtp.host, smtp.port));
            list(text, "as", smtp.login.as_ref().map(|(name, _)| name.clone()).into_iter());
            let own = smtp.ca.as_ref().map(|_| "yours, beside the system's".to_owned());
            list(text, "certificates", own.into_iter());
        }
    }
    let signed = |signer: &Signer| format!("{} for {}", signer.algorithm(), signer.record().0);
    list(text, "signed", mail.letterhead.signer.as_ref().map(signed).into_iter());
    list(text, "unsubscribe", mail.letterhead.unsubscribe.clone().into_iter());
    line(text, "given up after", &show_duration(mail.give_up_after.num_seconds()));
}

fn next_slots(cron: &Cron, zone: Tz, now: DateTime<Utc>) -> impl Iterator<Item = String> {
    let slots = std::iter::successors(cron.next(now, zone), move |slot| cron.next(*slot, zone));
    slots.take(SLOTS).map(move |slot| shown(slot, zone))
}

fn shown(moment: DateTime<Utc>, zone: Tz) -> String {
    moment.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}

fn block(text: &mut String, name: &str) {
    let gap = if text.is_empty() { "" } else { "\n" };
    let _ = writeln!(text, "{gap}{name}");
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<17} {value}");
}

/// Nothing when there is nothing.
fn list(text: &mut String, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<_> = values.collect();
    if !values.is_empty() {
        line(text, name, &values.join(", "));
    }
}
