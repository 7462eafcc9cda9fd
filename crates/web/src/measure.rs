//! Every metric of every lane, on demand, and a little at a time.

use std::collections::VecDeque;

use losscope_metrics::statistics::Sources;
use losscope_metrics::{ImageValues, MetricGroup, MetricOptions, catalogue};
use losscope_trainer::{Measured, Measuring, SplitName, TrainerError, over_images};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult};
use crate::js::{EngineError, from_js, to_js};

/// What is being measured: lanes one behind the other.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Measuring>,
    done: usize,
    total: usize,
}

/// How far measuring has come.
#[derive(Debug, Serialize)]
struct Progress {
    /// Images measured, of all lanes.
    done: usize,
    /// Images to be measured, of all lanes.
    total: usize,
    /// A lane's split that is done with it.
    measured: Option<Measured>,
}

#[wasm_bindgen]
impl Engine {
    /// Begins to measure every metric of every lane, as they are now, over validation and test images. Lanes may go
    /// on while [`Engine::measure_next`] is called; what was begun before is given up.
    ///
    /// # Errors
    /// When nothing was configured, or the device fails.
    pub async fn begin_measure(&mut self) -> JsResult<()> {
        let options = MetricOptions::of(&[
            MetricGroup::Overlap,
            MetricGroup::Surface,
            MetricGroup::Centreline,
            MetricGroup::Calibration,
        ]);
        let mut queue = Queue::default();
        let session = self.session()?;
        for split in [SplitName::Validation, SplitName::Test] {
            for lane in session.lanes() {
                let begun = session.begin_measuring(lane.id, split, options.clone());
                let begun = begun.await.map_err(EngineError::from)?;
                queue.total += begun.progress().1;
                queue.waiting.push_back(begun);
            }
        }
        self.measuring = Some(queue);
        Ok(())
    }

    /// Measures one more image; `null` when all are measured.
    ///
    /// # Errors
    /// When nothing was begun, the data were changed since, or the device fails.
    pub async fn measure_next(&mut self) -> JsResult {
        let mut queue = self.measuring.take().ok_or(EngineError::NoMeasuring)?;
        let Some(mut lane) = queue.waiting.pop_front() else {
            return Ok(JsValue::NULL);
        };
        let session = self.session()?;
        let before = lane.progress().0;
        let went = session.go_on_measuring(&mut lane).await;
        went.map_err(EngineError::from)?;
        let (done, total) = lane.progress();
        queue.done += done - before;
        let measured = match done == total {
            true => Some(session.measured(lane).map_err(EngineError::from)?),
            false => {
                queue.waiting.push_front(lane);
                None
            }
        };
        let progress = Progress {
            done: queue.done,
            total: queue.total,
            measured,
        };
        self.measuring = Some(queue);
        Ok(to_js(&progress)?)
    }
}

/// Every metric with its name and what it says, a list of `MetricInfo`.
///
/// # Errors
/// Never, in fact.
#[wasm_bindgen]
pub fn metric_catalogue() -> JsResult {
    Ok(to_js(&catalogue())?)
}

/// What a list of `ImageValues`, one for each image, comes to: a list of `MetricDescription`.
///
/// # Errors
/// When it is no such list.
#[wasm_bindgen]
pub fn describe_images(images: JsValue) -> JsResult {
    let images: Vec<ImageValues> = from_js(&images)?;
    let described = over_images(&images, &Sources::independent(images.len()));
    let described = described
        .map_err(TrainerError::from)
        .map_err(EngineError::from)?;
    Ok(to_js(&described)?)
}
