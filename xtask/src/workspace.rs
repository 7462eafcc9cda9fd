//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that the tasks work in, all absolute.
pub(crate) struct Workspace {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, one for every build.
    pub(crate) target: PathBuf,
    /// Root of the tool cache: programs are in its `bin`.
    pub(crate) tools: PathBuf,
}

impl Workspace {
    /// The workspace this program was built from. `CARGO_TARGET_DIR` moves the target folder and
    /// `LOSSCOPE_TOOLS` the tool cache (`target/tools`).
    pub(crate) fn find() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().unwrap_or(manifest).to_path_buf();
        let from_environment = |variable| env::var_os(variable).map(|path| root.join(path));
        let target = from_environment("CARGO_TARGET_DIR").unwrap_or_else(|| root.join("target"));
        let tools = from_environment("LOSSCOPE_TOOLS").unwrap_or_else(|| target.join("tools"));
        Self {
            root,
            target,
            tools,
        }
    }

    /// The front end.
    pub(crate) fn www(&self) -> PathBuf {
        self.root.join("www")
    }

    /// The bench page, which has packages of its own.
    pub(crate) fn bench_page(&self) -> PathBuf {
        self.www().join("bench")
    }

    /// Where the benches leave their results.
    pub(crate) fn bench_results(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// The built page, a static folder.
    pub(crate) fn dist(&self) -> PathBuf {
        self.www().join("dist")
    }

    /// The browser tests and their harness.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests").join("browser")
    }
}
