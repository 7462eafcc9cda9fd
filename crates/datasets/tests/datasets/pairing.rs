use losscope_datasets::import::{ImportError, Importer};

use crate::making::{image_file, mask_file, options};

/// Pairs files of the given paths, and returns "image = mask" for each, and the rejected paths.
fn pair(paths: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut importer = Importer::new(options()).expect("valid options");
    for path in paths {
        let mask =
            path.to_lowercase().contains("mask") || path.contains("label") || path.contains("GT");
        importer.add(path, if mask { mask_file() } else { image_file() });
    }
    // Enough to get a report, whatever the test is about.
    for n in 0..3 {
        importer.add(&format!("zzz{n}.png"), image_file());
        importer.add(&format!("zzz{n}_mask.png"), mask_file());
    }
    importer.pair();
    let report = match importer.finish() {
        Ok(import) => import.report,
        Err(ImportError::TooFewPairs { rejected, .. }) => panic!("{rejected:#?}"),
        Err(error) => panic!("{error}"),
    };
    for rejection in &report.rejected {
        assert!(rejection.reason.ends_with('.'), "{rejection:?}");
    }
    let pairs = report
        .pairs
        .iter()
        .filter(|pair| !pair.name.starts_with("zzz"));
    (
        pairs
            .map(|pair| format!("{} = {}", pair.image, pair.mask))
            .collect(),
        report
            .rejected
            .into_iter()
            .map(|rejection| rejection.path)
            .collect(),
    )
}

fn assert_pairs(paths: &[&str], pairs: &[&str], rejected: &[&str]) {
    let (found, refused) = pair(paths);
    assert_eq!(found, pairs, "pairs of {paths:?}");
    let mut refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    refused.sort_unstable();
    let mut rejected = rejected.to_vec();
    rejected.sort_unstable();
    assert_eq!(refused, rejected, "rejected of {paths:?}");
}

#[test]
fn folders_tell_the_role() {
    for (images, masks) in [
        ("images", "masks"),
        ("image", "mask"),
        ("Img", "Labels"),
        ("imgs", "gt"),
        ("Original", "Ground Truth"),
        ("originals", "ground_truth"),
        ("frames", "GroundTruth"),
        ("images", "annotations"),
        ("images", "segmentation"),
        ("images", "seg"),
        ("images", "manual"),
        ("images", "1st_manual"),
        ("set/images", "set/masks"),
        ("images/centre 1", "masks/centre 1"),
        ("train_images", "train_masks"),
        ("x.zip/images", "x.zip/masks"),
    ] {
        let (image, mask) = (format!("{images}/001.jpg"), format!("{masks}/001.PNG"));
        assert_pairs(&[&image, &mask], &[&format!("{image} = {mask}")], &[]);
    }
}

#[test]
fn names_tell_the_role() {
    for (image, mask) in [
        ("x.png", "x_mask.png"),
        ("x.JPG", "X_Mask.png"),
        ("x.png", "x_segmentation.png"),
        ("x.png", "x_label.png"),
        ("x.png", "x-gt.png"),
        ("x.png", "mask_x.png"),
        ("x.png", "x mask.png"),
        ("benign (1).png", "benign (1)_mask.png"),
        ("image_7.png", "mask_7.png"),
        ("ISIC_0000000.jpg", "ISIC_0000000_segmentation.png"),
        ("Image_01L.jpg", "Image_01L_1stHO.png"),
        ("frame_3.png", "frame_mask_3.png"),
    ] {
        assert_pairs(&[image, mask], &[&format!("{image} = {mask}")], &[]);
    }
}

#[test]
fn parts_of_a_mask_are_merged() {
    assert_pairs(
        &[
            "benign (4).png",
            "benign (4)_mask.png",
            "benign (4)_mask_1.png",
            "benign (4)_mask_2.png",
        ],
        &["benign (4).png = benign (4)_mask.png + benign (4)_mask_1.png + benign (4)_mask_2.png"],
        &[],
    );
    // 2018 Data Science Bowl: a folder for each image, a mask for each nucleus.
    assert_pairs(
        &[
            "s/aa/images/aa.png",
            "s/aa/masks/11.png",
            "s/aa/masks/22.png",
            "s/bb/images/bb.png",
            "s/bb/masks/33.png",
        ],
        &[
            "s/aa/images/aa.png = s/aa/masks/11.png + s/aa/masks/22.png",
            "s/bb/images/bb.png = s/bb/masks/33.png",
        ],
        &[],
    );
}

