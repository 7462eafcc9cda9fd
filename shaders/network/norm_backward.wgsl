// The way back through normalisation and ReLU, in place: the gradient of the result becomes that of what was
// normalised. A workgroup for four channels of an image.
// 0: step   1: what   2: raw   3: parameters   4: statistics   5: gradient
// 6: parts (per image, gradients of shift and scale)

struct What {
    pixels: u32,
    channels: u32,
    to_pixel: u32,
    to_offset: u32,
    scale: u32,
    shift: u32,
    parameters: u32,
    joint: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> raw: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> parts_per_image: array<vec4f>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let channel = group.x;
    let image = group.z;
    let network = network_of(image) * what.parameters;
    let start = image * what.pixels;
    let count = f32(what.pixels) * select(1.0, 4.0, what.joint == 1u);
    let entry = (image * what.channels + channel) * 2u;
    let mean = statistics[entry];
    let reciprocal = statistics[entry + 1u];
    let scale = parameters[network + what.scale + channel];
    let shift = parameters[network + what.shift + channel];

    var sum = vec4f(0.0);
    var product = vec4f(0.0);
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        let at = (start + i) * what.channels + channel;
        let normalised = (raw[at] - mean) * reciprocal;
        let passes = normalised * scale + shift > vec4f(0.0);
        let g = select(vec4f(0.0), gradient[at], passes);
        sum += g;
        product += g * normalised;
    }
    let first = total(sum, local);
    let second = total(product, local);
    if local == 0u {
        parts_per_image[entry] = first;
        parts_per_image[entry + 1u] = second;
    }
    let first_mean = shared_by(first * scale, what.joint) / count;
    let second_mean = shared_by(second * scale, what.joint) / count;
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        let at = (start + i) * what.channels + channel;
        let normalised = (raw[at] - mean) * reciprocal;
        let passes = normalised * scale + shift > vec4f(0.0);
        let g = select(vec4f(0.0), gradient[at], passes);
        gradient[at] = (g * scale - first_mean - normalised * second_mean) * reciprocal;
    }
}
