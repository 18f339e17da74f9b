//! Faults that feeds are seen with, made one at a time in a feed that has none.

use wirewatch::news::entry::{Entry, Feed};
use wirewatch::news::parse::{self, Source};

/// A feed with one fault.
pub struct Fault {
    pub name: String,
    bytes: Vec<u8>,
    /// Entries that must be read; of a truncated feed those that end before the cut.
    entries: Option<usize>,
    /// The fault touches a field of one entry, which may then read differently.
    touches: usize,
}

impl Fault {
    /// Whether the entries of the intact feed come out, in order, with title, link and date.
    pub fn is_read_whole(&self, intact: &Feed) -> bool {
        let Ok(read) = parse::feed(&self.bytes, Source::default()) else { return false };
        let expected = &intact.entries[..self.entries.unwrap_or(intact.entries.len())];
        let differing = expected.iter().zip(&read.entries).filter(|(one, other)| !same(one, other)).count();
        read.entries.len() >= expected.len() && differing <= self.touches
    }
}

fn same(one: &Entry, other: &Entry) -> bool {
    (&one.title, &one.url, one.published) == (&other.title, &other.url, other.published)
}

/// Every fault that the feed can have.
pub fn all(good: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    in_encoding(good, &mut faults);
    in_all_titles(good, &mut faults);
    wrapped(good, &mut faults);
    around(good, &mut faults);
    in_tags(good, &mut faults);
    in_text(good, &mut faults);
    truncated(good, &mut faults);
    faults.retain(|fault| fault.bytes != good.as_bytes());
    faults
}

fn add(faults: &mut Vec<Fault>, name: impl Into<String>, bytes: impl Into<Vec<u8>>, touches: usize) {
    faults.push(Fault { name: name.into(), bytes: bytes.into(), entries: None, touches });
}

fn in_encoding(good: &str, faults: &mut Vec<Fault>) {
    for label in ["iso-8859-1", "windows-1251", "UTF-16", "no-such-encoding", ""] {
        add(
            faults,
            format!("labelled {label}"),
            good.replacen("encoding=\"utf-8\"", &format!("encoding=\"{label}\""), 1),
            0,
        );
    }
    let wide = |bytes: fn(u16) -> [u8; 2]| good.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    add(faults, "UTF-16 without a mark, big-endian", wide(u16::to_be_bytes), 0);
    add(faults, "UTF-16 without a mark, little-endian", wide(u16::to_le_bytes), 0);
    add(faults, "UTF-16 with a mark", [vec![0xFF, 0xFE], wide(u16::to_le_bytes)].concat(), 0);
    add(faults, "UTF-32", good.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect::<Vec<u8>>(), 0);
    add(faults, "two byte order marks", format!("\u{feff}\u{feff}{good}"), 0);
    for (name, bytes) in [
        ("a byte of windows-1252", &b"\x92"[..]),
        ("half a character", b"\xE2\x80"),
        ("a surrogate", b"\xED\xA0\x80"),
        ("two surrogates", b"\xED\xA0\xBE\xED\xB6\x80"),
    ] {
        if let Some(at) = good.find("</title>") {
            add(faults, name, [&good.as_bytes()[..at], bytes, &good.as_bytes()[at..]].concat(), 1);
        }
    }
}

/// Faults in every title at once: no reading of the others may suffer.
fn in_all_titles(good: &str, faults: &mut Vec<Fault>) {
    let all = good.matches("</title>").count();
    for (name, bytes) in [
        ("quotes of windows-1252 everywhere", &b"\x93\x94\x97\xA0"[..]),
        ("letters of windows-1252 everywhere", b" caf\xE9"),
        ("half a character everywhere", b"\xE2\x80"),
    ] {
        let pieces: Vec<&[u8]> = good.split("</title>").map(str::as_bytes).collect();
        add(faults, name, pieces.join(&[bytes, b"</title>"].concat()[..]), all);
    }
    let twice: String = good.bytes().map(char::from).collect();
    add(faults, "encoded twice", twice, 0);
    for mark in ["\u{feff}", "\u{200b}", "\u{a0}"] {
        for (name, tag, broken) in
            [("behind", "<title>", format!("<title{mark}>")), ("before", "<title>", format!("<{mark}title>"))]
        {
            add(faults, format!("{mark:?} {name} a tag's name"), good.replace(tag, &broken), 0);
        }
    }
    for (tag, broken) in [
        ("</title>", "<\\title>"),
        ("</title>", "<//title>"),
        ("</title>", "</title/>"),
        ("<title>", "<<title>"),
        ("<title>", "<title/><title>"),
        ("<item>", "<item><item>"),
        ("<entry>", "<entry xmlns=\"http://www.w3.org/1999/xhtml\">"),
        ("<item>", "<item xmlns=\"http://www.w3.org/1999/xhtml\">"),
        ("<![CDATA[", "<! [CDATA["),
        ("]]>", "]>"),
        ("</link>", ""),
        ("</guid>", ""),
        ("</pubDate>", ""),
        ("</item>", "<x:n><x:m>1</x:m></x:n>"),
    ] {
        add(faults, format!("{tag} as {broken}"), good.replace(tag, broken), 0);
    }
    for (name, start, end) in [
        ("links in quotes", "<link>\"", "\"</link>"),
        ("links in anchors", "<link><a href=\"", "\">Read on</a></link>"),
    ] {
        add(faults, name, good.replace("<link>", start).replace("</link>", end), 0);
    }
    for (name, quote) in [("doubled", "\"\""), ("with a backslash", "\\\""), ("of a word processor", "”")] {
        let body = good.split_once("?>").map_or(good, |(_, body)| body);
        add(faults, format!("quotes {name}"), body.replace('"', quote), 0);
    }
}

