//! Links: absolute, http(s), or none.

use url::{ParseError, Url};

/// Longest link kept, in bytes.
const MAX: usize = 4 * 1024;

/// Where relative links start from.
#[must_use]
pub fn base(written: &str, outer: Option<&Url>) -> Option<Url> {
    let url = parse(written.trim(), outer)?;
    (is_web(&url) && url.as_str().len() <= MAX).then_some(url)
}

/// The absolute form of a link; `None` when it leads nowhere on the web (`mailto:`, `javascript:`,
/// nonsense, relative without a base).
#[must_use]
pub fn resolve(written: &str, base: Option<&Url>) -> Option<String> {
    let written = bare(written);
    if written.is_empty() || written.len() > MAX {
        return None;
    }
    let url = parse(written, base)?;
    (is_web(&url) && url.as_str().len() <= MAX).then(|| url.into())
}

/// A link out of its quotes, or out of an anchor.
fn bare(written: &str) -> &str {
    let trimmed = written.trim();
    let trimmed = trimmed.strip_prefix("<![CDATA[").unwrap_or(trimmed).trim_end_matches("]]>");
    let anchor = trimmed.strip_prefix("<a ").and_then(|rest| rest.split_once("href="));
    let trimmed = anchor.map_or(trimmed, |(_, rest)| {
        let (quote, rest) = rest.split_at(usize::from(rest.starts_with(['"', '\''])));
        let end =
            |c: char| if quote.is_empty() { c.is_whitespace() || c == '>' } else { quote.starts_with(c) };
        rest.split(end).next().unwrap_or_default().trim()
    });
    trimmed.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '“' | '”'))
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

fn parse(written: &str, base: Option<&Url>) -> Option<Url> {
    // `feed:https://…` and `feed://…` are what old browsers called a subscription.
    let written = written.strip_prefix("feed:").unwrap_or(written);
    match (Url::parse(written), base) {
        (Ok(url), _) => Some(url),
        (Err(ParseError::RelativeUrlWithoutBase), _) if written.starts_with("www.") => {
            Url::parse(&format!("http://{written}")).ok()
        }
        (Err(ParseError::RelativeUrlWithoutBase), None) if written.starts_with("//") => {
            Url::parse(&format!("https:{written}")).ok()
        }
        (Err(ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(written).ok(),
        (Err(_), _) => None,
    }
}

/// Whether a link needs a base.
#[must_use]
pub fn is_relative(written: &str) -> bool {
    written.len() <= MAX && Url::parse(written) == Err(ParseError::RelativeUrlWithoutBase)
}

/// Whether a text is a link by its looks.
#[must_use]
pub fn looks_absolute(written: &str) -> bool {
    let starts =
        |scheme: &str| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    starts("http://") || starts("https://")
}

#[cfg(test)]
mod tests {
    use super::{base, resolve};

    #[test]
    fn links() {
        let site = base("https://example.org/news/feed.xml", None);
        for (written, expected) in [
            ("https://example.org/a", Some("https://example.org/a")),
            ("\"https://example.org/a\"", Some("https://example.org/a")),
            ("<a class=x href='/b?c'>Read more</a>", Some("https://example.org/b?c")),
            (" \n/b?x=1&y=2 ", Some("https://example.org/b?x=1&y=2")),
            ("c d.html", Some("https://example.org/news/c%20d.html")),
            ("//cdn.example.net/x", Some("https://cdn.example.net/x")),
            ("www.example.com/x", Some("http://www.example.com/x")),
            ("HTTP://EXAMPLE.ORG", Some("http://example.org/")),
            ("javascript:alert(1)", None),
            ("mailto:desk@example.org", None),
            ("file:///etc/passwd", None),
            ("tag:example.org,2026:1", None),
            ("", None),
        ] {
            assert_eq!(resolve(written, site.as_ref()).as_deref(), expected, "{written}");
        }
        assert_eq!(resolve("/relative", None), None);
    }
}
