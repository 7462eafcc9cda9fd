// Sums that a loss is made of, per image and class: true positives, false negatives, false positives, and
// the part over pixels whose label is the class. A workgroup for an image and a class.
// 0: step   1: what   2: logits [image, class, pixel]   3: labels [image, pixel]   4: losses   5: sums

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> labels: array<u32>;
@group(0) @binding(4) var<storage, read_write> losses: array<Loss>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size({{ side_by_side }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let class_index = group.x;
    let image = group.z;
    let lane = image / step.images;
    let loss = losses[lane];
    let seen = step.lanes[lane].y * step.images + image % step.images;
    var part = vec4f(0.0);
    for (var i = local; i < what.pixels; i += SIDE_BY_SIDE) {
        let label = labels[seen * what.pixels + i];
        let pixel = read_pixel(image, i, label);
        let p = clip(pixel_probability(image, i, class_index, pixel), loss.region_clipped);
        if label == class_index {
            part += vec4f(p, 1.0 - p, 0.0, class_weight(loss, label) * term(pixel, loss, label).x);
        } else {
            part.z += p;
        }
    }
    let sum = total(part, local);
    if local == 0u { sums[image * what.classes + class_index] = sum; }
}
