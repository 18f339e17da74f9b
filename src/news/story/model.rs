//! The decision: a weighted sum of the figures of a pair, as a probability.

use super::features::COUNT;

/// Probability that the one text is derived from the other.
pub fn probability(figures: &[f32; COUNT]) -> f32 {
    let text = probability_of_text(figures);
    let (agree, differ) = (figures[7], figures[8]);
    if differ > 0.0 && agree < 0.8 { text.min(0.3) } else { text }
}

/// The same, had the numbers agreed.
pub fn probability_of_text(figures: &[f32; COUNT]) -> f32 {
    let [covered_short, _, _, longest, ..] = figures;
    let x = 12.0 * (covered_short - 0.45) + (longest - 2.5);
    1.0 / (1.0 + (-x).exp())
}
