// Normalisation and ReLU: a workgroup for four channels of an image.
// 0: step   1: what   2: raw   3: parameters   4: statistics (mean, reciprocal deviation)   5: output

struct What {
    pixels: u32,
    channels: u32,
    to_pixel: u32,
    to_offset: u32,
    scale: u32,
    shift: u32,
    parameters: u32,
    // 1: four channels are normalised together; 0: each by itself.
    joint: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> raw: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> statistics: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> output: array<vec4f>;

const EPSILON: f32 = 1e-5;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let channel = group.x;
    let image = group.z;
    let network = network_of(image) * what.parameters;
    let start = image * what.pixels;
    let count = f32(what.pixels) * select(1.0, 4.0, what.joint == 1u);

    var sum = vec4f(0.0);
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        sum += raw[(start + i) * what.channels + channel];
    }
    let mean = shared_by(total(sum, local), what.joint) / count;
    var squares = vec4f(0.0);
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        let deviation = raw[(start + i) * what.channels + channel] - mean;
        squares += deviation * deviation;
    }
    let variance = shared_by(total(squares, local), what.joint) / count;
    let reciprocal = 1.0 / sqrt(variance + EPSILON);
    if local == 0u {
        statistics[(image * what.channels + channel) * 2u] = mean;
        statistics[(image * what.channels + channel) * 2u + 1u] = reciprocal;
    }
    let scale = parameters[network + what.scale + channel];
    let shift = parameters[network + what.shift + channel];
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        let normalised = (raw[(start + i) * what.channels + channel] - mean) * reciprocal;
        output[(start + i) * what.to_pixel + what.to_offset + channel] = max(normalised * scale + shift, vec4f(0.0));
    }
}
