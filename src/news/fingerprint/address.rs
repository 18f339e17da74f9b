//! An article's address without what differs between two links to the same page.

use url::Url;

/// Query keys that name the reader's way to the page, not the page.
const TRACKING: [&str; 20] = [
    "fbclid",
    "gclid",
    "yclid",
    "dclid",
    "msclkid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "ref",
    "ref_src",
    "referrer",
    "source",
    "from",
    "feature",
    "amp",
    "outputtype",
    "cmpid",
    "ocid",
    "rss",
    "partner",
];

/// Host and path without scheme, `www.`, `m.`, AMP, fragment, index pages and tracking; `None` when
/// the address is a site's front page, which is no article's own.
pub fn canonical(written: &str) -> Option<String> {
    let url = Url::parse(written.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?;
    let host = ["www.", "m.", "amp.", "mobile."]
        .iter()
        .fold(host, |host, front| host.strip_prefix(front).unwrap_or(host));
    let path = plain_path(url.path());
    let mut query: Vec<_> = url.query_pairs().filter(|(key, _)| !is_tracking(key)).collect();
    query.sort();
    if path.is_empty() && query.is_empty() {
        return None;
    }
    let mut out = format!("{host}{path}");
    for (key, value) in query {
        out.push('&');
        out.push_str(&key);
        out.push('=');
        out.push_str(&value);
    }
    Some(out)
}

fn is_tracking(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.starts_with("utm_") || key.starts_with("at_") || TRACKING.contains(&key.as_str())
}

/// The path without AMP's marks, a trailing slash and the name of an index page.
fn plain_path(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != "amp").collect();
    if parts.last().is_some_and(|last| last.starts_with("index.") || last.starts_with("default.")) {
        parts.pop();
    }
    let mut out = String::new();
    for part in parts {
        out.push('/');
        out.push_str(part);
    }
    for end in [".amp", ".amp.html"] {
        if let Some(front) = out.strip_suffix(end) {
            return front.to_owned();
        }
    }
    out
}

/// Bytes of the address written out at the beginning of `rest` (`https://…`, `www.…`), or of what stands
/// behind the name in a mail address (`@site.example`). Sites count their links in them; nobody reads them.
pub fn written_length(rest: &str) -> Option<usize> {
    const BEGINNINGS: [&str; 5] = ["http://", "https://", "www.", "ftp://", "mailto:"];
    let begins = |start: &&str| rest.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    let mail = || rest.starts_with('@') && rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_address = BEGINNINGS.iter().any(begins) || mail();
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '«' | '»' | '“' | '”' | ')');
    is_address.then(|| rest.find(ends).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn one_page_one_address() {
        for written in [
            "https://www.example.org/a/b",
            "http://example.org/a/b/",
            "https://m.example.org/a/b?utm_source=rss&fbclid=x#top",
            "https://example.org/amp/a/b",
            "https://example.org/a/b.amp",
            "https://example.org/a/b/index.html",
        ] {
            assert_eq!(canonical(written).as_deref(), Some("example.org/a/b"), "{written}");
        }
    }

    #[test]
    fn what_names_the_page_stays() {
        assert_eq!(canonical("https://example.org/?p=7&x=1"), canonical("https://example.org/?x=1&p=7"));
        assert_ne!(canonical("https://example.org/?p=7"), canonical("https://example.org/?p=8"));
        for front in ["https://example.org/", "https://example.org", "mailto:a@b", "", "nonsense"] {
            assert_eq!(canonical(front), None, "{front}");
        }
    }
}
