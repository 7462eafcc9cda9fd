// The image with the truth's outlines, a colour for each class.
// 0: image [C, H, W] from 0 to 1   1: labels [H, W]   2: picture, one RGBA a pixel

@group(0) @binding(0) var<storage, read_write> image: array<f32>;
@group(0) @binding(1) var<storage, read_write> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> picture: array<u32>;

fn region(pixel: u32) -> u32 { return u32(labels[pixel] + 0.5); }

{{ image }}
{{ outline }}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= PIXELS * SCALE * SCALE { return; }
    let at = place(id.x);
    var colour = image_colour(at.pixel);
    if on_outline(at) { colour = outline(at); }
    picture[id.x] = pack(colour, 1.0);
}
