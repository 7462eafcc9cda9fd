// The 1×1 convolution at the end; logits are planes: [image, class, row, column].
// 0: step   1: what   2: input   3: parameters   4: logits

struct What {
    pixels: u32,
    inputs: u32,
    // In fours, filled up.
    outputs: u32,
    classes: u32,
    weight: u32,
    bias: u32,
    parameters: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.pixels { return; }
    let network = network_of(id.z) * what.parameters;
    let origin = (id.z * what.pixels + id.x) * what.inputs;
    for (var four = 0u; four < what.outputs; four++) {
        var sum = parameters[network + what.bias + four];
        for (var channel = 0u; channel < what.inputs; channel++) {
            let at = network + what.weight + channel * 4u * what.outputs + four;
            let m = mat4x4f(parameters[at], parameters[at + what.outputs], parameters[at + 2u * what.outputs], parameters[at + 3u * what.outputs]);
            sum += m * input[origin + channel];
        }
        for (var k = 0u; k < 4u; k++) {
            let class_index = four * 4u + k;
            if class_index < what.classes { logits[(id.z * what.classes + class_index) * what.pixels + id.x] = sum[k]; }
        }
    }
}
