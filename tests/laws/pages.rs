//! Article pages.

use wirewatch::news::page;

use super::{one_line, plain_text, sane_date};

/// A page always gives something within bounds, the same each time.
pub fn extract(bytes: &[u8]) {
    let kinds =
        [None, Some("text/html"), Some("text/plain; charset=utf-8"), Some("text/html; charset=koi8-r")];
    let last = usize::from(bytes.last().copied().unwrap_or_default());
    let (url, kind) =
        (Some("https://www.site.example/a").filter(|_| last % 3 > 0), kinds[last % kinds.len()]);
    let page = page::extract(bytes, url, kind);
    assert_eq!(page, page::extract(bytes, url, kind), "read twice");
    one_line(&page.title);
    [&page.byline, &page.language, &page.site].into_iter().flatten().for_each(|field| one_line(field));
    page.published.iter().for_each(sane_date);
    plain_text(&page.text);
    assert!(page.text.len() <= 8 * bytes.len() + 1_024, "{} bytes out of {}", page.text.len(), bytes.len());
    assert!(page.text.lines().all(|line| !line.trim().is_empty()), "an empty line in {:?}", page.text);
}
