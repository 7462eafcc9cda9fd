//! Counts of right and wrong pixels, and the metrics made of them.

/// Pixels of one image counted for one class against all others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Of the class, and predicted so.
    pub true_positive: usize,
    /// Predicted, but not of the class.
    pub false_positive: usize,
    /// Of the class, but not predicted.
    pub false_negative: usize,
    /// All others.
    pub true_negative: usize,
}

/// `numerator / denominator`, undefined where there is nothing to divide by.
fn ratio(numerator: usize, denominator: usize) -> Option<f64> {
    (denominator > 0).then(|| numerator as f64 / denominator as f64)
}

impl Confusion {
    /// 2 tp / (2 tp + fp + fn).
    pub fn dice(&self) -> Option<f64> {
        ratio(
            2 * self.true_positive,
            2 * self.true_positive + self.false_positive + self.false_negative,
        )
    }

    /// Intersection over union: tp / (tp + fp + fn).
    pub fn iou(&self) -> Option<f64> {
        ratio(
            self.true_positive,
            self.true_positive + self.false_positive + self.false_negative,
        )
    }

    /// tp / (tp + fp).
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_positive)
    }

    /// tp / (tp + fn).
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_negative)
    }

    /// tn / (tn + fp).
    pub fn specificity(&self) -> Option<f64> {
        ratio(self.true_negative, self.true_negative + self.false_positive)
    }

    /// (tp + tn) / (tp + tn + fp + fn).
    pub fn accuracy(&self) -> Option<f64> {
        ratio(
            self.true_positive + self.true_negative,
            self.predicted() + self.true_negative + self.false_negative,
        )
    }

    /// Matthews correlation coefficient:
    /// (tp tn − fp fn) / √((tp + fp) (tp + fn) (tn + fp) (tn + fn)).
    pub fn mcc(&self) -> Option<f64> {
        let [tp, fp, fn_, tn] = [
            self.true_positive,
            self.false_positive,
            self.false_negative,
            self.true_negative,
        ]
        .map(|count| count as f64);
        // Two roots, because the product of all four could exceed what a number holds exactly.
        let scale = ((tp + fp) * (tp + fn_)).sqrt() * ((tn + fp) * (tn + fn_)).sqrt();
        (scale > 0.0).then(|| ((tp * tn - fp * fn_) / scale).clamp(-1.0, 1.0))
    }

    /// Predicted area or volume over the labelled one: (tp + fp) / (tp + fn).
    pub fn size_ratio(&self) -> Option<f64> {
        ratio(self.predicted(), self.true_positive + self.false_negative)
    }

    /// Pixels predicted as the class.
    fn predicted(&self) -> usize {
        self.true_positive + self.false_positive
    }
}

/// Counts for each of `classes` classes, over pairs of predicted and true class indices. A class index
/// that is not below `classes` counts as wrong for the others and is itself not counted.
pub fn confusion(predicted: &[u8], labels: &[u8], classes: usize) -> Vec<Confusion> {
    let mut counts = vec![Confusion::default(); classes];
    for (&predicted, &label) in predicted.iter().zip(labels) {
        if predicted == label {
            if let Some(count) = counts.get_mut(usize::from(label)) {
                count.true_positive += 1;
            }
            continue;
        }
        if let Some(count) = counts.get_mut(usize::from(predicted)) {
            count.false_positive += 1;
        }
        if let Some(count) = counts.get_mut(usize::from(label)) {
            count.false_negative += 1;
        }
    }
    let pixels = predicted.len().min(labels.len());
    for count in &mut counts {
        count.true_negative =
            pixels - count.true_positive - count.false_positive - count.false_negative;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        // Foreground: two hits, one false alarm, one miss.
        let counts = confusion(&[1, 1, 1, 0, 0, 0], &[1, 1, 0, 1, 0, 0], 2);
        assert_eq!(
            counts[1],
            Confusion {
                true_positive: 2,
                false_positive: 1,
                false_negative: 1,
                true_negative: 2
            }
        );
        assert_eq!(counts[1].dice(), Some(4.0 / 6.0));
        assert_eq!(counts[1].iou(), Some(0.5));
        assert_eq!(counts[1].precision(), Some(2.0 / 3.0));
        assert_eq!(counts[1].recall(), Some(2.0 / 3.0));
        assert_eq!(counts[1].specificity(), Some(2.0 / 3.0));
        assert_eq!(counts[1].accuracy(), Some(4.0 / 6.0));
        assert_eq!(counts[1].mcc(), Some((2.0 * 2.0 - 1.0) / 9.0));
        assert_eq!(counts[1].size_ratio(), Some(1.0));
        assert_eq!(
            counts[0],
            Confusion {
                true_positive: 2,
                false_positive: 1,
                false_negative: 1,
                true_negative: 2
            }
        );
    }

    #[test]
    fn what_is_undefined_is_none() {
        let nothing = confusion(&[0, 0], &[0, 0], 2)[1];
        assert_eq!(
            (
                nothing.dice(),
                nothing.iou(),
                nothing.precision(),
                nothing.recall()
            ),
            (None, None, None, None)
        );
        assert_eq!((nothing.mcc(), nothing.size_ratio()), (None, None));
        assert_eq!(
            (nothing.specificity(), nothing.accuracy()),
            (Some(1.0), Some(1.0))
        );
        let everything = confusion(&[1, 1], &[1, 1], 2)[1];
        assert_eq!((everything.specificity(), everything.mcc()), (None, None));
        let missed = confusion(&[0, 0], &[1, 0], 2)[1];
        assert_eq!(
            (missed.dice(), missed.precision(), missed.recall()),
            (Some(0.0), None, Some(0.0))
        );
        let false_alarm = confusion(&[1, 0], &[0, 0], 2)[1];
        assert_eq!(
            (
                false_alarm.dice(),
                false_alarm.precision(),
                false_alarm.recall()
            ),
            (Some(0.0), Some(0.0), None)
        );
    }

    #[test]
    fn several_classes_are_counted_one_against_the_rest() {
        let counts = confusion(&[0, 1, 2, 2], &[0, 2, 2, 1], 3);
        assert_eq!(
            counts[1],
            Confusion {
                true_positive: 0,
                false_positive: 1,
                false_negative: 1,
                true_negative: 2
            }
        );
        assert_eq!(
            counts[2],
            Confusion {
                true_positive: 1,
                false_positive: 1,
                false_negative: 1,
                true_negative: 1
            }
        );
    }
}
