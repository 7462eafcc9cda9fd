// Gradients of a layer's weights and bias: sums over pixels and images of input ⊗ gradient. A workgroup for
// four inputs, four outputs and one row of the kernel. Also sums up what normalisation left per image.
// `taps`: columns of the kernel: 3 (3×3), 2 (transposed 2×2) or 1 (1×1).
// 0: step   1: what   2: input   3: gradient   4: parts (of the normalisation)   5: gradients

struct What {
    // Of the input.
    height: u32,
    width: u32,
    inputs: u32,
    outputs: u32,
    from_pixel: u32,
    from_offset: u32,
    // Of the gradient.
    at_pixel: u32,
    at_offset: u32,
    weight: u32,
    bias: u32,
    parameters: u32,
    shared_input: u32,
    // 1: the layer is normalised, and these are its parameters.
    normalised: u32,
    scale: u32,
    shift: u32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradient: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> parts_per_image: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradients: array<vec4f>;

const TAPS: u32 = {{ taps }}u;

fn outer(x: vec4f, g: vec4f) -> mat4x4f {
    return mat4x4f(g * x.x, g * x.y, g * x.z, g * x.w);
}

fn load(row: u32, x: i32, channel: u32) -> vec4f {
    let column = u32(clamp(x, 0, i32(what.width) - 1));
    let value = input[(row + column) * what.from_pixel + what.from_offset + channel];
    return select(vec4f(0.0), value, x == i32(column));
}

fn gradient_at(image: u32, y: u32, x: u32, channel: u32) -> vec4f {
    let scale = select(1u, 2u, TAPS == 2u);
    let pixel = (image * what.height * scale + y) * what.width * scale + x;
    return gradient[pixel * what.at_pixel + what.at_offset + channel];
}

// Writes one tap's weights.
fn store(sum: mat4x4f, base: u32, tap: u32, origin: u32, to: u32, local: u32) {
    for (var k = 0u; k < 4u; k++) {
        let row = total(sum[k], local);
        if local == 0u { gradients[base + what.weight + (tap * what.inputs * 4u + origin * 4u + k) * what.outputs + to] = row; }
    }
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let origin = group.x % what.inputs;
    let to = group.x / what.inputs;
    let ky = group.y;
    let lane = group.z;
    let pixels = what.height * what.width;
    var w0 = mat4x4f();
    var w1 = mat4x4f();
    var w2 = mat4x4f();
    var bias = vec4f(0.0);
    for (var i = local; i < step.images * pixels; i += SIDE_BY_SIDE) {
        let b = i / pixels;
        let y = i % pixels / what.width;
        let x = i % what.width;
        let image = lane * step.images + b;
        var seen = image;
        if what.shared_input == 1u { seen = step.lanes[lane].y * step.images + b; }
        if TAPS == 3u {
            let g = gradient_at(image, y, x, to);
            bias += g;
            let row = i32(y + ky) - 1;
            if row >= 0 && row < i32(what.height) {
                let start = (seen * what.height + u32(row)) * what.width;
                w0 += outer(load(start, i32(x) - 1, origin), g);
                w1 += outer(load(start, i32(x), origin), g);
                w2 += outer(load(start, i32(x) + 1, origin), g);
            }
        } else if TAPS == 2u {
            let v = load((seen * what.height + y) * what.width, i32(x), origin);
            let left = gradient_at(image, 2u * y + ky, 2u * x, to);
            let right = gradient_at(image, 2u * y + ky, 2u * x + 1u, to);
            w0 += outer(v, left);
            w1 += outer(v, right);
            // The first row's workgroup sums the bias over both rows.
            if ky == 0u && origin == 0u {
                bias += left + right + gradient_at(image, 2u * y + 1u, 2u * x, to) + gradient_at(image, 2u * y + 1u, 2u * x + 1u, to);
            }
        } else {
            let g = gradient_at(image, y, x, to);
            bias += g;
            w0 += outer(load((seen * what.height + y) * what.width, i32(x), origin), g);
        }
    }
    let base = step.lanes[lane].x * what.parameters;
    store(w0, base, ky * TAPS, origin, to, local);
    if TAPS > 1u { store(w1, base, ky * TAPS + 1u, origin, to, local); }
    if TAPS > 2u { store(w2, base, ky * TAPS + 2u, origin, to, local); }
    let sum = total(bias, local);
    if ky == 0u && origin == 0u && local == 0u {
        gradients[base + what.bias + to] = sum;
        if what.normalised == 1u {
            var shift = vec4f(0.0);
            var scale = vec4f(0.0);
            for (var b = 0u; b < step.images; b++) {
                let entry = ((lane * step.images + b) * what.outputs + to) * 2u;
                shift += parts_per_image[entry];
                scale += parts_per_image[entry + 1u];
            }
            gradients[base + what.shift + to] = shift;
            gradients[base + what.scale + to] = scale;
        }
    }
}
