//! The decision: a weighted sum of the figures of a pair, as a probability.
//!
//! The weights are what `tools/train_stories.py` found on made copies and look-alikes; the recipe and
//! what they reach on real ones stand in `docs/stories.md`. No weight counts against its meaning.

use super::features::COUNT;

const BIAS: f32 = -11.077;
const WEIGHTS: [f32; COUNT] = [
    3.072,  // spread_short
    4.489,  // spread_long
    4.405,  // spread_least
    1.329,  // inner_short
    0.000,  // lead_short
    2.550,  // lead_long
    -3.822, // numbers_differ
    1.772,  // numbers_agree
    -0.511, // names_differ
    -3.683, // numbers_strange
    -0.443, // names_strange
    3.046,  // title_overlap
    -0.32,  // length_short
    1.257,  // length_ratio
    2.837,  // numbers_shared
];

/// The figures of numbers, and what they are when nothing disagrees.
const AGREEING: [(usize, f32); 4] = [(6, 0.0), (7, 0.9), (9, 0.0), (14, 0.9)];

/// Probability that the one text is derived from the other.
pub fn probability(figures: &[f32; COUNT]) -> f32 {
    let sum: f32 = figures.iter().zip(WEIGHTS).map(|(figure, weight)| figure * weight).sum();
    1.0 / (1.0 + (-(BIAS + sum)).exp())
}

/// The same, had all numbers agreed.
pub fn probability_of_text(figures: &[f32; COUNT]) -> f32 {
    let mut figures = *figures;
    for (at, agreeing) in AGREEING {
        figures[at] = agreeing;
    }
    probability(&figures)
}

/// What each figure adds to the certainty that they are copies; against it when negative.
pub fn shares(figures: &[f32; COUNT]) -> [f32; COUNT] {
    std::array::from_fn(|at| figures[at] * WEIGHTS[at])
}
