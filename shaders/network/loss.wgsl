// What the kernels of a loss share; put before them. The twin on the CPU is crates/kernels/src/loss.rs.

struct What {
    pixels: u32,
    classes: u32,
}

struct Loss {
    pixel_weight: f32,
    pixel_clipped: f32,
    background_weight: f32,
    foreground_weight: f32,
    pixel_background: f32,
    pixel_foreground: f32,
    region_weight: f32,
    region_clipped: f32,
    delta: f32,
    smoothing: f32,
    region_background: f32,
    region_foreground: f32,
    constant: f32,
    filled_up_a: f32,
    filled_up_b: f32,
    filled_up_c: f32,
}

const CLIP: f32 = 1e-7;
const FLOOR: f32 = 1e-12;
const SMALLEST_DENOMINATOR: f32 = 1e-15;

fn power(x: f32, exponent: f32) -> f32 {
    if exponent == 0.0 { return 1.0; }
    if exponent == 1.0 { return x; }
    if exponent == 2.0 { return x * x; }
    if x < FLOOR { return 0.0; }
    return pow(x, exponent);
}

fn slope(x: f32, exponent: f32) -> f32 {
    if exponent == 0.0 { return 0.0; }
    if exponent == 1.0 { return 1.0; }
    if exponent == 2.0 { return 2.0 * x; }
    if x < FLOOR { return 0.0; }
    return exponent * pow(x, exponent - 1.0);
}

fn clip(p: f32, clipped: f32) -> f32 {
    return select(p, clamp(p, CLIP, 1.0 - CLIP), clipped == 1.0);
}

fn passes(p: f32, clipped: f32) -> bool {
    return clipped == 0.0 || (p >= CLIP && p <= 1.0 - CLIP);
}

fn class_weight(loss: Loss, label: u32) -> f32 {
    return select(loss.foreground_weight, loss.background_weight, label == 0u);
}

// What a class misses of an image, and its slopes where the label is another and where it is this one: from
// its sum of true positives, false negatives and false positives.
fn region_miss(sum: vec4f, loss: Loss) -> vec3f {
    let wrong = loss.delta * sum.y + (1.0 - loss.delta) * sum.z;
    let right = sum.x + loss.smoothing;
    let all = right + wrong;
    if all < SMALLEST_DENOMINATOR {
        // Held up, the denominator has no slope.
        return vec3f(wrong, 1.0 - loss.delta, -loss.delta) / SMALLEST_DENOMINATOR;
    }
    let miss = wrong / all;
    return vec3f(miss, (1.0 - loss.delta) * (right / all) / all, -(loss.delta + (1.0 - loss.delta) * miss) / all);
}
