//! Colours, as numbers from 0 to 1; the same stand in `shaders/common.wgsl`.

/// Found, but not there: magenta, as in the figures of arXiv 2102.04525.
pub(crate) const FALSE_POSITIVE: [f32; 3] = [0.93, 0.0, 0.75];
/// There, but not found: green, as in the same figures.
pub(crate) const FALSE_NEGATIVE: [f32; 3] = [0.0, 0.82, 0.3];
/// Outlines of the foreground classes; a fifth begins again.
pub(crate) const OUTLINES: [[f32; 3]; 4] = [
    [1.0, 1.0, 1.0],
    [1.0, 0.76, 0.03],
    [0.35, 0.85, 1.0],
    [1.0, 0.6, 0.55],
];
/// dL/dlogit of the foreground below zero: the step raises the foreground here.
pub(crate) const RAISED: [f32; 3] = [0.0, 0.353, 0.71];
/// dL/dlogit of the foreground above zero: the step lowers the foreground here.
pub(crate) const LOWERED: [f32; 3] = [0.863, 0.196, 0.125];

/// How much of an error's colour covers the image.
pub(crate) const ERROR_COVER: f32 = 0.72;
/// How bright the image is below errors.
pub(crate) const DIMMED: f32 = 0.62;

/// Viridis at `t` from 0 to 1, by the polynomial that M. Zucker fitted to it (CC0).
pub(crate) fn viridis(t: f32) -> [f32; 3] {
    const COEFFICIENTS: [[f32; 3]; 7] = [
        [0.277_727_33, 0.005_407_344_5, 0.334_099_8],
        [0.105_093_04, 1.404_613_5, 1.384_590_2],
        [-0.330_861_84, 0.214_847_56, 0.095_095_16],
        [-4.634_230_5, -5.799_101, -19.332_441],
        [6.228_27, 14.179_933, 56.690_55],
        [4.776_385, -13.745_145, -65.353_03],
        [-5.435_456, 4.645_852_6, 26.312_435],
    ];
    let mut colour = [0.0; 3];
    for coefficient in COEFFICIENTS.iter().rev() {
        for (channel, c) in colour.iter_mut().zip(coefficient) {
            *channel = *channel * t + c;
        }
    }
    colour
}
