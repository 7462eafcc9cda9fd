// Sums over the invocations of a workgroup; put before kernels that need them.

const SIDE_BY_SIDE: u32 = 64u;
var<workgroup> parts: array<vec4f, 64>;

fn total(part: vec4f, local: u32) -> vec4f {
    parts[local] = part;
    workgroupBarrier();
    for (var reach = SIDE_BY_SIDE / 2u; reach > 0u; reach /= 2u) {
        if local < reach { parts[local] += parts[local + reach]; }
        workgroupBarrier();
    }
    let sum = parts[0];
    workgroupBarrier();
    return sum;
}

// What the channels of a group have in common: each its own, or all four the same.
fn shared_by(value: vec4f, joint: u32) -> vec4f {
    if joint == 1u { return vec4f((value.x + value.y) + (value.z + value.w)); }
    return value;
}
