// What the network's kernels share; put before each of them.
//
// Images are channels last, four channels a vec4: [image, row, column, channels / 4]; channels that fill up
// the last vec4 are zero throughout. Lanes of a step come one behind the other, each with all its images.
// Weights are [kernel row, kernel column, input, output / 4].
// The twins on the CPU are in crates/kernels/src/cpu.

// What is done this time, the same for every kernel of a step.
struct Step {
    // Images of each lane.
    images: u32,
    // Per lane of the step: which network it is, and which batch of images it sees.
    lanes: array<vec2u>,
}

// The network of image number z.
fn network_of(z: u32) -> u32 {
    return step.lanes[z / step.images].x;
}
