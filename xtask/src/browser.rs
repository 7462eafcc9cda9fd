//! A Chromium for the browser tests: found, or installed from the system's packages.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::process;
use crate::workspace::Workspace;

/// Names on the PATH.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Places outside the PATH, on macOS and Windows; `%NAME%` is a variable of the environment.
const PLACES: [&str; 5] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
];

/// A package manager, whether it needs root, and what to run of it.
type Installer = (&'static str, bool, &'static [&'static [&'static str]]);

const INSTALLERS: [Installer; 3] = [
    (
        "apt-get",
        true,
        &[
            &["update"],
            &["install", "--yes", "--no-install-recommends", "chromium"],
        ],
    ),
    ("dnf", true, &[&["install", "--assumeyes", "chromium"]]),
    ("brew", false, &[&["install", "--cask", "google-chrome"]]),
];

/// The program of a Chromium or Chrome: `CHROMIUM` in the environment where it is set, else the
/// first in the usual places, else one installed now.
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        if works(&path) {
            return Ok(path);
        }
        bail!("CHROMIUM is {}, which does not start", path.display());
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    let failure = match install(workspace) {
        Ok(()) => anyhow!("installing one changed nothing"),
        Err(error) => error,
    };
    find().ok_or_else(|| {
        failure.context(
            "the browser tests need Chromium or Google Chrome, and none was found: install one, or \
             set the environment variable CHROMIUM to its program",
        )
    })
}

fn find() -> Option<PathBuf> {
    let on_path = NAMES.iter().filter_map(|name| process::find(name).ok());
    let elsewhere = PLACES.iter().filter_map(|place| expand(place));
    on_path.chain(elsewhere).find(|path| works(path))
}

/// Puts the environment's value in the place of a leading `%NAME%`.
fn expand(place: &str) -> Option<PathBuf> {
    let Some((variable, rest)) = place.strip_prefix('%').and_then(|it| it.split_once('%')) else {
        return Some(PathBuf::from(place));
    };
    let folder = env::var_os(variable)?;
    Some(Path::new(&folder).join(rest.trim_start_matches('\\')))
}

/// Some distributions have a `chromium-browser` that only tells how to install one.
fn works(path: &Path) -> bool {
    // On Windows, `chrome --version` opens a window instead of printing.
    if cfg!(windows) {
        return path.is_file();
    }
    process::output(Command::new(path).arg("--version")).is_ok()
}

fn install(workspace: &Workspace) -> Result<()> {
    for (manager, needs_root, steps) in INSTALLERS {
        let Ok(program) = process::find(manager) else {
            continue;
        };
        println!("Installing Chromium with {manager}");
        for step in steps {
            let mut command = if needs_root && !is_root() {
                // -n: fails where it would have to ask for a password.
                let sudo = process::find("sudo")?;
                let mut command = process::command(workspace, sudo);
                command.arg("-n").arg(&program);
                command
            } else {
                process::command(workspace, &program)
            };
            command.env("DEBIAN_FRONTEND", "noninteractive");
            process::run(command.args(*step))?;
        }
        return Ok(());
    }
    bail!("this system has none of apt-get, dnf and brew to install one with")
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|user| user == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_at_the_start_is_expanded() {
        let home = env::var_os("CARGO_MANIFEST_DIR").unwrap();
        let expanded = expand(r"%CARGO_MANIFEST_DIR%\chrome.exe").unwrap();
        assert_eq!(expanded, Path::new(&home).join("chrome.exe"));
        assert_eq!(expand(r"%LOSSCOPE_NOT_SET%\chrome.exe"), None);
        assert_eq!(expand("/usr/bin/x"), Some(PathBuf::from("/usr/bin/x")));
    }

    #[test]
    fn a_program_that_is_not_there_does_not_work() {
        assert!(!works(Path::new("/no/such/chromium")));
    }
}
