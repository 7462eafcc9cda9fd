// The gradient of a loss with respect to the logits, from its sums.
// 0: step   1: what   2: logits [image, class, pixel]   3: labels [image, pixel]   4: losses   5: sums
// 6: gradient [image, class, pixel]

@group(0) @binding(0) var<storage, read_write> step: Step;
@group(0) @binding(1) var<storage, read_write> what: What;
@group(0) @binding(2) var<storage, read_write> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> labels: array<u32>;
@group(0) @binding(4) var<storage, read_write> losses: array<Loss>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> gradient: array<f32>;

// dL/dp of a class at a pixel, by the part over regions.
fn region_push(image: u32, class_index: u32, label: u32, p: f32, loss: Loss) -> f32 {
    if !passes(p, loss.region_clipped) { return 0.0; }
    let region = region_miss(sums[image * what.classes + class_index], loss);
    let exponent = select(loss.region_foreground, loss.region_background, class_index == 0u);
    let scale = loss.region_weight / f32(step.images * what.classes);
    return scale * slope(region.x, exponent) * select(region.y, region.z, class_index == label);
}

@compute @workgroup_size(64, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3u) {
    if id.x >= what.pixels { return; }
    let image = id.z;
    let lane = image / step.images;
    let loss = losses[lane];
    let seen = step.lanes[lane].y * step.images + image % step.images;
    let label = labels[seen * what.pixels + id.x];
    let pixel = read_pixel(image, id.x, label);
    var mean = 0.0;
    for (var c = 0u; c < what.classes; c++) {
        let p = pixel_probability(image, id.x, c, pixel);
        mean += p * region_push(image, c, label, p, loss);
    }
    let scale = loss.pixel_weight / f32(step.images * what.pixels);
    let own = scale * class_weight(loss, label) * term(pixel, loss, label).y;
    for (var c = 0u; c < what.classes; c++) {
        let p = pixel_probability(image, id.x, c, pixel);
        let apart = select(-p, pixel.miss, c == label);
        gradient[(image * what.classes + c) * what.pixels + id.x] = p * (region_push(image, c, label, p, loss) - mean) + apart * own;
    }
}
