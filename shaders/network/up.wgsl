// Doubling an image: by a transposed 2×2 convolution of stride 2, or by repeating pixels.
// 0: step   1: what   2: input   3: parameters   4: output

struct What {
    // Of the input.
    height: u32,
    width: u32,
    inputs: u32,
    outputs: u32,
    to_pixel: u32,
    to_offset: u32,
    weight: u32,
    bias: u32,
    parameters: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

const NEAREST: bool = {{ nearest }};

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let width = 2u * what.width;
    let height = 2u * what.height;
    if id.x >= width * height { return; }
    let x = id.x % width;
    let y = id.x / width;
    let origin = ((id.z * what.height + y / 2u) * what.width + x / 2u) * what.inputs;
    var sum: vec4f;
    if NEAREST {
        sum = input[origin + id.y];
    } else {
        let network = network_of(id.z) * what.parameters;
        sum = parameters[network + what.bias + id.y];
        let tap = (y % 2u) * 2u + x % 2u;
        for (var channel = 0u; channel < what.inputs; channel++) {
            let at = network + what.weight + (tap * what.inputs * 4u + channel * 4u) * what.outputs + id.y;
            let m = mat4x4f(parameters[at], parameters[at + what.outputs], parameters[at + 2u * what.outputs], parameters[at + 3u * what.outputs]);
            sum += m * input[origin + channel];
        }
    }
    output[((id.z * height + y) * width + x) * what.to_pixel + what.to_offset + id.y] = sum;
}
