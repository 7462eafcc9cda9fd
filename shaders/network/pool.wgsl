// Halving by the maximum of 2×2 pixels.
// 0: what   1: input   2: output

struct What {
    // Of the output.
    height: u32,
    width: u32,
    channels: u32,
    from_pixel: u32,
    from_offset: u32,
}

@group(0) @binding(0) var<storage, read_write> what: What;
@group(0) @binding(1) var<storage, read_write> input: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.height * what.width * what.channels { return; }
    let channel = id.x % what.channels;
    let x = id.x / what.channels % what.width;
    let y = id.x / what.channels / what.width;
    let corner = ((id.z * 2u * what.height + 2u * y) * 2u * what.width) + 2u * x;
    let at = corner * what.from_pixel + what.from_offset + channel;
    let below = at + 2u * what.width * what.from_pixel;
    let upper = max(input[at], input[at + what.from_pixel]);
    let lower = max(input[below], input[below + what.from_pixel]);
    output[id.z * what.height * what.width * what.channels + id.x] = max(upper, lower);
}
