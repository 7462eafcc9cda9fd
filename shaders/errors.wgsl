// The image with what the prediction gets wrong: false positives magenta, false negatives green; what it
// gets right is outlined. Another foreground class than the true one is a false negative.
// 0: image [C, H, W] from 0 to 1   1: labels [H, W]   2: probabilities [K, H, W]   3: picture

@group(0) @binding(0) var<storage, read_write> image: array<f32>;
@group(0) @binding(1) var<storage, read_write> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;
@group(0) @binding(3) var<storage, read_write> picture: array<u32>;

// The class with the largest probability, the first of equals.
fn predicted(pixel: u32) -> u32 {
    var best = 0u;
    for (var k = 1u; k < CLASSES; k++) {
        if probabilities[k * PIXELS + pixel] > probabilities[best * PIXELS + pixel] { best = k; }
    }
    return best;
}

fn region(pixel: u32) -> u32 {
    let label = u32(labels[pixel] + 0.5);
    return select(0u, label, predicted(pixel) == label);
}

{{ image }}
{{ outline }}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= PIXELS * SCALE * SCALE { return; }
    let at = place(id.x);
    var colour = image_colour(at.pixel) * DIMMED;
    let found = predicted(at.pixel);
    let label = u32(labels[at.pixel] + 0.5);
    if label != 0u && found != label {
        colour = mix(colour, FALSE_NEGATIVE, ERROR_COVER);
    } else if label == 0u && found != 0u {
        colour = mix(colour, FALSE_POSITIVE, ERROR_COVER);
    } else if on_outline(at) {
        colour = outline(at);
    }
    picture[id.x] = pack(colour, 1.0);
}
