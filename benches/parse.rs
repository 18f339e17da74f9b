//! Bytes → entries: well-formed RSS, and the same feed in need of repair; and page → article.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirewatch::news::page;
use wirewatch::news::parse::{self, Source};

/// A feed of 25 articles of some 3 KB.
fn feed() -> String {
    let paragraph =
        "<p>The ferry stays in port, says the <a href=\"https://harbour.example/q?a=1\">harbour master</a>. "
            .to_owned()
            + &"Nobody is surprised by it, least of all the people of the island. ".repeat(7)
            + "</p>";
    let summary = "A summary of the day: AT&amp;T, &quot;tides&quot; &lt;b&gt;and&lt;/b&gt; wind. ".repeat(4);
    let mut feed = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
        <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
        <channel><title>Harbour</title><link>https://harbour.example/</link>"
        .to_owned();
    for number in 0..25 {
        let _ = write!(
            feed,
            "<item><title>Ferry number {number} &amp; the storm</title><link>https://harbour.example/{number}</link>\
             <guid isPermaLink=\"false\">harbour-{number}</guid><pubDate>Mon, 02 Nov 2026 07:{number:02}:00 +0200</pubDate>\
             <category>Port</category><description>{summary}</description>\
             <content:encoded><![CDATA[{}]]></content:encoded></item>",
            paragraph.repeat(5)
        );
    }
    feed + "</channel></rss>"
}

/// The same with bare ampersands, HTML's entities, lost end tags and unescaped markup.
fn broken(feed: &str) -> String {
    feed.replace("&amp;", "&")
        .replace("&quot;", "&nbsp;")
        .replace("</guid>", "")
        .replace("<![CDATA[", "")
        .replace("]]>", "")
        .replace("</channel></rss>", "")
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let whole = feed();
    for (name, document) in [("broken", broken(&whole)), ("well-formed", whole)] {
        group.throughput(Throughput::Bytes(document.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| parse::entries(black_box(document.as_bytes()), Source::default()));
        });
        group.bench_function(format!("{name}, with visible text"), |bencher| {
            bencher.iter(|| parse::feed(black_box(document.as_bytes()), Source::default()));
        });
    }
    group.finish();
}

/// The page of one of these articles, with a menu, a list of others and a foot around it.
fn page() -> String {
    let link = |number| format!("<li><a href=\"/{number}\">Another ferry, number {number}</a></li>");
    let links: String = (0..60).map(link).collect();
    let paragraph = "<p>The ferry stays in port, says the harbour master. ".to_owned()
        + &"Nobody is surprised by it, least of all the people of the island. ".repeat(7)
        + "</p>";
    format!(
        "<html><head><title>Ferry and storm</title></head><body><nav><ul>{links}</ul></nav>\
         <article><h1>Ferry and storm</h1>{}</article><aside><ul>{links}</ul></aside>\
         <footer><p>All rights reserved.</p></footer></body></html>",
        paragraph.repeat(6)
    )
}

fn extracting(criterion: &mut Criterion) {
    let page = page();
    let mut group = criterion.benchmark_group("extract");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("an article's page", |bencher| {
        bencher.iter(|| page::extract(black_box(page.as_bytes()), Some("https://harbour.example/1"), None));
    });
    group.finish();
}

criterion_group!(benches, parsing, extracting);
criterion_main!(benches);
