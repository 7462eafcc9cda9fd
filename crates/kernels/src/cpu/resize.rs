//! Halving by the maximum and doubling by repetition, forward and backward.

use super::place::Place;

/// Halves an image of `height`×`width` by the maximum of each 2×2 pixels and keeps which of the four it
/// was (the first, where several are equal), `[height / 2, width / 2, channels]`.
pub fn max_pool(
    (height, width, channels): (usize, usize, usize),
    input: &[f32],
    from: Place,
    output: &mut [f32],
    to: Place,
    winners: &mut [u8],
) {
    for y in 0..height / 2 {
        for x in 0..width / 2 {
            let corner = from.at(2 * y, 2 * x);
            let four = [0, from.pixel, from.row, from.row + from.pixel]
                .map(|step| &input[corner + step..][..channels]);
            let output = &mut output[to.at(y, x)..][..channels];
            let winners = &mut winners[(y * width / 2 + x) * channels..][..channels];
            for c in 0..channels {
                let (mut best, mut winner) = (four[0][c], 0);
                for (index, pixel) in four.iter().enumerate().skip(1) {
                    let larger = pixel[c] > best;
                    best = if larger { pixel[c] } else { best };
                    winner = if larger { index as u8 } else { winner };
                }
                output[c] = best;
                winners[c] = winner;
            }
        }
    }
}

/// Adds `pooled`, the gradient of the halved image `[height / 2, width / 2, channels]`, to the pixels that
/// won, in `gradient` `[height, width, channels]`.
pub fn max_pool_backward(
    (height, width, channels): (usize, usize, usize),
    pooled: &[f32],
    winners: &[u8],
    gradient: &mut [f32],
) {
    let place = Place::dense(width, channels);
    let small = Place::dense(width / 2, channels);
    for y in 0..height / 2 {
        for x in 0..width / 2 {
            let at = small.at(y, x);
            let (pooled, winners) = (&pooled[at..][..channels], &winners[at..][..channels]);
            for (index, step) in [0, place.pixel, place.row, place.row + place.pixel]
                .into_iter()
                .enumerate()
            {
                let target = &mut gradient[place.at(2 * y, 2 * x) + step..][..channels];
                for c in 0..channels {
                    target[c] += if winners[c] == index as u8 {
                        pooled[c]
                    } else {
                        0.0
                    };
                }
            }
        }
    }
}

/// Doubles an image of `height`×`width` by repeating each pixel.
pub fn nearest(
    (height, width, channels): (usize, usize, usize),
    input: &[f32],
    output: &mut [f32],
    to: Place,
) {
    let from = Place::dense(width, channels);
    for y in 0..2 * height {
        for x in 0..2 * width {
            let pixel = &input[from.at(y / 2, x / 2)..][..channels];
            output[to.at(y, x)..][..channels].copy_from_slice(pixel);
        }
    }
}

/// The gradient of an image of `height`×`width`, from that of the doubled image, at `from` in `gradient`.
pub fn nearest_backward(
    (height, width, channels): (usize, usize, usize),
    gradient: &[f32],
    from: Place,
    output: &mut [f32],
) {
    let to = Place::dense(width, channels);
    for y in 0..height {
        for x in 0..width {
            let corner = from.at(2 * y, 2 * x);
            let four = [0, from.pixel, from.row, from.row + from.pixel]
                .map(|step| &gradient[corner + step..][..channels]);
            let output = &mut output[to.at(y, x)..][..channels];
            for (c, value) in output.iter_mut().enumerate() {
                *value = (four[0][c] + four[1][c]) + (four[2][c] + four[3][c]);
            }
        }
    }
}
