//! A truth, and what is predicted of it.

use crate::InspectError;

/// Logits of the foreground and labels of one picture of two classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    height: usize,
    width: usize,
    logits: Vec<f64>,
    labels: Vec<u8>,
}

/// The logit whose sigmoid is `probability`, which lies between 0 and 1.
pub(crate) fn logit(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// The probability of a logit.
pub(crate) fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

impl Picture {
    /// From logits `[H, W]` and labels `[H, W]` (0 background, 1 foreground).
    ///
    /// # Errors
    /// When one of them does not fill the shape. What a label may be, the loss checks.
    pub fn from_logits(
        height: usize,
        width: usize,
        logits: Vec<f64>,
        labels: Vec<u8>,
    ) -> Result<Self, InspectError> {
        for (what, given) in [("logits", logits.len()), ("labels", labels.len())] {
            if given != height * width || given == 0 {
                return Err(InspectError::Length {
                    what,
                    height,
                    width,
                    given,
                });
            }
        }
        Ok(Self {
            height,
            width,
            logits,
            labels,
        })
    }

    /// From probabilities of the foreground `[H, W]` and labels.
    ///
    /// # Errors
    /// As [`Picture::from_logits`], and when a probability is not strictly between 0 and 1.
    pub fn from_probabilities(
        height: usize,
        width: usize,
        probabilities: &[f64],
        labels: Vec<u8>,
    ) -> Result<Self, InspectError> {
        let outside = |p: &f64| !(*p > 0.0 && *p < 1.0);
        if let Some(position) = probabilities.iter().position(outside) {
            let value = probabilities[position];
            return Err(InspectError::Probability { value, position });
        }
        let logits = probabilities.iter().map(|&p| logit(p)).collect();
        Self::from_logits(height, width, logits, labels)
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Logits of the foreground, `[H, W]`.
    pub fn logits(&self) -> &[f64] {
        &self.logits
    }

    /// Labels, `[H, W]`.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_without_a_logit_is_named_with_its_place() {
        for value in [0.0, 1.0, f64::NAN] {
            let error = Picture::from_probabilities(1, 2, &[0.5, value], vec![0, 1]).unwrap_err();
            assert!(error.to_string().contains("at pixel 1"), "{error}");
        }
    }

    #[test]
    fn parts_that_do_not_fill_the_shape_are_named() {
        let error = Picture::from_logits(2, 2, vec![0.0; 4], vec![0; 3]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a picture of 2 × 2 pixels needs 4 labels, but there are 3"
        );
    }
}
