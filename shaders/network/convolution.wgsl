// The 3×3 convolution with zeros around: four columns and four channels an invocation.
// With `transposed`, the way back: input is the gradient of the result, output that of the input.
// 0: step   1: what   2: input   3: parameters   4: output

struct What {
    height: u32,
    width: u32,
    // Of this kernel's input and output, in fours.
    inputs: u32,
    outputs: u32,
    // From one pixel to the next, and where its first channel lies, in fours.
    from_pixel: u32,
    from_offset: u32,
    to_pixel: u32,
    to_offset: u32,
    // Where weights and bias lie, and how long a network's parameters are, in fours.
    weight: u32,
    bias: u32,
    parameters: u32,
    // 1: ReLU.
    relu: u32,
    // 1: lanes of the same batch share the input.
    shared_input: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

const TRANSPOSED: bool = {{ transposed }};

// Four channels at a column that may lie outside the image.
fn load(row: u32, x: i32, channel: u32) -> vec4f {
    let column = u32(clamp(x, 0, i32(what.width) - 1));
    let value = input[(row + column) * what.from_pixel + what.from_offset + channel];
    return select(vec4f(0.0), value, x == i32(column));
}

// Weights between four inputs and four outputs at one tap, such that times() is their product.
fn weights(base: u32, tap: u32, channel: u32, to: u32) -> mat4x4f {
    var at: u32;
    var pitch: u32;
    if TRANSPOSED {
        at = base + ((8u - tap) * what.outputs * 4u + to * 4u) * what.inputs + channel;
        pitch = what.inputs;
    } else {
        at = base + (tap * what.inputs * 4u + channel * 4u) * what.outputs + to;
        pitch = what.outputs;
    }
    return mat4x4f(parameters[at], parameters[at + pitch], parameters[at + 2u * pitch], parameters[at + 3u * pitch]);
}

fn times(m: mat4x4f, v: vec4f) -> vec4f {
    if TRANSPOSED { return v * m; }
    return m * v;
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let columns = (what.width + 3u) / 4u;
    if id.x >= columns * what.height { return; }
    let x = i32(id.x % columns) * 4;
    let y = i32(id.x / columns);
    let to = id.y;
    let network = network_of(id.z) * what.parameters;
    var image = id.z;
    if what.shared_input == 1u {
        image = step.lanes[id.z / step.images].y * step.images + id.z % step.images;
    }

    var sums: array<vec4f, 4>;
    var s0 = vec4f(0.0);
    if !TRANSPOSED { s0 = parameters[network + what.bias + to]; }
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (var ky = 0; ky < 3; ky++) {
        let row = y + ky - 1;
        if row < 0 || row >= i32(what.height) { continue; }
        let start = (image * what.height + u32(row)) * what.width;
        for (var channel = 0u; channel < what.inputs; channel++) {
            let v0 = load(start, x - 1, channel);
            let v1 = load(start, x, channel);
            let v2 = load(start, x + 1, channel);
            let v3 = load(start, x + 2, channel);
            let v4 = load(start, x + 3, channel);
            let v5 = load(start, x + 4, channel);
            let left = weights(network + what.weight, u32(ky) * 3u, channel, to);
            s0 += times(left, v0);
            s1 += times(left, v1);
            s2 += times(left, v2);
            s3 += times(left, v3);
            let middle = weights(network + what.weight, u32(ky) * 3u + 1u, channel, to);
            s0 += times(middle, v1);
            s1 += times(middle, v2);
            s2 += times(middle, v3);
            s3 += times(middle, v4);
            let right = weights(network + what.weight, u32(ky) * 3u + 2u, channel, to);
            s0 += times(right, v2);
            s1 += times(right, v3);
            s2 += times(right, v4);
            s3 += times(right, v5);
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    let start = (id.z * what.height + u32(y)) * what.width + u32(x);
    for (var column = 0u; column < 4u; column++) {
        if u32(x) + column >= what.width { break; }
        var sum = sums[column];
        if what.relu == 1u { sum = max(sum, vec4f(0.0)); }
        output[(start + column) * what.to_pixel + what.to_offset + to] = sum;
    }
}
