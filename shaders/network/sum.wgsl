// Sums over the invocations of a workgroup; put before kernels that need them.

const SIDE_BY_SIDE: u32 = 64u;
var<workgroup> parts: array<vec4f, 64>;

fn total(part: vec4f, local: u32) -> vec4f {
    parts[local] = part;
    workgroupBarrier();
    // Eight invocations sum eight parts each: two barriers in place of six.
    var sum = vec4f(0.0);
    if local < 8u {
        for (var i = 0u; i < 8u; i++) { sum += parts[local * 8u + i]; }
    }
    workgroupBarrier();
    if local < 8u { parts[local] = sum; }
    workgroupBarrier();
    sum = vec4f(0.0);
    for (var i = 0u; i < 8u; i++) { sum += parts[i]; }
    workgroupBarrier();
    return sum;
}

// What the channels of a group have in common: each its own, or all four the same.
fn shared_by(value: vec4f, joint: u32) -> vec4f {
    if joint == 1u { return vec4f((value.x + value.y) + (value.z + value.w)); }
    return value;
}
