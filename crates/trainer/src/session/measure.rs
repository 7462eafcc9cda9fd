//! Every metric of a lane, some images at a time, while training goes on.

use losscope_metrics::statistics::{Bootstrap, Description, Sources, describe};
use losscope_metrics::{ImageValues, Metric, MetricOptions, MetricsError, per_image};
use losscope_unet::Probe;
use serde::Serialize;

use super::Session;
use crate::device_batch::images;
use crate::evaluate::{batch_values, class_probabilities, predicted_classes};
use crate::{SplitName, TrainerError};

/// A lane as it was at a step, of which the metrics over a split are measured image by image. It holds its own
/// parameters: the lane may go on meanwhile.
pub struct Measuring {
    lane: u32,
    step: usize,
    split: SplitName,
    options: MetricOptions,
    images: Vec<usize>,
    sources: Vec<String>,
    probe: Probe,
    per_image: Vec<ImageValues>,
}

/// All metrics of one lane over one split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Measured {
    /// The lane.
    pub lane: u32,
    /// Steps it had made.
    pub step: usize,
    /// The images' split.
    pub split: SplitName,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
    /// Every image.
    pub per_image: Vec<ImageValues>,
    /// The source of each image.
    pub sources: Vec<String>,
    /// What each metric, the mean over foreground classes, is like over images.
    pub over_images: Vec<MetricDescription>,
}

/// What one metric is like over images.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricDescription {
    /// The metric.
    pub metric: Metric,
    /// Means, intervals, and how many images are left out because it is undefined there.
    pub description: Description,
}

impl Session {
    /// Begins to measure a lane as it is now.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn begin_measuring(
        &self,
        lane: u32,
        split: SplitName,
        options: MetricOptions,
    ) -> Result<Measuring, TrainerError> {
        let position = self.position(lane)?;
        let parameters = self.networks.parameters(position).await?;
        let images = self.images(split).to_vec();
        let source = |&index: &usize| self.dataset.samples[index].source.clone();
        Ok(Measuring {
            lane,
            step: self.lanes[position].step,
            split,
            options,
            sources: images.iter().map(source).collect(),
            probe: Probe::new(*self.networks.architecture(), parameters, &self.device),
            per_image: Vec::with_capacity(images.len()),
            images,
        })
    }

    /// Measures the next image, if there is one left.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn go_on_measuring(&self, measuring: &mut Measuring) -> Result<(), TrainerError> {
        let Some(&index) = measuring.images.get(measuring.per_image.len()) else {
            return Ok(());
        };
        // After a change of data there may be fewer.
        if index >= self.dataset.samples.len() {
            return Err(TrainerError::OtherData);
        }
        let logits = measuring.probe.forward(&images(&self.dataset, &[index]));
        let probabilities = class_probabilities(logits.clone()).await?;
        let predicted = predicted_classes(logits).await?;
        measuring.per_image.extend(batch_values(
            &self.dataset,
            &[index],
            &predicted,
            &probabilities,
            &measuring.options,
        )?);
        Ok(())
    }

    /// What was measured.
    ///
    /// # Errors
    /// Never, in fact: there is a source for each image.
    pub fn measured(&self, measuring: Measuring) -> Result<Measured, TrainerError> {
        let Measuring {
            lane,
            step,
            split,
            sources,
            per_image: images,
            ..
        } = measuring;
        let over_images = over_images(&images, &Sources::named(&sources[..images.len()]))?;
        Ok(Measured {
            lane,
            step,
            split,
            classes: self.dataset.classes.clone(),
            per_image: images,
            sources,
            over_images,
        })
    }
}

/// Describes each metric that was measured of any image; an image where one was not counts as one where it is
/// undefined.
///
/// # Errors
/// Where there is not one source for each image.
pub fn over_images(
    images: &[ImageValues],
    sources: &Sources,
) -> Result<Vec<MetricDescription>, MetricsError> {
    let measured = |&metric: &Metric| images.iter().any(|image| image.metric(metric).is_some());
    Metric::all()
        .filter(measured)
        .map(|metric| {
            let values = per_image(images, metric, None);
            let description = describe(&values, sources, &Bootstrap::default())?;
            Ok(MetricDescription {
                metric,
                description,
            })
        })
        .collect()
}

impl Measuring {
    /// Images measured, and images in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.per_image.len(), self.images.len())
    }
}

#[cfg(test)]
mod tests {
    use losscope_metrics::MetricGroup;

    use super::*;
    use crate::session::example::session;

    fn everything() -> MetricOptions {
        MetricOptions::of(&[
            MetricGroup::Overlap,
            MetricGroup::Surface,
            MetricGroup::Centreline,
            MetricGroup::Calibration,
        ])
    }

    #[test]
    fn measured_bit_by_bit_is_measured_at_once() {
        pollster::block_on(async {
            let mut session = session();
            session.step(3).await.unwrap();
            let split = SplitName::Validation;
            let at_once = session.measure(split, &everything()).await.unwrap();
            let lane = session.lanes()[1].id;
            let mut measuring = session
                .begin_measuring(lane, split, everything())
                .await
                .unwrap();
            // Training that goes on changes nothing of it.
            session.step(2).await.unwrap();
            while measuring.progress().0 < measuring.progress().1 {
                session.go_on_measuring(&mut measuring).await.unwrap();
            }
            let measured = session.measured(measuring).unwrap();
            assert_eq!((measured.step, measured.lane), (3, lane));
            assert_eq!(measured.per_image, at_once[1].per_image);
            assert_eq!(measured.over_images.len(), Metric::all().count());
            for MetricDescription {
                metric,
                description,
            } in &measured.over_images
            {
                let values = per_image(&measured.per_image, *metric, None);
                let defined = values.iter().flatten().count();
                assert_eq!(description.images, defined, "{metric:?}");
                assert_eq!(description.undefined, values.len() - defined, "{metric:?}");
            }
        });
    }
}
