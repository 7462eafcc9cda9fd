// dL/dlogit of the foreground or of a class: blue where the step raises it, red where it lowers it,
// transparent at zero; opacity is the root of |dL/dlogit| / range.
// 0: dL/dlogits [K, H, W]   1: range [1]   2: picture

@group(0) @binding(0) var<storage, read_write> logit_gradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> range: array<f32>;
@group(0) @binding(2) var<storage, read_write> picture: array<u32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= PIXELS * SCALE * SCALE { return; }
    let at = place(id.x);
    // The gradients of a softmax's logits sum to zero: minus the background's is the foreground's.
    let value = logit_gradient[drawn(at.pixel)];
    let gradient = select(-value, value, CLASS >= 0);
    var share = 0.0;
    if range[0] > 0.0 { share = abs(gradient) / range[0]; }
    picture[id.x] = pack(select(LOWERED, RAISED, gradient < 0.0), sqrt(clamp(share, 0.0, 1.0)));
}
