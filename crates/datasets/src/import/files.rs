//! Which files are worth keeping, by their names.

/// Endings of the formats that can be decoded.
const IMAGES: [&str; 9] = [
    "png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "jfif",
];

/// What a file's name says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// To be decoded.
    Image,
    /// To be unpacked.
    Archive,
    /// Left there by an operating system; nobody meant to bring it.
    Hidden,
    /// Of no use, for this reason.
    Other(&'static str),
}

/// Judges a file by its name. A path may use either slash.
pub(super) fn kind(path: &str) -> Kind {
    let parts: Vec<&str> = path.split('/').collect();
    let name = parts.last().copied().unwrap_or_default().to_lowercase();
    if parts
        .iter()
        .any(|part| part.starts_with('.') || *part == "__MACOSX")
        || ["thumbs.db", "desktop.ini", ""].contains(&name.as_str())
    {
        return Kind::Hidden;
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if IMAGES.contains(&ending) {
        return Kind::Image;
    }
    match ending {
        "zip" => Kind::Archive,
        "nii" | "mha" | "mhd" | "nrrd" | "dcm" | "dicom" => Kind::Other(
            "This is a medical volume or slice in a format that is not read here. Export its slices as PNG images.",
        ),
        "gz" | "7z" | "rar" | "tar" | "tgz" | "bz2" | "xz" => Kind::Other(
            "Archives of this kind are not read here. Unpack it, or pack its files as a ZIP.",
        ),
        "heic" | "heif" | "avif" | "jp2" | "svg" | "psd" | "pdf" => {
            Kind::Other("Images in this format are not read here. Save it as PNG.")
        }
        _ => Kind::Other(
            "This is not an image by its name, so it was left out. Images can be PNG, JPEG, WebP, BMP, GIF or TIFF.",
        ),
    }
}

/// One form for every path: forward slashes, no drive, no empty, `.` or `..` parts.
pub(super) fn normalise(path: &str) -> String {
    path.replace('\\', "/")
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | "..") && !part.ends_with(':'))
        .collect::<Vec<_>>()
        .join("/")
}

/// The last part of a path, without its ending.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
