// One pixel's distribution; put before kernels that read logits.

struct Pixel {
    largest: f32,
    sum: f32,
    // p of the true class; 1 − p as the sum of the others; −log p.
    probability: f32,
    miss: f32,
    surprise: f32,
}

fn pixel_probability(image: u32, i: u32, class_index: u32, pixel: Pixel) -> f32 {
    return exp(logits[(image * what.classes + class_index) * what.pixels + i] - pixel.largest) / pixel.sum;
}

fn read_pixel(image: u32, i: u32, label: u32) -> Pixel {
    let start = image * what.classes * what.pixels + i;
    var largest = logits[start];
    for (var c = 1u; c < what.classes; c++) { largest = max(largest, logits[start + c * what.pixels]); }
    var others = 0.0;
    for (var c = 0u; c < what.classes; c++) {
        if c != label { others += exp(logits[start + c * what.pixels] - largest); }
    }
    let own = logits[start + label * what.pixels] - largest;
    let sum = others + exp(own);
    return Pixel(largest, sum, exp(own) / sum, others / sum, log(sum) - own);
}

// (1 − p)^g (−log p), and p times its slope.
fn term(pixel: Pixel, loss: Loss, label: u32) -> vec2f {
    let exponent = select(loss.pixel_foreground, loss.pixel_background, label == 0u);
    var miss = pixel.miss;
    var surprise = pixel.surprise;
    if loss.pixel_clipped == 1.0 {
        let q = clip(pixel.probability, 1.0);
        miss = 1.0 - q;
        surprise = -log(q);
    }
    let value = power(miss, exponent) * surprise;
    if !passes(pixel.probability, loss.pixel_clipped) { return vec2f(value, 0.0); }
    return vec2f(value, -(slope(miss, exponent) * pixel.probability * surprise + power(miss, exponent)));
}
