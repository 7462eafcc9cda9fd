// The gradient of what a level put out: that of its skip connection, and that of the halved image where the
// pixel won (the first, where several are equal).
// 0: what   1: activated   2: skip gradient   3: pooled gradient   4: output

struct What {
    // Of the level.
    height: u32,
    width: u32,
    channels: u32,
    // Of what was activated, and of the skip connection's gradient.
    joined_pixel: u32,
}

@group(0) @binding(0) var<storage, read_write> what: What;
@group(0) @binding(1) var<storage, read_write> activated: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> skip: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> pooled: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4f>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.height / 2u * (what.width / 2u) * what.channels { return; }
    let channel = id.x % what.channels;
    let x = id.x / what.channels % (what.width / 2u);
    let y = id.x / what.channels / (what.width / 2u);
    let g = pooled[id.z * (what.height / 2u) * (what.width / 2u) * what.channels + id.x];
    let corner = (id.z * what.height + 2u * y) * what.width + 2u * x;
    let steps = array<u32, 4>(0u, 1u, what.width, what.width + 1u);
    var best = activated[corner * what.joined_pixel + channel];
    for (var k = 1u; k < 4u; k++) {
        best = max(best, activated[(corner + steps[k]) * what.joined_pixel + channel]);
    }
    var open = vec4<bool>(true);
    for (var k = 0u; k < 4u; k++) {
        let pixel = corner + steps[k];
        let wins = open & (activated[pixel * what.joined_pixel + channel] == best);
        open = open & !wins;
        output[pixel * what.channels + channel] = skip[pixel * what.joined_pixel + channel] + select(vec4f(0.0), g, wins);
    }
}
