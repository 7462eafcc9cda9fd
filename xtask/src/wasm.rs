//! The engine for the page: `crates/web` as a wasm package in `www/pkg`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::sections;
use crate::tools;
use crate::workspace::Workspace;

/// Builds the wasm package that the page imports, installing the tools it takes.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    tools::ensure_wasm_target(workspace)?;
    let path = tools::ensure_wasm_tools(workspace)?;
    // wasm-pack looks for both tools on the PATH; `--mode no-install` and `--no-opt` keep it from
    // downloading others. Its output folder is relative to the crate.
    let program = workspace.tools.join("bin").join("wasm-pack");
    let mut wasm_pack = process::command(workspace, program);
    wasm_pack
        .args(["build", "crates/web", "--target", "web", "--release"])
        .args(["--mode", "no-install", "--no-opt", "--no-pack"])
        .args(["--out-dir", "../../www/pkg", "--out-name", "losscope_web"])
        .env("CARGO_TARGET_DIR", &workspace.target)
        .env("PATH", path);
    process::run(&mut wasm_pack)?;
    // wasm-pack has no switch for it, and cargo's would leave nothing for `check_constructors`.
    let file = workspace.root.join("www/pkg/losscope_web_bg.wasm");
    let bytes = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
    let small = sections::without_names(&bytes)?;
    fs::write(&file, small).with_context(|| format!("could not write {}", file.display()))
}

/// Checks that the engine's constructors run once, at the start, and not at every call from the
/// page, which would make a training step a hundred times slower.
///
/// Some dependencies of Burn register themselves in static constructors. Where nothing calls
/// `__wasm_call_ctors`, the linker wraps each exported function in a `….command_export` that runs
/// all constructors first; `crates/web` calls it once for that reason.
pub(crate) fn check_constructors(workspace: &Workspace) -> Result<()> {
    // What cargo built; wasm-bindgen removes the wrappers' names.
    let folder = workspace.target.join(tools::WASM_TARGET).join("release");
    let file = folder.join("losscope_web.wasm");
    let bytes = fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
    check_names(&bytes, &file)
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
