//! The engines and the import for the page: crates as wasm packages in `www/pkg`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::sections;
use crate::tools;
use crate::workspace::Workspace;

/// One build of a crate, as a wasm package of its own.
pub(crate) struct Package {
    /// Its folder below `www/pkg`.
    pub(crate) folder: &'static str,
    /// The crate's folder.
    krate: &'static str,
    /// What wasm-pack calls its files: the crate's name, to rustc.
    name: &'static str,
    /// Features of the crate.
    features: &'static [&'static str],
    /// What it is compiled for.
    profile: &'static str,
    /// Whether its dependencies have static constructors.
    constructors: bool,
    /// The most bytes that it may take after Brotli.
    pub(crate) budget: usize,
}

/// The page trains with one of the first two, the second where WebGPU runs on a graphics card, and
/// loads the third when someone imports images. The last is the first with studies, for a page of their own.
pub(crate) const PACKAGES: [Package; 4] = [
    Package {
        folder: "cpu",
        krate: "crates/web",
        name: "losscope_web",
        features: &[],
        profile: "release",
        constructors: true,
        budget: 1_000_000,
    },
    Package {
        folder: "webgpu",
        krate: "crates/web",
        name: "losscope_web",
        features: &["webgpu"],
        profile: "webgpu",
        constructors: true,
        budget: 2_000_000,
    },
    Package {
        folder: "import",
        krate: "crates/web-import",
        name: "losscope_web_import",
        features: &[],
        profile: "release",
        constructors: false,
        budget: 800_000,
    },
    Package {
        folder: "study",
        krate: "crates/web",
        name: "losscope_web",
        features: &["study"],
        profile: "release",
        constructors: true,
        budget: 1_100_000,
    },
];

impl Package {
    /// What the page loads.
    pub(crate) fn file(&self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.www().join("pkg").join(self.folder);
        folder.join(format!("{}_bg.wasm", self.name))
    }

    /// What cargo built, with the names of its functions: wasm-bindgen removes those of wrappers.
    pub(crate) fn named_file(&self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.target.join(tools::WASM_TARGET).join("named");
        folder.join(format!("{}.wasm", self.folder))
    }

    /// Where cargo leaves it, and the next package of this crate and profile, too.
    fn built_file(&self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.target.join(tools::WASM_TARGET);
        folder
            .join(self.profile)
            .join(format!("{}.wasm", self.name))
    }
}

/// Reads a file of the build.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("could not read {}", file.display()))
}

/// Builds the wasm packages that the page imports, installing the tools it takes.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    tools::ensure_wasm_target(workspace)?;
    let path = tools::ensure_wasm_tools(workspace)?;
    for package in &PACKAGES {
        build_package(workspace, package, &path)?;
    }
    Ok(())
}

fn build_package(workspace: &Workspace, package: &Package, path: &OsStr) -> Result<()> {
    // wasm-pack looks for both tools on the PATH; `--mode no-install` and `--no-opt` keep it from
    // downloading others. Its output folder is relative to the crate.
    let program = workspace.tools.join("bin").join("wasm-pack");
    let mut wasm_pack = process::command(workspace, program);
    wasm_pack
        .args(["build", package.krate, "--target", "web"])
        .args(["--profile", package.profile])
        .args(["--mode", "no-install", "--no-opt", "--no-pack"])
        .args(["--out-dir", &format!("../../www/pkg/{}", package.folder)])
        .args(["--out-name", package.name])
        .args(["--features", &package.features.join(",")])
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("PATH", path);
    process::run(&mut wasm_pack)?;
    keep_named(workspace, package)?;
    // wasm-pack has no switch for it, and cargo's would leave nothing for `check_constructors`.
    let file = package.file(workspace);
    let small = sections::without_names(&read(&file)?)?;
    fs::write(&file, small).with_context(|| format!("could not write {}", file.display()))
}

fn keep_named(workspace: &Workspace, package: &Package) -> Result<()> {
    let (from, to) = (package.built_file(workspace), package.named_file(workspace));
    let copy = || {
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::copy(&from, &to)
    };
    copy().with_context(|| format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Checks that the engine's constructors run once, at the start, and not at every call from the
/// page, which would make a training step a hundred times slower.
///
/// Some dependencies of Burn register themselves in static constructors. Where nothing calls
/// `__wasm_call_ctors`, the linker wraps each exported function in a `….command_export` that runs
/// all constructors first; `crates/web` calls it once for that reason.
pub(crate) fn check_constructors(workspace: &Workspace) -> Result<()> {
    for package in PACKAGES.iter().filter(|package| package.constructors) {
        let file = package.named_file(workspace);
        check_names(&read(&file)?, &file)?;
    }
    Ok(())
}

fn check_names(bytes: &[u8], file: &Path) -> Result<()> {
    let contains = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if !contains(b"__wasm_call_ctors") {
        bail!(
            "{} holds no function names, so nobody can tell how its constructors run; build it \
             without `strip`",
            file.display()
        );
    }
    if contains(b".command_export") {
        bail!(
            "{} runs all static constructors at every call (it has `command_export` wrappers); \
             crates/web must call `__wasm_call_ctors` itself when it starts",
            file.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8]) -> Result<()> {
        check_names(bytes, Path::new("engine.wasm"))
    }

    #[test]
    fn names_without_wrappers_are_right() {
        assert!(check(b"\0asm..__wasm_call_ctors..engine_step..").is_ok());
    }

    #[test]
    fn wrappers_and_missing_names_are_found() {
        let wrapped = check(b"..__wasm_call_ctors..engine_step.command_export..").unwrap_err();
        assert!(wrapped.to_string().contains("at every call"));
        let stripped = check(b"\0asm..").unwrap_err();
        assert!(stripped.to_string().contains("no function names"));
    }
}
