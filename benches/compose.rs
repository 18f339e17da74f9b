//! Composing a letter: an ordinary morning of 20 stories, and 20 times as many.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wirewatch::news::digest::Issue;
use wirewatch::news::letter::{Letterhead, compose};

fn compose_issue(criterion: &mut Criterion) {
    let written = include_str!("../tests/letter/ordinary.json");
    let ordinary: Issue = serde_json::from_str(written).expect("a whole issue");
    let letterhead = Letterhead::plain("wirewatch@example.org");
    let to = ["desk@example.org".to_owned()];
    let mut group = criterion.benchmark_group("compose");
    for times in [1, 20] {
        let mut issue = ordinary.clone();
        issue.stories =
            ordinary.stories.iter().cloned().cycle().take(times * ordinary.stories.len()).collect();
        group.throughput(Throughput::Elements(issue.stories.len() as u64));
        group.bench_function(format!("{} stories", issue.stories.len()), |bencher| {
            bencher.iter(|| compose(&letterhead, &issue, &to, issue.slot));
        });
    }
    group.finish();
}

criterion_group!(benches, compose_issue);
criterion_main!(benches);
