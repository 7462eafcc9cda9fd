//! The tools of the wasm build: found where they are, installed where they are missing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::{env, iter};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process;
use crate::workspace::Workspace;

/// The compilation target of the page's engine.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Any version that knows `--no-opt` and `--no-pack` would do; pinned so that all machines agree.
const WASM_PACK_VERSION: &str = "0.15.1";

/// Makes sure that rustc can compile for [`WASM_TARGET`].
pub(crate) fn ensure_wasm_target(workspace: &Workspace) -> Result<()> {
    let mut rustc = process::command(workspace, "rustc");
    let sysroot = PathBuf::from(process::output(rustc.args(["--print", "sysroot"]))?);
    if sysroot.join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    rustup(workspace, &["target", "add", WASM_TARGET])
}

/// Makes sure that `cargo fmt` and `cargo clippy` work; rustup's minimal profile lacks them.
pub(crate) fn ensure_component(workspace: &Workspace, subcommand: &str) -> Result<()> {
    let mut version = process::cargo(workspace);
    if process::output(version.args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    let component = if subcommand == "fmt" {
        "rustfmt"
    } else {
        subcommand
    };
    rustup(workspace, &["component", "add", component])
}

fn rustup(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let Ok(rustup) = process::find("rustup") else {
        bail!(
            "the Rust toolchain lacks something that `rustup {}` would add, and there is no rustup \
             on the PATH; install Rust from https://rustup.rs",
            arguments.join(" ")
        );
    };
    process::run(process::command(workspace, rustup).args(arguments))
}

/// Makes sure that the tool cache holds wasm-bindgen and wasm-pack, and returns a PATH that
/// begins with them.
///
/// wasm-bindgen must be the exact version of the library that the engine links.
pub(crate) fn ensure_wasm_tools(workspace: &Workspace) -> Result<OsString> {
    let lock_file = workspace.root.join("Cargo.lock");
    let lock_text = fs::read_to_string(&lock_file)
        .with_context(|| format!("could not read {}", lock_file.display()))?;
    let bindgen_version = locked_version(&lock_text, "wasm-bindgen")?;

    // The package also has a test runner, which nothing here uses.
    let bindgen_options: &[&str] = &["--bin", "wasm-bindgen"];
    ensure_tool(
        workspace,
        "wasm-bindgen",
        "wasm-bindgen-cli",
        &bindgen_version,
        bindgen_options,
    )?;
    // It only starts other programs, so an unoptimised build serves, in half the time.
    let pack_options: &[&str] = &["--debug"];
    ensure_tool(
        workspace,
        "wasm-pack",
        "wasm-pack",
        WASM_PACK_VERSION,
        pack_options,
    )?;

    let path = env::var_os("PATH").unwrap_or_default();
    let folders = iter::once(workspace.tools.join("bin")).chain(env::split_paths(&path));
    env::join_paths(folders).context("the tool cache's path cannot be part of PATH")
}

/// Installs `package` into the tool cache unless `program` is there in this very version.
fn ensure_tool(
    workspace: &Workspace,
    program: &str,
    package: &str,
    version: &str,
    options: &[&str],
) -> Result<()> {
    let file = program.to_owned() + env::consts::EXE_SUFFIX;
    let installed = workspace.tools.join("bin").join(file);
    if installed.is_file() {
        let printed = process::output(process::command(workspace, &installed).arg("--version"))?;
        if printed.split_whitespace().nth(1) == Some(version) {
            return Ok(());
        }
    }
    println!("Installing {package} {version} (once; this takes some minutes)");
    // Not --locked: the lock file in wasm-bindgen-cli names a version that the registry has not.
    let mut install = process::cargo(workspace);
    install
        .args([
            "install",
            package,
            "--version",
            version,
            "--force",
            "--root",
        ])
        .arg(&workspace.tools)
        .args(options)
        // A folder of its own: an interrupted installation continues, and the page's build stays
        // as it is.
        .env("CARGO_TARGET_DIR", workspace.tools.join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    process::run(&mut install)?;
    // What it was built from is of no use any more.
    fs::remove_dir_all(workspace.tools.join("build")).context("could not tidy the tool cache")
}

/// The one version of a package in a `Cargo.lock`.
fn locked_version(lock_text: &str, package: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<BTreeMap<String, toml::Value>>,
    }
    let lock: Lock = toml::from_str(lock_text).context("Cargo.lock is not valid TOML")?;
    let field = |entry: &BTreeMap<String, toml::Value>, key| {
        entry
            .get(key)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    let mut versions = lock
        .package
        .iter()
        .filter(|entry| field(entry, "name").as_deref() == Some(package))
        .filter_map(|entry| field(entry, "version"));
    match (versions.next(), versions.next()) {
        (Some(version), None) => Ok(version),
        (None, _) => bail!("Cargo.lock has no package {package}"),
        (Some(one), Some(other)) => {
            bail!("Cargo.lock has {package} both in {one} and {other}; the build needs one")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = ["cfg-if"]

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.50"

[[package]]
name = "twice"
version = "1.0.0"

[[package]]
name = "twice"
version = "2.0.0"
"#;

    #[test]
    fn the_version_is_that_of_the_lock_file() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn a_missing_or_doubled_package_is_an_error() {
        let missing = locked_version(LOCK, "burn").unwrap_err().to_string();
        assert!(missing.contains("no package burn"), "{missing}");
        let doubled = locked_version(LOCK, "twice").unwrap_err().to_string();
        assert!(doubled.contains("1.0.0 and 2.0.0"), "{doubled}");
    }
}
