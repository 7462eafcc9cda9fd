// The probability of foreground or of a class, viridis from 0 to 1, with the truth's outline.
// 0: labels [H, W]   1: probabilities [K, H, W]   2: picture

@group(0) @binding(0) var<storage, read_write> labels: array<f32>;
@group(0) @binding(1) var<storage, read_write> probabilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> picture: array<u32>;

// By the polynomial that M. Zucker fitted to it (CC0).
fn viridis(t: f32) -> vec3f {
    let c0 = vec3f(0.27772733, 0.0054073445, 0.3340998);
    let c1 = vec3f(0.10509304, 1.4046135, 1.3845902);
    let c2 = vec3f(-0.33086184, 0.21484756, 0.09509516);
    let c3 = vec3f(-4.6342305, -5.799101, -19.332441);
    let c4 = vec3f(6.22827, 14.179933, 56.690553);
    let c5 = vec3f(4.776385, -13.745145, -65.35303);
    let c6 = vec3f(-5.435456, 4.6458526, 26.312435);
    return c0 + t * (c1 + t * (c2 + t * (c3 + t * (c4 + t * (c5 + t * c6)))));
}

fn region(pixel: u32) -> u32 { return u32(labels[pixel] + 0.5); }

{{ outline }}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= PIXELS * SCALE * SCALE { return; }
    let at = place(id.x);
    let value = probabilities[drawn(at.pixel)];
    var colour = viridis(clamp(select(1.0 - value, value, CLASS >= 0), 0.0, 1.0));
    if on_outline(at) { colour = outline(at); }
    picture[id.x] = pack(colour, 1.0);
}
