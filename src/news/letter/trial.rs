//! Trying out a user's own templates: a sample issue with every block in it, and an empty one.

use super::Letterhead;
use super::catalogue::Language;
use super::layout::Layout;
use super::sections;
use super::time::Reader;
use super::view::Story;
use crate::news::digest::{Issue, Report};

const SAMPLE: &str = include_str!("sample.json");

/// What goes wrong in a user's own templates, by template and line: a value or phrase that is not
/// there, a filter that does not exist. Letters have the built-in macro in place of such a one.
#[must_use]
pub fn faults(layout: &Layout) -> Vec<String> {
    let letterhead = Letterhead { layout: layout.strict(), ..Letterhead::plain("wirewatch@example.org") };
    let Ok(whole) = serde_json::from_str::<Issue>(SAMPLE) else { return Vec::new() };
    let empty = Issue {
        stories: Vec::new(),
        sent: Vec::new(),
        late: Vec::new(),
        report: Report::default(),
        ..whole.clone()
    };
    for issue in [&whole, &empty] {
        let _ = super::compose(&letterhead, issue, &["desk@example.org".to_owned()], issue.slot);
    }
    // What only a letter of hundreds of stories has.
    let layout = letterhead.layout.speaking(Language::default());
    if let Some(story) = whole.stories.first() {
        let _ = layout.block("brief", Story::new(story, 1, None, Reader::of(&whole)));
        let _ = layout.block("untold", 3_u32);
        let _ = layout.block("more_ill", 3_u32);
    }
    sections::many_rules(&layout, &whole);
    layout.faults()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(source: &str) -> Layout {
        Layout::with(None, Some(source.to_owned())).unwrap()
    }

    #[test]
    fn the_built_in_templates_have_no_faults() {
        let [(_, text), (_, html)] = Layout::BUILT_IN;
        let own = Layout::with(Some(text.to_owned()), Some(html.to_owned())).unwrap();
        assert_eq!(faults(&own), Vec::<String>::new());
        assert_eq!(faults(&Layout::default()), Vec::<String>::new());
    }

    #[test]
    fn every_macro_is_tried() {
        let source = Layout::BUILT_IN[1].1;
        for block in source.split("{% macro ").skip(1).filter_map(|block| block.split('(').next()) {
            let head = format!("{{% macro {block}(");
            let broken = source.replacen(&head, &format!("{head}was_"), 1);
            let (start, rest) = broken.split_once(&format!("{head}was_")).unwrap();
            let (arguments, rest) = rest.split_once("%}").unwrap();
            let broken = format!("{start}{head}{arguments}%}}{{{{ 1 | no_such }}}}{rest}");
            assert_eq!(faults(&html(&broken)).len(), 1, "{block}");
        }
    }

    #[test]
    fn faults_name_the_line() {
        let found = faults(&html("{% macro head(section) %}\n\n{{ section.titel }}\n{% endmacro %}"));
        assert!(found.len() == 1 && found[0].starts_with("letter.html, line 3"), "{found:?}");
        let found = faults(&html("{% macro note(note) %}{{ say('no such') }}{% endmacro %}"));
        assert!(found.len() == 1 && found[0].contains("no phrase"), "{found:?}");
    }
}
