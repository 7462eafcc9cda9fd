// Sums over the invocations of a workgroup; put before kernels that need them.

const SIDE_BY_SIDE: u32 = {{ side_by_side }}u;
var<workgroup> parts: array<vec4f, SIDE_BY_SIDE>;

fn total(part: vec4f, local: u32) -> vec4f {
    parts[local] = part;
    workgroupBarrier();
    // Where there are many, the first eight sum an eighth each: two barriers more, in place of one for each
    // halving.
    let eighth = SIDE_BY_SIDE / 8u;
    if eighth > 1u {
        var sum = vec4f(0.0);
        if local < 8u {
            for (var i = 0u; i < eighth; i++) { sum += parts[local * eighth + i]; }
        }
        workgroupBarrier();
        if local < 8u { parts[local] = sum; }
        workgroupBarrier();
    }
    var sum = vec4f(0.0);
    for (var i = 0u; i < min(SIDE_BY_SIDE, 8u); i++) { sum += parts[i]; }
    workgroupBarrier();
    return sum;
}

// What the channels of a group have in common: each its own, or all four the same.
fn shared_by(value: vec4f, joint: u32) -> vec4f {
    if joint == 1u { return vec4f((value.x + value.y) + (value.z + value.w)); }
    return value;
}
