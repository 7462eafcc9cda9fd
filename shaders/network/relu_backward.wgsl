// The way back through ReLU alone, in place.
// 0: what   1: activated   2: gradient

struct What {
    // Of all images, in fours of channels.
    count: u32,
    channels: u32,
    from_pixel: u32,
    from_offset: u32,
}

@group(0) @binding(0) var<storage, read_write> what: What;
@group(0) @binding(1) var<storage, read_write> activated: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let per_image = what.count;
    if id.x >= per_image { return; }
    let pixel = id.z * (per_image / what.channels) + id.x / what.channels;
    let channel = id.x % what.channels;
    let value = activated[pixel * what.from_pixel + what.from_offset + channel];
    let at = pixel * what.channels + channel;
    gradient[at] = select(vec4f(0.0), gradient[at], value > vec4f(0.0));
}
