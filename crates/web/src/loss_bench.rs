//! The class that the loss bench's worker holds: losses without training.

use js_sys::{Array, Float64Array, Object, Uint8Array};
use losscope_inspect::curve::{Axis, pixel_curve};
use losscope_inspect::push::{Shares, areas, border, cosine_matrix, shares};
use losscope_inspect::scene::{self, Guess, Truth, scene};
use losscope_inspect::surface::{Disc, Slope};
use losscope_inspect::unified::Unified;
use losscope_inspect::{Bench, InspectError, Picture};
use losscope_losses::{Loss, catalogue};
use losscope_render::{Scene, cpu};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{picture_to_js, set};
use crate::js::{EngineError, from_js, to_js};

type JsResult<T = JsValue> = Result<T, JsValue>;

/// Puts losses to pixels and pictures in float64 on the CPU. It keeps nothing between calls, so that they may
/// overlap. Whatever it rejects with is an `Error` with a sentence for a person.
#[wasm_bindgen]
#[derive(Default)]
pub struct LossBench {
    bench: Bench,
}

/// A loss on a picture, but for its gradient.
#[derive(Debug, Serialize)]
struct Verdict {
    value: f64,
    /// The largest |dL/dz|.
    largest: f64,
    shares: Shares,
}

/// What a disc really has.
#[derive(Debug, Serialize)]
struct DiscInfo {
    fraction: f64,
    foreground: usize,
    pixels: usize,
}

fn numbers(object: &Object, name: &str, values: &[f64]) -> Result<(), EngineError> {
    set(object, name, &Float64Array::from(values).into())
}

/// Each field of `parts` as an array of numbers.
fn arrays(parts: &[(&str, Vec<f64>)]) -> JsResult {
    let object = Object::new();
    for (name, values) in parts {
        numbers(&object, name, values)?;
    }
    Ok(object.into())
}

fn largest(gradient: &[f64]) -> f64 {
    gradient
        .iter()
        .fold(0.0, |most, slope| slope.abs().max(most))
}

/// A picture as someone paints it; sides and labels are the caller's.
fn painted(
    height: usize,
    width: usize,
    probabilities: &[f64],
    labels: Vec<u8>,
) -> Result<Picture, InspectError> {
    Picture::from_probabilities(height, width, probabilities, labels)
}

