// Whether a picture pixel lies at an edge of its image pixel behind which its `region` (a class, from 1 on)
// ends; put into each kernel that defines that function.

fn on_outline(at: At) -> bool {
    let own = region(at.pixel);
    if own == 0u { return false; }
    let left = at.column % SCALE == 0u && at.x > 0u && region(at.pixel - min(at.pixel, 1u)) != own;
    let right = at.column % SCALE == SCALE - 1u && at.x + 1u < WIDTH && region(min(at.pixel + 1u, PIXELS - 1u)) != own;
    let above = at.row % SCALE == 0u && at.y > 0u && region(at.pixel - min(at.pixel, WIDTH)) != own;
    let below = at.row % SCALE == SCALE - 1u && at.y + 1u < HEIGHT && region(min(at.pixel + WIDTH, PIXELS - 1u)) != own;
    return left || right || above || below;
}

fn outline(at: At) -> vec3f { return OUTLINES[(region(at.pixel) - 1u) % 4u]; }
