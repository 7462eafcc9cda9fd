// The gradient of the head's input from that of the logits, and the latter with channels last.
// 0: step   1: what   2: gradient of the logits (planes)   3: parameters   4: output   5: channels last

struct What {
    pixels: u32,
    inputs: u32,
    outputs: u32,
    classes: u32,
    weight: u32,
    bias: u32,
    parameters: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> channels_last: array<vec4f>;

// Four of the logits' gradients; beyond the last class, zero.
fn load(image: u32, pixel: u32, four: u32) -> vec4f {
    var value = vec4f(0.0);
    for (var k = 0u; k < 4u; k++) {
        let class_index = four * 4u + k;
        if class_index < what.classes { value[k] = gradient[(image * what.classes + class_index) * what.pixels + pixel]; }
    }
    return value;
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.pixels { return; }
    let network = network_of(id.z) * what.parameters;
    let pixel = id.z * what.pixels + id.x;
    for (var four = 0u; four < what.outputs; four++) {
        channels_last[pixel * what.outputs + four] = load(id.z, id.x, four);
    }
    for (var channel = 0u; channel < what.inputs; channel++) {
        var sum = vec4f(0.0);
        for (var four = 0u; four < what.outputs; four++) {
            let at = network + what.weight + channel * 4u * what.outputs + four;
            let m = mat4x4f(parameters[at], parameters[at + what.outputs], parameters[at + 2u * what.outputs], parameters[at + 3u * what.outputs]);
            sum += load(id.z, id.x, four) * m;
        }
        output[pixel * what.inputs + channel] = sum;
    }
}
