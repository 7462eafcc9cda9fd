// Whether a picture pixel lies at an edge of its image pixel behind which the region `inside` ends; put
// into each kernel that defines that function.

fn on_outline(at: At) -> bool {
    if !inside(at.pixel) { return false; }
    let left = at.column % SCALE == 0u && at.x > 0u && !inside(at.pixel - min(at.pixel, 1u));
    let right = at.column % SCALE == SCALE - 1u && at.x + 1u < WIDTH && !inside(min(at.pixel + 1u, PIXELS - 1u));
    let above = at.row % SCALE == 0u && at.y > 0u && !inside(at.pixel - min(at.pixel, WIDTH));
    let below = at.row % SCALE == SCALE - 1u && at.y + 1u < HEIGHT && !inside(min(at.pixel + WIDTH, PIXELS - 1u));
    return left || right || above || below;
}