/// The whole document in a wrapping.
fn wrapped(good: &str, faults: &mut Vec<Fault>) {
    let escaped = html_escape::encode_text(good);
    for (start, end) in [
        ("<html><head></head><body><pre>", "</pre></body></html>"),
        ("<?xml version=\"1.0\"?><string xmlns=\"http://service.example/\">", "</string>"),
        ("", ""),
    ] {
        add(faults, format!("escaped in {start}"), format!("{start}{escaped}{end}"), 0);
    }
    add(faults, "as a JSON string", serde_json::to_string(good).unwrap_or_default(), 0);
    let body = good.split_once("?>").map_or(good, |(_, body)| body);
    add(
        faults,
        "in an envelope",
        format!("<e:Envelope xmlns:e=\"urn:e\"><e:Body>{body}</e:Body></e:Envelope>"),
        0,
    );
    let bare = without_attributes(body, "xmlns").replacen(" version=\"2.0\"", "", 1);
    add(faults, "in a page, without namespaces", format!("<html><body>{bare}</body></html>"), 0);
    let comments = good.replace("<![CDATA[", "<!--[CDATA[").replace("]]>", "]]-->");
    add(faults, "CDATA as comments", comments, 0);
    let chunk = |part: &[u8]| [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
    let mut chunks: Vec<u8> = good.as_bytes().chunks(700).flat_map(chunk).collect();
    chunks.extend(b"0\r\n\r\n");
    add(faults, "with its chunks' sizes", chunks, 0);
    let script = "<script>document.write(\"<item><title>x</title></item>\")</script>";
    add(faults, "a script with an item in it", format!("{good}{script}"), 0);
}

fn around(good: &str, faults: &mut Vec<Fault>) {
    let body = good.split_once("?>").map_or(good, |(_, body)| body);
    for before in [
        "\n\n  ",
        "Warning: something\n",
        "<!-- made by hand -->",
        "<?xml version=\"1.0\"?>\n",
        "<br />\n<b>Warning</b>: in <b>/srv/x</b><br />\n",
        "<html><body>Error</body></html>\n",
        "HTTP/1.1 200 OK\nContent-Type: text/xml\n\n",
    ] {
        add(faults, format!("before it {before:?}"), format!("{before}{good}"), 0);
    }
    for after in [
        "<!-- 0.3 s -->",
        "\nDone in 3 <s>",
        "<script>alert(1)</script>",
        "</rss></rss>",
        "\0\0\0",
        "<p>tail & more",
    ] {
        add(faults, format!("after it {after:?}"), format!("{good}{after}"), 0);
    }
    for declaration in [
        "",
        "<?xml version=\"1.0\">",
        "<?xml version=3.0 ?>",
        "<? xml version=\"1.0\"?>",
        "<!DOCTYPE html>",
        "<!DOCTYPE rss [<!ENTITY x \"y\">",
    ] {
        add(faults, format!("declared {declaration:?}"), format!("{declaration}{body}"), 0);
    }
    for root in ["</rss>", "</feed>", "</rdf:RDF>", "</channel>\n</rss>"] {
        add(faults, format!("no {root:?}"), good.replacen(root, "", 1), 0);
    }
    add(faults, "lines end with CR", good.replace('\n', "\r"), 0);
    add(faults, "no namespaces", without_attributes(good, "xmlns"), 0);
    add(faults, "wrong version", good.replacen("version=\"2.0\"", "version=\"9x\"", 1), 0);
    add(faults, "no version", good.replacen(" version=\"2.0\"", "", 1), 0);
    for (name, piece) in [
        ("a declaration amid", "<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
        ("a DOCTYPE amid", "<!DOCTYPE x>"),
        ("a mark amid", "\u{feff}"),
        ("a comment never closed", "<!-- oops "),
        ("a comment with dashes", "<!-- a -- b --->"),
        ("an instruction cut", "<?php echo 1 >"),
        ("text amid", "stray & text"),
        ("an end tag too many", "</item></entry>"),
    ] {
        for start in ["<item", "<entry"] {
            if let Some(at) = good.rfind(start) {
                add(faults, name, format!("{}{piece}{}", &good[..at], &good[at..]), 0);
            }
        }
    }
}

/// The document without the attributes whose names begin like that.
fn without_attributes(good: &str, name: &str) -> String {
    let attribute = format!(" {name}");
    let mut pieces = good.split(&attribute);
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        rest.push_str(piece.splitn(3, '"').nth(2).unwrap_or(piece));
    }
    rest
}

const FIELDS: [&str; 12] = [
    "title",
    "link",
    "guid",
    "description",
    "pubDate",
    "content:encoded",
    "id",
    "updated",
    "summary",
    "author",
    "category",
    "dc:date",
];

fn in_tags(good: &str, faults: &mut Vec<Fault>) {
    for name in FIELDS.into_iter().chain(["item", "entry"]) {
        let (start, end) = (format!("<{name}>"), format!("</{name}>"));
        for (what, from, to) in [
            ("not closed", &end, String::new()),
            ("not opened", &start, String::new()),
            ("start tag in capitals", &start, start.to_uppercase()),
            ("end tag in capitals", &end, end.to_uppercase()),
            ("end tag misspelt", &end, format!("</{name}s>")),
            ("start tag with a blank", &start, format!("< {name}>")),
            ("end tag with a blank", &end, format!("</ {name} >")),
            ("start tag not ended", &start, format!("<{name} ")),
            ("end tag not ended", &end, format!("</{name}")),
            ("attribute without a value", &start, format!("<{name} hidden>")),
            ("closed twice", &end, format!("{end}{end}")),
        ] {
            // The last one: what is lost there must not be found in the next entry.
            if let Some(at) = good.rfind(from.as_str()) {
                let broken = format!("{}{to}{}", &good[..at], &good[at + from.len()..]);
                add(faults, format!("<{name}> {what}"), broken, 1);
            }
        }
    }
    add(faults, "all in capitals", capital_tags(good), 0);
    for (name, from, to) in [
        ("no quotes", "href=\"https://harbour.example/2\"", "href=https://harbour.example/2"),
        ("no closing quote", "rel=\"alternate\"", "rel=\"alternate"),
        ("no blank between attributes", "\" href=", "\"href="),
        ("an attribute twice", "rel=\"alternate\"", "rel=\"alternate\" rel=\"alternate\""),
        ("a tag in an attribute", "isPermaLink=\"false\"", "isPermaLink=\"<b>\""),
    ] {
        add(faults, name, good.replacen(from, to, 1), 1);
    }
}

fn capital_tags(good: &str) -> String {
    let mut pieces = good.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let length = piece
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | ':'))
            .unwrap_or(piece.len());
        let tag = if piece.starts_with(['!', '?']) {
            piece[..length].to_owned()
        } else {
            piece[..length].to_uppercase()
        };
        text.extend(["<", &tag, &piece[length..]]);
    }
    text
}

