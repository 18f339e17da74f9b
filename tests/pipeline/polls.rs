//! Errands of polling, answered by the scenario.

use wirewatch::config;
use wirewatch::news::errand::{Errand, Fault, FaultClass, Fetch, FetchPage, Outcome, Reply, Validators};
use wirewatch::news::reading;
use wirewatch::pipeline::{Pipeline, Poll, PollEnd, Scope};

use crate::{Answer, Step};

/// Polls what the step says.
pub fn play(pipeline: &mut Pipeline, step: &Step, meanwhile: &mut Option<config::Config>) -> Vec<String> {
    let mut said = Vec::new();
    if step.lost {
        assert!(!pipeline.due(step.at).unwrap().is_empty());
    }
    if let Some(feed) = &step.feed {
        let hurried = pipeline.hurry(&Scope::Named(vec![feed.clone()]), step.at).unwrap();
        assert_eq!(hurried.unknown, [] as [String; 0]);
    }
    if step.due {
        let errands = pipeline.due(step.at).unwrap();
        said.extend(poll(pipeline, errands, step, meanwhile));
    }
    while step.due || step.feed.is_some() {
        pipeline.take_due_pages(step.at).unwrap();
        let errands = pipeline.waiting(step.at);
        if errands.is_empty() {
            break;
        }
        said.extend(poll(pipeline, errands, step, meanwhile));
    }
    if !step.answer.fault_of.is_empty() {
        // When each feed is due is drawn by lot.
        said.sort();
    }
    said
}

fn poll(
    pipeline: &mut Pipeline,
    errands: Vec<Errand>,
    step: &Step,
    meanwhile: &mut Option<config::Config>,
) -> Vec<String> {
    let mut said = Vec::new();
    let mut errands = errands;
    while let Some(errand) = errands.pop() {
        let outcome = match errand {
            Errand::Fetch(fetch) => {
                said.extend(asked(&fetch));
                answered(&fetch, &step.answer)
            }
            Errand::FetchPage(page) => page_answered(*page, step.answer.page.as_deref()),
            Errand::Work(work) => work.run(),
            Errand::Deliver(_) | Errand::Notify(_) => panic!("no letters here"),
        };
        let is_held = match &outcome {
            Outcome::Read(reading) => reading.fresh.is_some(),
            other => matches!(other, Outcome::Page(_)),
        };
        if let Some(config) = meanwhile.take_if(|_| is_held) {
            pipeline.adopt(config, step.at).unwrap();
        }
        let settled = pipeline.settle(vec![outcome], step.at).unwrap();
        errands.extend(settled.errands);
        said.extend(settled.pages.iter().map(|page| {
            let fault =
                page.fault.as_ref().map_or(String::new(), |fault| format!(", {}", fault.class.name()));
            format!("page {}{}{fault}", page.url, if page.matched { " matched" } else { "" })
        }));
        said.extend(settled.polls.iter().map(|poll| ended(poll, step)));
    }
    said
}

/// Only what is not plain: validators, another URL.
fn asked(fetch: &Fetch) -> Option<String> {
    fetch.validators.etag.as_ref().map(|etag| format!("asked with {etag}"))
}

fn answered(fetch: &Fetch, answer: &Answer) -> Outcome {
    let feed = fetch.feed;
    let fails = answer.fault_of.is_empty() || answer.fault_of.contains(&fetch.url);
    if let Some(class) = answer.fault.as_ref().filter(|_| fails) {
        let class = FaultClass::from_name(class).unwrap();
        let retry_after = answer.retry_after.map(chrono::TimeDelta::seconds);
        return Outcome::Failed {
            feed,
            fault: Fault { retry_after, ..Fault::new(class, "as told".to_owned()) },
        };
    }
    let reply = Reply {
        not_modified: answer.status == Some(304),
        body: document(answer).into_bytes(),
        final_url: fetch.url.clone(),
        moved_to: answer.moved_to.clone(),
        content_type: Some("application/rss+xml".to_owned()),
        validators: Validators { etag: answer.etag.clone(), last_modified: None },
        fresh_for: answer.fresh_for.map(chrono::TimeDelta::seconds),
        ..Reply::default()
    };
    reading::read(fetch, reply)
}

fn page_answered(errand: FetchPage, page: Option<&str>) -> Outcome {
    let not_there = Fault::new(FaultClass::NotFound, "404".to_owned());
    let answer = page.ok_or(not_there).map(|text| Reply {
        body: format!("<html><body><article><h1>A page</h1><p>{text}</p></article></body></html>")
            .into_bytes(),
        final_url: errand.fetch.url.clone(),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        ..Reply::default()
    });
    reading::read_page(errand, answer)
}

fn document(answer: &Answer) -> String {
    let items: String = answer.items.iter().map(|item| rss_item(item)).collect();
    format!("<rss version=\"2.0\"><channel><title>A feed</title>{}{items}</channel></rss>", answer.channel)
}

fn rss_item(item: &str) -> String {
    let mut parts = item.split('|').map(str::trim);
    let mut tag = |name: &str| {
        let part = parts.next().unwrap_or_default();
        if part.is_empty() { String::new() } else { format!("<{name}>{part}</{name}>") }
    };
    format!("<item>{}{}{}{}</item>", tag("guid"), tag("title"), tag("description"), tag("link"))
}

fn ended(poll: &Poll, step: &Step) -> String {
    if let (Some([least, most]), Some(next)) = (step.next_within, poll.next_poll) {
        let minutes = (next - step.at).num_seconds() as f64 / 60.0;
        assert!((least..=most).contains(&minutes), "next poll in {minutes} min at {}", step.at);
    }
    let left_alone = if poll.next_poll.is_none() { ", left alone" } else { "" };
    let end = match &poll.end {
        PollEnd::Unchanged => "unchanged".to_owned(),
        PollEnd::Read(caught) => {
            let counts = [
                (caught.entries, "new"),
                (caught.copies, "copies"),
                (caught.matched, "matched"),
                (caught.revised, "revised"),
            ];
            let counted =
                counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
            let counted: Vec<String> = counted.collect();
            if counted.is_empty() { "nothing new".to_owned() } else { counted.join(", ") }
        }
        PollEnd::Failed(fault) => fault.class.name().to_owned(),
    };
    end + left_alone
}
