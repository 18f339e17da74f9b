//! The decision: a weighted sum of the figures of a pair, as a probability.
//!
//! The weights are what `tools/train_stories.py` found on made copies and look-alikes; the recipe and
//! what they reach on real ones stand in `docs/stories.md`. No weight counts against its meaning.

use super::features::COUNT;

const BIAS: f32 = -6.486;
const WEIGHTS: [f32; COUNT] = [
    0.770,  // spread_short
    1.106,  // spread_long
    2.428,  // spread_least
    0.853,  // inner_short
    2.870,  // lead_least
    -2.829, // numbers_differ
    0.949,  // numbers_agree
    0.000,  // names_differ
    -3.693, // numbers_strange
    -0.677, // names_strange
    3.337,  // title_overlap
    -0.063, // length_short
    0.984,  // length_ratio
    1.673,  // numbers_shared
    1.015,  // order
];

/// The figures of numbers, and what they are when nothing disagrees.
const AGREEING: [(usize, f32); 4] = [(5, 0.0), (6, 0.9), (8, 0.0), (13, 0.9)];

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
