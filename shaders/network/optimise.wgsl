// A step of Adam, or of gradient descent with momentum, for every parameter of every lane.
// 0: step   1: what   2: rates (per lane: learning rate over first correction, root of second correction)
// 3: parameters   4: gradients   5: first moments   6: second moments

struct What {
    parameters: u32,
    // 0: Adam, 1: gradient descent.
    kind: u32,
    // Decay of the first moment, or momentum.
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> rates: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> first: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> second: array<vec4f>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.parameters { return; }
    let at = step.lanes[id.z].x * what.parameters + id.x;
    let g = gradients[at];
    let rate = rates[id.z];
    if what.kind == 0u {
        let m = what.beta_1 * first[at] + (1.0 - what.beta_1) * g;
        let v = what.beta_2 * second[at] + (1.0 - what.beta_2) * g * g;
        first[at] = m;
        second[at] = v;
        parameters[at] -= rate.x * m / (sqrt(v) * rate.y + what.epsilon);
    } else {
        let v = what.beta_1 * first[at] + g;
        first[at] = v;
        parameters[at] -= rate.x * v;
    }
}
