//! Which files are worth keeping, by their names.

/// Endings of the formats that can be decoded.
const IMAGES: [&str; 15] = [
    "png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "jfif", "nii", "dcm", "dicom",
    "ima", "npy", "nii.gz",
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
    /// A name without an ending, which medical files often have: the content decides.
    Unnamed,
    /// Of no use, for this reason.
    Other(&'static str),
}

/// Why a file of no known ending and content was left out.
pub(super) const NO_IMAGE: &str = "This is not an image by its name, so it was left out. Images can be PNG, JPEG, WebP, \
                                   BMP, GIF, TIFF, NIfTI, DICOM or NumPy (.npy).";

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
    let Some((start, ending)) = name.rsplit_once('.') else {
        return Kind::Unnamed;
    };
    if IMAGES.contains(&ending) || ending == "gz" && start.ends_with(".nii") {
        return Kind::Image;
    }
    match ending {
        "zip" => Kind::Archive,
        "mha" | "mhd" | "nrrd" | "mgz" | "hdr" | "img" => Kind::Other(
            "This is a medical volume in a format that is not read here. Save it as NIfTI (.nii or .nii.gz).",
        ),
        "npz" | "mat" | "h5" | "hdf5" => Kind::Other(
            "Files of several arrays are not read here. Save each image or volume as one .npy file.",
        ),
        "gz" | "7z" | "rar" | "tar" | "tgz" | "bz2" | "xz" => Kind::Other(
            "Archives of this kind are not read here. Unpack it, or pack its files as a ZIP.",
        ),
        "heic" | "heif" | "avif" | "jp2" | "svg" | "psd" | "pdf" => {
            Kind::Other("Images in this format are not read here. Save it as PNG.")
        }
        // DICOM files are often named by an identifier, whose last part is a number.
        _ if ending.bytes().all(|b| b.is_ascii_digit()) => Kind::Unnamed,
        _ => Kind::Other(NO_IMAGE),
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
    let Some((start, ending)) = name.rsplit_once('.') else {
        return name;
    };
    match start.rsplit_once('.') {
        Some((stem, inner))
            if ending.eq_ignore_ascii_case("gz") && inner.eq_ignore_ascii_case("nii") =>
        {
            stem
        }
        _ => start,
    }
}

/// The folders of a path.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