#[test]
fn a_folder_name_that_misleads_does_no_harm() {
    // "GT" in the name of the folder that holds all.
    let busi = "Dataset_BUSI_with_GT/benign";
    let (image, mask) = (
        format!("{busi}/benign (1).png"),
        format!("{busi}/benign (1)_mask.png"),
    );
    assert_pairs(&[&image, &mask], &[&format!("{image} = {mask}")], &[]);
    let (found, _) = pair(&["segmentation/a.png", "segmentation/a_mask.png"]);
    assert_eq!(found, ["segmentation/a.png = segmentation/a_mask.png"]);
}

#[test]
fn the_plainest_mask_folder_wins() {
    assert_pairs(
        &["images/1.png", "masks/1.png", "masks_tumour/1.png"],
        &["images/1.png = masks/1.png"],
        &["masks_tumour/1.png"],
    );
    // DRIVE: "mask" is the field of view.
    assert_pairs(
        &[
            "t/images/21_training.tif",
            "t/1st_manual/21_manual1.gif",
            "t/mask/21_training_mask.gif",
        ],
        &["t/images/21_training.tif = t/1st_manual/21_manual1.gif"],
        &["t/mask/21_training_mask.gif"],
    );
    assert_pairs(
        &[
            "Image_01L.jpg",
            "Image_01L_1stHO.png",
            "Image_01L_2ndHO.png",
        ],
        &["Image_01L.jpg = Image_01L_1stHO.png"],
        &["Image_01L_2ndHO.png"],
    );
}

#[test]
fn the_same_name_in_two_places_stays_in_its_place() {
    assert_pairs(
        &[
            "train/images/1.png",
            "train/masks/1.png",
            "test/images/1.png",
            "test/masks/1.png",
        ],
        &[
            "test/images/1.png = test/masks/1.png",
            "train/images/1.png = train/masks/1.png",
        ],
        &[],
    );
    assert_pairs(
        &[
            "train_images/1.png",
            "train_masks/1.png",
            "test_images/1.png",
            "test_masks/1.png",
        ],
        &[
            "test_images/1.png = test_masks/1.png",
            "train_images/1.png = train_masks/1.png",
        ],
        &[],
    );
    // Folders that do not match at all, but a name that occurs once.
    assert_pairs(
        &["pictures/new/1.png", "masks/1.png"],
        &["pictures/new/1.png = masks/1.png"],
        &[],
    );
    // A stray mask does not disturb the pair of another place.
    assert_pairs(
        &["a/images/1.png", "a/masks/1.png", "b/masks/1.png"],
        &["a/images/1.png = a/masks/1.png"],
        &["b/masks/1.png"],
    );
}

#[test]
fn the_unpaired_and_the_ambiguous_are_rejected() {
    assert_pairs(
        &["images/1.png", "masks/2.png"],
        &[],
        &["images/1.png", "masks/2.png"],
    );
    assert_pairs(
        &["images/1.png", "images/1.jpg", "masks/1.png"],
        &[],
        &["images/1.png", "images/1.jpg", "masks/1.png"],
    );
    assert_pairs(
        &["images/1.png", "masks/1.png", "labels/1.png"],
        &[],
        &["images/1.png", "masks/1.png", "labels/1.png"],
    );
}

#[test]
fn pairing_again_takes_what_came_since() {
    let mut importer = Importer::new(options()).expect("valid options");
    importer.add("images/1.png", image_file());
    assert_eq!(importer.pair(), 0);
    importer.add("masks/1.png", mask_file());
    assert_eq!(importer.pair(), 1);
    assert_eq!(importer.pair(), 1);
    let progress = importer.decode_next().expect("a pair");
    assert_eq!(
        (progress.done, progress.total, progress.name.as_str()),
        (1, 1, "1")
    );
    assert_eq!(importer.decode_next(), None);
}
