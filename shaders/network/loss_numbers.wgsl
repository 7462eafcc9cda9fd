// The loss of each lane, and how much the pixels of each class push: [lane, 1 + classes]. A workgroup for a
// lane and a class.
// 0: step   1: what   2: gradient [image, class, pixel]   3: labels [image, pixel]   4: losses   5: sums
// 6: numbers

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> labels: array<u32>;
@group(0) @binding(4) var<storage, read_write> losses: array<Loss>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> numbers: array<f32>;

fn value(lane: u32, loss: Loss) -> f32 {
    var terms = 0.0;
    var regions = 0.0;
    for (var b = 0u; b < step.images; b++) {
        for (var c = 0u; c < what.classes; c++) {
            let sum = sums[(lane * step.images + b) * what.classes + c];
            let exponent = select(loss.region_foreground, loss.region_background, c == 0u);
            regions += power(region_miss(sum, loss).x, exponent);
            terms += sum.w;
        }
    }
    return loss.pixel_weight * terms / f32(step.images * what.pixels)
        + loss.region_weight * regions / f32(step.images * what.classes) + loss.constant;
}

@compute @workgroup_size({{ side_by_side }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
    let class_index = group.x;
    let lane = group.z;
    let batch = step.lanes[lane].y * step.images;
    var part = vec4f(0.0);
    for (var i = local; i < step.images * what.pixels; i += SIDE_BY_SIDE) {
        if labels[batch * what.pixels + i] != class_index { continue; }
        let image = lane * step.images + i / what.pixels;
        for (var c = 0u; c < what.classes; c++) {
            part.x += abs(gradient[(image * what.classes + c) * what.pixels + i % what.pixels]);
        }
    }
    let sum = total(part, local);
    let start = lane * (1u + what.classes);
    if local == 0u {
        numbers[start + 1u + class_index] = sum.x;
        if class_index == 0u { numbers[start] = value(lane, losses[lane]); }
    }
}