#[wasm_bindgen]
impl LossBench {
    /// A bench.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every loss with its formula and parameters.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn catalogue(&self) -> JsResult {
        Ok(to_js(&catalogue())?)
    }

    /// Checks that something is a loss whose parameters are in their ranges.
    ///
    /// # Errors
    /// When it is not, with what is wrong.
    pub fn check(&self, loss: JsValue) -> JsResult<()> {
        let loss: Loss = from_js(&loss)?;
        Ok(loss.validate().map_err(|error| refused(error.into()))?)
    }

    /// `{ probability, logit }` along an axis (`"probability"`, `"logit"` or `"far_logit"`).
    ///
    /// # Errors
    /// When there is no such axis.
    pub fn axis(&self, axis: JsValue) -> JsResult {
        let axis: Axis = from_js(&axis)?;
        arrays(&[
            ("probability", axis.probabilities()),
            ("logit", axis.logits()),
        ])
    }

    /// A loss of one pixel of class `label` along an axis: `{ value, logit_gradient, probability_gradient }`.
    ///
    /// # Errors
    /// When the loss is not valid, or the label neither 0 nor 1.
    pub async fn pixel_curve(&self, loss: JsValue, axis: JsValue, label: u8) -> JsResult {
        let curve = pixel_curve(&self.bench, &from_js(&loss)?, from_js(&axis)?, label)
            .await
            .map_err(refused)?;
        arrays(&[
            ("value", curve.value),
            ("logit_gradient", curve.logit_gradient),
            ("probability_gradient", curve.probability_gradient),
        ])
    }

    /// The foreground that a disc asked to be `fraction` of the picture really has, in pixels.
    ///
    /// # Errors
    /// When the fraction is not within 0 to 0.5.
    pub fn disc(&self, fraction: f64) -> JsResult {
        let disc = Disc::new(fraction).map_err(refused)?;
        Ok(to_js(&DiscInfo {
            fraction: disc.fraction(),
            foreground: disc.foreground(),
            pixels: disc.pixels(),
        })?)
    }

    /// One row of a loss's surface over false-positive rate, at the row's false-negative rate:
    /// `{ value, false_positive, false_negative }`, the last two being slopes.
    ///
    /// # Errors
    /// When the loss is not valid, the fraction out of range, or there is no such row.
    pub async fn surface_row(
        &self,
        loss: JsValue,
        fraction: f64,
        cells: usize,
        row: usize,
    ) -> JsResult {
        let slopes = Disc::new(fraction)
            .map_err(refused)?
            .row(&self.bench, &from_js(&loss)?, cells, row)
            .await
            .map_err(refused)?;
        let each = |part: fn(&Slope) -> f64| slopes.iter().map(part).collect::<Vec<f64>>();
        arrays(&[
            ("value", each(|slope| slope.value)),
            ("false_positive", each(|slope| slope.false_positive)),
            ("false_negative", each(|slope| slope.false_negative)),
        ])
    }

    /// Value and slopes of a loss at one pair of rates.
    ///
    /// # Errors
    /// When the loss is not valid, or a number out of range.
    pub async fn surface_point(
        &self,
        loss: JsValue,
        fraction: f64,
        false_positive: f64,
        false_negative: f64,
    ) -> JsResult {
        let disc = Disc::new(fraction).map_err(refused)?;
        let slope = disc
            .slope(
                &self.bench,
                &from_js(&loss)?,
                false_positive,
                false_negative,
            )
            .await
            .map_err(refused)?;
        Ok(to_js(&slope)?)
    }

    /// The halves of a Unified Focal loss `{ lambda, delta, gamma, symmetric }` against those of plain Dice and
    /// cross entropy.
    ///
    /// # Errors
    /// When a parameter or the fraction is out of its range.
    pub async fn unified_curves(&self, unified: JsValue, fraction: f64) -> JsResult {
        let unified: Unified = from_js(&unified)?;
        let curves = unified
            .curves(&self.bench, fraction)
            .await
            .map_err(refused)?;
        Ok(to_js(&curves)?)
    }

    /// Which member of its family a Unified Focal loss is, as a sum of simpler losses, compared with it on a
    /// picture of the scenes' size.
    ///
    /// # Errors
    /// When a parameter is out of its range, or the picture is none.
    pub async fn unified_identity(
        &self,
        unified: JsValue,
        probabilities: Vec<f64>,
        labels: Vec<u8>,
    ) -> JsResult {
        let unified: Unified = from_js(&unified)?;
        let picture = painted(scene::SIDE, scene::SIDE, &probabilities, labels).map_err(refused)?;
        let identity = unified
            .identity(&self.bench, &picture)
            .await
            .map_err(refused)?;
        Ok(to_js(&identity)?)
    }

    /// A truth with a guess of it: `{ side, labels, probabilities }`.
    ///
    /// # Errors
    /// When there is no such truth or guess.
    pub fn scene(&self, truth: JsValue, guess: JsValue) -> JsResult {
        let truth: Truth = from_js(&truth)?;
        let guess: Guess = from_js(&guess)?;
        let scene = scene(truth, guess);
        let object = Object::new();
        set(&object, "side", &(scene::SIDE as u32).into())?;
        set(
            &object,
            "labels",
            &Uint8Array::from(scene.labels.as_slice()).into(),
        )?;
        numbers(&object, "probabilities", &scene.probabilities)?;
        Ok(object.into())
    }

    /// Losses on one picture: `{ areas, losses: [{ value, largest, shares, gradient }], cosines }`.
    ///
    /// # Errors
    /// When a loss is not valid, or the picture is none.
    pub async fn evaluate(
        &self,
        losses: JsValue,
        height: usize,
        width: usize,
        probabilities: Vec<f64>,
        labels: Vec<u8>,
    ) -> JsResult {
        let losses: Vec<Loss> = from_js(&losses)?;
        let picture = painted(height, width, &probabilities, labels).map_err(refused)?;
        let border = border(picture.labels(), height, width);
        let verdicts = Array::new();
        let mut gradients = Vec::with_capacity(losses.len());
        for loss in &losses {
            let evaluation = self.bench.evaluate(loss, &picture).await.map_err(refused)?;
            let verdict = Object::from(to_js(&Verdict {
                value: evaluation.value,
                largest: largest(&evaluation.gradient),
                shares: shares(&evaluation.gradient, picture.labels(), &border),
            })?);
            numbers(&verdict, "gradient", &evaluation.gradient)?;
            verdicts.push(&verdict);
            gradients.push(evaluation.gradient);
        }
        let result = Object::new();
        set(&result, "areas", &to_js(&areas(picture.labels(), &border))?)?;
        set(&result, "losses", &verdicts)?;
        set(&result, "cosines", &to_js(&cosine_matrix(&gradients))?)?;
        Ok(result.into())
    }

    /// A gradient in the colours of the lanes' pictures, one pixel for each, in full colour at ±`full`.
    ///
    /// # Errors
    /// When the gradient does not fill the picture.
    pub fn gradient_picture(
        &self,
        height: usize,
        width: usize,
        gradient: &[f64],
        full: f64,
    ) -> JsResult {
        if gradient.len() != height * width {
            let given = gradient.len();
            let what = "slopes";
            return Err(refused(InspectError::Length {
                what,
                height,
                width,
                given,
            })
            .into());
        }
        let gradient: Vec<f32> = gradient.iter().map(|&slope| slope as f32).collect();
        let picture = cpu::gradient(
            &Scene {
                width,
                height,
                channels: 1,
                classes: 1,
                image: &[],
                labels: &[],
                probabilities: &[],
                logit_gradient: &gradient,
                gradient_max: full as f32,
                class: Some(0),
            },
            1,
        );
        Ok(picture_to_js(&picture)?)
    }
}

fn refused(error: InspectError) -> EngineError {
    EngineError::Inspect(error)
}
