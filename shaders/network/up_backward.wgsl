// The gradient of an image from that of the doubled one.
// 0: step   1: what   2: gradient of the doubled image   3: parameters   4: output

struct What {
    // Of the output.
    height: u32,
    width: u32,
    inputs: u32,
    outputs: u32,
    from_pixel: u32,
    from_offset: u32,
    weight: u32,
    bias: u32,
    parameters: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

const NEAREST: bool = {{ nearest }};

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.height * what.width { return; }
    let x = id.x % what.width;
    let y = id.x / what.width;
    let network = network_of(id.z) * what.parameters;
    var sum = vec4f(0.0);
    for (var tap = 0u; tap < 4u; tap++) {
        let row = id.z * 2u * what.height + 2u * y + tap / 2u;
        let pixel = row * 2u * what.width + 2u * x + tap % 2u;
        let origin = pixel * what.from_pixel + what.from_offset;
        if NEAREST {
            sum += gradient[origin + id.y];
        } else {
            for (var channel = 0u; channel < what.outputs; channel++) {
                let at = network + what.weight + (tap * what.inputs * 4u + id.y * 4u) * what.outputs + channel;
                let m = mat4x4f(parameters[at], parameters[at + what.outputs], parameters[at + 2u * what.outputs], parameters[at + 3u * what.outputs]);
                sum += gradient[origin + channel] * m;
            }
        }
    }
    output[((id.z * what.height + y) * what.width + x) * what.inputs + id.y] = sum;
}