fn in_text(good: &str, faults: &mut Vec<Fault>) {
    for piece in [
        " AT&T & Co",
        " 1 < 2",
        " x<5",
        " a<b ",
        "&nbsp;&hellip;",
        "&bogus;",
        "&amp &#8217 x",
        "&#0;&#xD800;&#99999999;",
        "\u{8}\u{b}",
        "\0",
        " ]]> ",
        "<b>",
        "<br>",
        "</b>",
        "<![CDATA[",
        "&",
        "<",
        "<>",
        "</>",
        "<!",
        "<?",
        "<3",
    ] {
        for field in ["title", "description", "summary"] {
            let end = format!("</{field}>");
            if let Some(at) = good.rfind(&end) {
                add(
                    faults,
                    format!("{piece:?} in {field}"),
                    format!("{}{piece}{}", &good[..at], &good[at..]),
                    1,
                );
            }
        }
    }
    for (name, from, to) in [
        ("CDATA not closed", "]]>", ""),
        ("CDATA not opened", "<![CDATA[", ""),
        ("CDATA opened twice", "<![CDATA[", "<![CDATA[<![CDATA["),
        ("CDATA closed twice", "]]>", "]]>]]>"),
        ("CDATA closed with a blank", "]]>", "]] >"),
        ("CDATA in lower case", "<![CDATA[", "<![cdata["),
        ("CDATA without a bracket", "<![CDATA[", "<!CDATA["),
        ("a script with CDATA in it", "<![CDATA[", "<![CDATA[<script>//<![CDATA[\nx//]]></script>"),
    ] {
        add(faults, name, good.replacen(from, to, 1), 1);
    }
}

fn truncated(good: &str, faults: &mut Vec<Fault>) {
    for part in 1..12 {
        let cut = good.floor_char_boundary(good.len() * part / 12);
        let entries = good[..cut].matches("</item>").count() + good[..cut].matches("</entry>").count();
        if entries > 0 {
            let bytes = good.as_bytes()[..cut].to_vec();
            faults.push(Fault { name: format!("cut at {cut}"), bytes, entries: Some(entries), touches: 0 });
        }
    }
}
