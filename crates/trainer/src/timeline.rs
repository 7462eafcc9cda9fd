//! What the networks were at earlier steps.

use std::collections::BTreeMap;

/// More moments than this nobody tells apart on a slider.
const MAX_MOMENTS: usize = 256;

/// Parameters of lanes at some of their steps, within a budget of memory and of number: where it is used up, every other
/// moment goes, and moments are kept half as often from then on.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    /// In bytes.
    budget: usize,
    /// Steps from one moment to the next.
    every: usize,
    /// By step, then by lane.
    moments: BTreeMap<usize, BTreeMap<u32, Vec<f32>>>,
}

impl Timeline {
    /// Nothing kept yet; a moment is kept every so many steps, at first.
    pub(crate) fn new(budget: usize, every: usize) -> Self {
        Self {
            budget,
            every: every.max(1),
            moments: BTreeMap::new(),
        }
    }

    /// Whether a lane is to be kept at this step, and is not yet. The first of a lane is kept in any case: there is
    /// something to go back to.
    pub(crate) fn wants(&self, lane: u32, step: usize) -> bool {
        match self.parameters(lane, step) {
            None => true,
            Some((kept, _)) => kept != step && step.is_multiple_of(self.every),
        }
    }

    pub(crate) fn keep(&mut self, lane: u32, step: usize, parameters: Vec<f32>) {
        self.moments
            .entry(step)
            .or_default()
            .insert(lane, parameters);
        let full = |it: &Self| it.bytes() > it.budget || it.moments.len() > MAX_MOMENTS;
        while full(self) && self.moments.len() > 1 {
            self.every *= 2;
            let every = self.every;
            self.moments.retain(|step, _| step.is_multiple_of(every));
        }
    }

    fn bytes(&self) -> usize {
        let all = self.moments.values().flat_map(BTreeMap::values);
        all.map(|parameters| 4 * parameters.len()).sum()
    }

    /// Forgets a lane: it is gone, or starts again.
    pub(crate) fn forget(&mut self, lane: u32) {
        for lanes in self.moments.values_mut() {
            lanes.remove(&lane);
        }
        self.moments.retain(|_, lanes| !lanes.is_empty());
    }

    /// Steps from one moment to the next.
    pub(crate) fn every(&self) -> usize {
        self.every
    }

    /// What is kept of a lane: steps with its parameters, in order.
    pub(crate) fn of(mut self, lane: u32) -> Vec<(usize, Vec<f32>)> {
        let moments = self.moments.iter_mut();
        moments
            .filter_map(|(&step, lanes)| Some((step, lanes.remove(&lane)?)))
            .collect()
    }

    /// Steps at which any lane was kept, in order.
    pub(crate) fn steps(&self) -> Vec<usize> {
        self.moments.keys().copied().collect()
    }

    /// A lane's parameters at a step, or else at the last one before it, or else at its first; and that step.
    pub(crate) fn parameters(&self, lane: u32, step: usize) -> Option<(usize, &[f32])> {
        let of = |(&step, lanes): (&usize, &'_ BTreeMap<u32, Vec<f32>>)| {
            lanes.contains_key(&lane).then_some(step)
        };
        let before = self.moments.range(..=step).rev().find_map(of);
        let found = before.or_else(|| self.moments.range(step..).find_map(of))?;
        Some((found, self.moments.get(&found)?.get(&lane)?.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_grow_sparse_instead_of_many() {
        // Room for eight moments of two lanes.
        let mut timeline = Timeline::new(8 * 2 * 4 * 10, 1);
        for step in 0..100 {
            for lane in [3, 5] {
                if timeline.wants(lane, step) {
                    timeline.keep(lane, step, vec![step as f32; 10]);
                }
            }
        }
        assert_eq!(timeline.steps(), [0, 16, 32, 48, 64, 80, 96]);
        assert!(timeline.bytes() <= 8 * 2 * 4 * 10);
        let (step, parameters) = timeline.parameters(5, 63).unwrap();
        assert_eq!((step, parameters), (48, [48.0; 10].as_slice()));
    }

    #[test]
    fn a_lane_that_came_later_is_shown_from_its_first_moment() {
        let mut timeline = Timeline::new(1 << 20, 1);
        timeline.keep(0, 0, vec![0.0]);
        timeline.keep(0, 10, vec![1.0]);
        timeline.keep(1, 4, vec![2.0]);
        assert_eq!(timeline.parameters(1, 0), Some((4, [2.0].as_slice())));
        assert_eq!(timeline.parameters(0, 9), Some((0, [0.0].as_slice())));
        timeline.forget(0);
        assert_eq!(timeline.steps(), [4]);
        assert_eq!(timeline.parameters(0, 9), None);
    }

    #[test]
    fn moments_of_small_networks_are_not_too_many_either() {
        let mut timeline = Timeline::new(1 << 30, 1);
        for step in (0..2000).filter(|step| step % 2 == 0 || *step < 300) {
            if timeline.wants(0, step) {
                timeline.keep(0, step, vec![0.0]);
            }
        }
        let steps = timeline.steps();
        assert!((128..=256).contains(&steps.len()), "{}", steps.len());
        assert_eq!((steps[0], steps[1] - steps[0]), (0, 8));
    }

    #[test]
    fn one_moment_stays_even_where_it_is_too_large() {
        let mut timeline = Timeline::new(10, 1);
        timeline.keep(0, 0, vec![0.0; 100]);
        timeline.keep(0, 1, vec![0.0; 100]);
        assert_eq!(timeline.steps(), [0]);
    }
}
