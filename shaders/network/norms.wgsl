// The Euclidean norm of each layer's weight gradient: a workgroup for a layer of a lane.
// 0: step   1: layers (where the weights begin and end, in fours)   2: gradients   3: norms [lane, layer]

struct Layers {
    parameters: u32,
    count: u32,
    ranges: array<vec2u>,
}

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> layers: Layers;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> norms: array<f32>;

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let range = layers.ranges[group.x];
    let base = step.lanes[group.z].x * layers.parameters;
    var squares = vec4f(0.0);
    for (var i = range.x + local; i < range.y; i += SIDE_BY_SIDE) {
        let g = gradients[base + i];
        squares += g * g;
    }
    let sum = shared_by(total(squares, local), 1u);
    if local == 0u { norms[group.z * layers.count + group.x] = sqrt(sum.x); }
}
