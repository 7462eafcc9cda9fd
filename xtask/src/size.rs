//! `cargo xtask size`: how large the packages are that the page loads, and which crates make them so.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use rustc_demangle::demangle;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::wasm::{self, PACKAGES, Package};
use crate::workspace::Workspace;

/// How many crates are listed; the rest is one line.
const LISTED: usize = 25;

/// Prints the size of every package, and of every crate in it.
pub(crate) fn report(workspace: &Workspace) -> Result<()> {
    for package in &PACKAGES {
        println!("{}", line(package, &measure(workspace, package)?));
        let file = package.named_file(workspace);
        let crates = by_crate(&wasm::read(&file)?)
            .with_context(|| format!("could not read {}", file.display()))?;
        print(&crates);
    }
    Ok(())
}

/// Prints the size of every package, and fails where one is over its budget.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    for package in &PACKAGES {
        let size = measure(workspace, package)?;
        println!("{}", line(package, &size));
        ensure!(
            size.brotli <= package.budget,
            "the package {:?} takes {} bytes after Brotli, {} more than its budget: see `cargo xtask size`",
            package.folder,
            size.brotli,
            size.brotli - package.budget,
        );
    }
    Ok(())
}

struct Size {
    bytes: usize,
    brotli: usize,
}

fn measure(workspace: &Workspace, package: &Package) -> Result<Size> {
    let file = wasm::read(&package.file(workspace))?;
    let mut compressed = Vec::new();
    // As a server would that compresses once: the best quality.
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut file.as_slice(), &mut compressed, &parameters)?;
    Ok(Size {
        bytes: file.len(),
        brotli: compressed.len(),
    })
}

fn line(package: &Package, size: &Size) -> String {
    format!(
        "{}: {:.2} MB, {:.2} MB after Brotli of {:.2} MB allowed",
        package.folder,
        megabytes(size.bytes),
        megabytes(size.brotli),
        megabytes(package.budget),
    )
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn print(crates: &BTreeMap<String, usize>) {
    let total: usize = crates.values().sum();
    let mut sorted: Vec<(&String, &usize)> = crates.iter().collect();
    sorted.sort_by_key(|&(_, bytes)| std::cmp::Reverse(*bytes));
    let rest: usize = sorted.iter().skip(LISTED).map(|&(_, bytes)| bytes).sum();
    let listed = sorted.into_iter().take(LISTED);
    for (name, bytes) in listed.map(|(name, &bytes)| (name.as_str(), bytes)) {
        print_crate(name, bytes, total);
    }
    print_crate("all others", rest, total);
    println!();
}

fn print_crate(name: &str, bytes: usize, total: usize) {
    let share = 100.0 * bytes as f64 / total.max(1) as f64;
    println!("  {:>9.1} kB {share:>5.1} %  {name}", bytes as f64 / 1e3);
}

/// Bytes of code of each crate, before compression. A function that was made generic in one crate and
/// concrete in another counts where it was written.
fn by_crate(file: &[u8]) -> Result<BTreeMap<String, usize>> {
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(file) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(parts) = section.as_known() else {
                    continue;
                };
                for part in parts {
                    if let Name::Function(functions) = part? {
                        for naming in functions {
                            let naming = naming?;
                            names.insert(naming.index, naming.name);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut crates = BTreeMap::new();
    for (index, bytes) in (imported..).zip(sizes) {
        let name = names.get(&index).map_or("?", |name| *name);
        *crates.entry(crate_of(name)).or_default() += bytes;
    }
    Ok(crates)
}

/// The crate of a function: the first in its name that is not of the standard library, if there is one.
fn crate_of(mangled: &str) -> String {
    let name = format!("{:#}", demangle(mangled));
    let mut first = None;
    for (at, _) in name.match_indices("::") {
        let before = &name[..at];
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let word = &before[start.map_or(0, |start| start + 1)..];
        // Only what begins a path names a crate.
        let begins = start.is_none_or(|start| !before[..=start].ends_with(':'));
        if !begins || word.is_empty() {
            continue;
        }
        if !["core", "alloc", "std"].contains(&word) {
            return word.to_owned();
        }
        first.get_or_insert(word);
    }
    first.unwrap_or("no crate").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_read_from_names() {
        for (name, expected) in [
            ("losscope_kernels::cpu::conv::forward", "losscope_kernels"),
            (
                "<burn_flex::Flex as burn_backend::Backend>::seed",
                "burn_flex",
            ),
            (
                "<alloc::vec::Vec<T> as serde::Serialize>::serialize",
                "serde",
            ),
            ("core::fmt::write", "core"),
            ("memcpy", "no crate"),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_wasm_is_an_error() {
        assert!(by_crate(b"neither").is_err());
    }
}
