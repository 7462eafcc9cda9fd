// What every picture shares; put before each kernel. Templated: width, height, scale, channels, classes, class (-1: all foreground).
// The twin on the CPU is crates/render/src/cpu.rs.

const WIDTH: u32 = {{ width }}u;
const HEIGHT: u32 = {{ height }}u;
const SCALE: u32 = {{ scale }}u;
const CHANNELS: u32 = {{ channels }}u;
const CLASSES: u32 = {{ classes }}u;
const CLASS: i32 = {{ class }};
const PIXELS: u32 = WIDTH * HEIGHT;

const FALSE_POSITIVE = vec3f(0.93, 0.0, 0.75);
const FALSE_NEGATIVE = vec3f(0.0, 0.82, 0.3);
// A variable, because a constant array cannot be indexed by what is computed.
var<private> OUTLINES: array<vec3f, 4> = array(
    vec3f(1.0, 1.0, 1.0), vec3f(1.0, 0.76, 0.03), vec3f(0.35, 0.85, 1.0), vec3f(1.0, 0.6, 0.55));
const RAISED = vec3f(0.0, 0.353, 0.71);
const LOWERED = vec3f(0.863, 0.196, 0.125);
const ERROR_COVER: f32 = 0.72;
const DIMMED: f32 = 0.62;

// A pixel of the picture, and the image pixel it shows.
struct At { column: u32, row: u32, x: u32, y: u32, pixel: u32 }

fn place(index: u32) -> At {
    let column = index % (WIDTH * SCALE);
    let row = index / (WIDTH * SCALE);
    let x = column / SCALE;
    let y = row / SCALE;
    return At(column, row, x, y, y * WIDTH + x);
}

// Where the values of what is drawn begin: those of a class, or the background's.
fn drawn(pixel: u32) -> u32 { return u32(max(CLASS, 0)) * PIXELS + pixel; }

// Straight alpha, red in the lowest byte.
fn pack(colour: vec3f, alpha: f32) -> u32 {
    return pack4x8unorm(vec4f(colour, alpha));
}
