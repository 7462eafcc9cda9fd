// The image with the truth's outline.
// 0: image [C, H, W] from 0 to 1   1: labels [H, W]   2: picture, one RGBA a pixel

@group(0) @binding(0) var<storage, read_write> image: array<f32>;
@group(0) @binding(1) var<storage, read_write> labels: array<f32>;
@group(0) @binding(2) var<storage, read_write> picture: array<u32>;

fn inside(pixel: u32) -> bool { return labels[pixel] > 0.5; }

{{ image }}
{{ outline }}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= PIXELS * SCALE * SCALE { return; }
    let at = place(id.x);
    var colour = image_colour(at.pixel);
    if on_outline(at) { colour = OUTLINE; }
    picture[id.x] = pack(colour, 1.0);
}
