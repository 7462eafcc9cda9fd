//! Running other programs, with an environment that does not rebuild the world.

use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// Flags that would replace those of `.cargo/config.toml`: other flags rebuild Burn, and drop SIMD.
const FLAGS: [&str; 3] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
];

/// What `cargo run` tells this program about its own package; build scripts of dependencies that
/// watch these variables would run again at every change between `cargo xtask` and plain cargo.
const OWN_PACKAGE: [&str; 4] = [
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
];

/// A command with a clean environment, in the root of the repository.
pub(crate) fn command(workspace: &Workspace, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&workspace.root);
    for (name, _) in env::vars_os() {
        let known = name.to_string_lossy();
        let own = OWN_PACKAGE.iter().any(|prefix| known.starts_with(prefix));
        if own || FLAGS.contains(&&*known) {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that runs us, on the shared target folder.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(workspace, program);
    command.env("CARGO_TARGET_DIR", &workspace.target);
    command
}

/// The program of this name on the PATH (`npm` is `npm.cmd` on Windows, for instance).
pub(crate) fn find(program: &str) -> Result<PathBuf> {
    which::which(program).with_context(|| format!("`{program}` is not on the PATH"))
}

/// Runs a command to its end, its output passing through; fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("could not start {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Like [`run`], and hands each line of standard output to `on_line` after passing it on.
pub(crate) fn run_reading(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        let mut screen = io::stdout();
        while lines.read_until(b'\n', &mut line)? > 0 {
            screen.write_all(&line)?;
            screen.flush()?;
            on_line(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Standard output of a short command that must succeed, trimmed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("could not start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} failed ({})", shown(command), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it, without the folder of its program.
fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/some/where/npm");
        command.args(["run", "build"]);
        assert_eq!(shown(&command), "`npm run build`");
    }

    #[test]
    fn flags_and_our_own_package_do_not_reach_a_child() {
        let workspace = Workspace::find();
        // `cargo test` sets CARGO_PKG_NAME for this very process.
        assert!(env::var_os("CARGO_PKG_NAME").is_some());
        let command = command(&workspace, "cargo");
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        assert!(removed.iter().any(|name| name == "CARGO_PKG_NAME"));
        assert!(!removed.iter().any(|name| name == "CARGO_HOME"));
    }

    #[test]
    fn lines_are_read_and_a_failure_is_told() {
        let workspace = Workspace::find();
        let mut lines = Vec::new();
        let mut version = cargo(&workspace);
        run_reading(version.arg("--version"), |line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert!(lines[0].starts_with("cargo 1."));

        let mut wrong = cargo(&workspace);
        let error = output(wrong.arg("--no-such-option")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`cargo --no-such-option` failed")
        );
    }
}
