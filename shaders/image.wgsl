// The image's colour at one of its pixels; put into each kernel that binds `image`.

fn image_colour(pixel: u32) -> vec3f {
    if CHANNELS == 3u { return vec3f(image[pixel], image[PIXELS + pixel], image[2u * PIXELS + pixel]); }
    return vec3f(image[pixel]);
}
