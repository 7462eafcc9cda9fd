//! Images as the lanes see them, lane by lane where all at once would keep the page waiting.

use js_sys::{Array, Object};
use losscope_datasets::{Axis, Cut};
use losscope_trainer::LaneSnapshot;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult, pictures_to_js, set};
use crate::js::{EngineError, from_js, to_js};
use crate::pictures::{self, Drawing, Pictures};

/// What the pictures of a snapshot show.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct View {
    /// The image's position in the data.
    image: usize,
    /// Along what a volume is cut into slices.
    axis: Axis,
    /// Which slice; without one, that with the most foreground.
    slice: Option<usize>,
    /// The class whose probability and gradient are drawn; without one, all foreground.
    class: Option<usize>,
    /// Full colour is the same |dL/dlogit| in all lanes.
    shared_scale: bool,
    /// The step to look back at, or the last one before it that is kept; without one, as lanes are now.
    at: Option<usize>,
}

/// Numbers that go with the pictures of a snapshot.
#[derive(Debug, Serialize)]
struct SnapshotNumbers<'a> {
    lane: u32,
    step: usize,
    image: usize,
    cut: Cut,
    loss: f32,
    dice: Option<f64>,
    gradient_share: &'a [f32],
    gradient_max: f32,
}

/// A look at an image that is under way.
#[derive(Debug)]
pub(crate) struct Looking {
    view: View,
    cut: Cut,
    pub(crate) seen: Vec<LaneSnapshot>,
}

#[wasm_bindgen]
impl Engine {
    /// Begins a look at one image. `view` has the `image`'s position in the data; of a volume the `axis` and
    /// `slice` (null for that with the most foreground); the `class` whose probability and gradient are drawn
    /// (null for all foreground); whether lanes share a scale (`shared_scale`); and the step to look back `at`
    /// (null for the present).
    ///
    /// # Errors
    /// When nothing was configured, or there is no such image or class.
    pub fn begin_look(&mut self, view: JsValue) -> JsResult<()> {
        let view: View = from_js(&view)?;
        let session = self.session()?;
        let classes = session.dataset().classes.len();
        if let Some(class) = view.class.filter(|&class| class >= classes) {
            Err(EngineError::NoSuchClass { class, classes })?;
        }
        let View { image, axis, .. } = view;
        let cut = match view.slice {
            Some(index) => Ok(Cut { axis, index }),
            None => session.most_foreground(image, axis),
        };
        self.looking = Some(Looking {
            cut: cut.map_err(EngineError::from)?,
            view,
            seen: Vec::new(),
        });
        Ok(())
    }

    /// Shows the image to one lane, or without one to every lane.
    ///
    /// # Errors
    /// When no look has begun, there is no such lane or slice, or the device fails.
    pub async fn look(&mut self, lane: Option<u32>) -> JsResult<()> {
        let Looking { view, cut, .. } = self.looking.as_ref().ok_or(EngineError::NoLook)?;
        let (image, cut, at) = (view.image, *cut, view.at);
        let session = self.session()?;
        let mut seen = Vec::new();
        match (lane, at) {
            (Some(lane), None) => {
                seen = session
                    .snapshot_lane(lane, image, cut)
                    .await
                    .map_err(EngineError::from)?
            }
            (None, None) => {
                seen = session
                    .snapshot_at(image, cut)
                    .await
                    .map_err(EngineError::from)?
            }
            (lane, Some(step)) => {
                let wanted = session.lanes().into_iter().map(|info| info.id);
                for id in wanted.filter(|&id| lane.is_none_or(|lane| lane == id)) {
                    seen.extend(
                        session
                            .snapshot_past(id, image, cut, step)
                            .await
                            .map_err(EngineError::from)?,
                    );
                }
            }
        }
        // A lane that has stopped has nothing to show since; the page keeps its last pictures.
        for lane in session.lanes() {
            if let Some(stopped) = lane.stopped {
                seen.retain(|seen| seen.lane != lane.id || seen.step < stopped.step);
            }
        }
        if let Some(looking) = &mut self.looking {
            looking.seen.extend(seen);
        }
        Ok(())
    }

    /// Pictures of what one lane made of the image, or without one every lane that it was shown to. A shared
    /// scale is that of all of them.
    ///
    /// # Errors
    /// When no look has begun, or the device fails.
    pub async fn draw(&mut self, lane: Option<u32>) -> JsResult {
        let canvas = self.canvas.clone();
        let dataset = self.session()?.dataset().clone();
        let Looking { view, seen, .. } = self.looking.as_ref().ok_or(EngineError::NoLook)?;
        let largest = seen.iter().map(|snapshot| snapshot.gradient_max);
        let drawing = Drawing {
            canvas,
            gradient_max: view.shared_scale.then(|| largest.fold(0.0, f32::max)),
            class: view.class,
        };
        let wanted = |snapshot: &&LaneSnapshot| lane.is_none_or(|lane| snapshot.lane == lane);
        let snapshots: Vec<LaneSnapshot> = seen.iter().filter(wanted).cloned().collect();
        let drawn = pictures::draw(drawing, &snapshots, &dataset).await?;
        let all = Array::new();
        for (snapshot, (pictures, gradient_max)) in snapshots.iter().zip(drawn) {
            all.push(&snapshot_to_js(snapshot, &pictures, gradient_max)?);
        }
        Ok(all.into())
    }
}

fn snapshot_to_js(
    snapshot: &LaneSnapshot,
    drawn: &Pictures,
    gradient_max: f32,
) -> Result<JsValue, EngineError> {
    let numbers = to_js(&SnapshotNumbers {
        lane: snapshot.lane,
        step: snapshot.step,
        image: snapshot.image,
        cut: snapshot.cut,
        loss: snapshot.loss,
        dice: snapshot.dice,
        gradient_share: &snapshot.gradient_share,
        gradient_max,
    })?;
    let object = Object::from(numbers);
    set(&object, "pictures", &pictures_to_js(drawn)?)?;
    Ok(object.into())
}
