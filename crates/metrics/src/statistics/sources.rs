//! Which images come from the same source.

use std::collections::BTreeMap;

use crate::error::MetricsError;

/// The source of each image: images of one patient, or tiles of one picture, are more alike than others and do
/// not count as independent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Per image, the number of its source; sources are numbered from 0 in the order they appear.
    of_image: Vec<usize>,
    count: usize,
}

impl Sources {
    /// Each of `images` images is a source of its own.
    pub fn independent(images: usize) -> Self {
        Self {
            of_image: (0..images).collect(),
            count: images,
        }
    }

    /// By the name of each image's source.
    pub fn named<S: AsRef<str>>(names: &[S]) -> Self {
        let mut numbers = BTreeMap::new();
        let of_image = names
            .iter()
            .map(|name| {
                let next = numbers.len();
                *numbers.entry(name.as_ref()).or_insert(next)
            })
            .collect();
        Self {
            of_image,
            count: numbers.len(),
        }
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.of_image.len()
    }

    /// Whether each image is a source of its own.
    pub fn all_independent(&self) -> bool {
        self.count == self.of_image.len()
    }

    /// Values by source; sources without a value are left out.
    ///
    /// # Errors
    /// Where there is not one value per image.
    pub(crate) fn group(
        &self,
        what: &str,
        values: &[Option<f64>],
    ) -> Result<Vec<Vec<f64>>, MetricsError> {
        if values.len() != self.images() {
            return Err(MetricsError::Images {
                what: what.into(),
                given: values.len(),
                expected: self.images(),
            });
        }
        let mut groups = vec![Vec::new(); self.count];
        for (&source, value) in self.of_image.iter().zip(values) {
            groups[source].extend(*value);
        }
        groups.retain(|group| !group.is_empty());
        Ok(groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_source() {
        let sources = Sources::named(&["b", "a", "b", "c"]);
        let values = [Some(1.0), Some(2.0), Some(3.0), None];
        assert_eq!(
            sources.group("", &values),
            Ok(vec![vec![1.0, 3.0], vec![2.0]])
        );
        assert!(!sources.all_independent() && Sources::independent(3).all_independent());
        assert!(sources.group("the lane", &values[..3]).is_err());
    }
}
