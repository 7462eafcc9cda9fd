//! `cargo xtask demo`: the page, built and served on this machine.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::npm;
use crate::workspace::Workspace;

/// How to serve a page.
#[derive(Args)]
pub(crate) struct Options {
    /// Port to serve on; the next free one if it is taken.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the page in the default browser.
    #[arg(long)]
    open: bool,
}

/// Builds the page and serves it until interrupted.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    println!("Building the page (the first time takes some minutes)");
    crate::build_page(workspace)?;
    serve(workspace, &workspace.www(), "Losscope", options)
}

/// Serves the built page of a folder that has a Vite configuration, until interrupted.
pub(crate) fn serve(
    workspace: &Workspace,
    folder: &Path,
    name: &str,
    options: &Options,
) -> Result<()> {
    let port = free_port(options.port)?;
    // Vite's preview server: only this machine, right content types, no stale cache.
    let mut server = npm::npm_in(workspace, folder)?;
    server
        .args(["run", "--silent", "preview", "--", "--strictPort"])
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        // It would print the address in words of its own.
        .stdout(Stdio::null());
    if options.open {
        server.arg("--open");
    }
    let mut server = server.spawn().context("could not start the server")?;
    wait_until_ready(&mut server, port)?;
    println!("{name} is at http://127.0.0.1:{port}/ (Ctrl+C stops it)");
    let status = server.wait()?;
    ensure!(status.success(), "the server stopped ({status})");
    Ok(())
}

/// The first port from `wanted` on that nothing listens on.
fn free_port(wanted: u16) -> Result<u16> {
    for port in wanted..=u16::MAX {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener.local_addr()?.port()),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error).with_context(|| format!("cannot use port {port}")),
        }
    }
    bail!("every port from {wanted} on is taken")
}

fn wait_until_ready(server: &mut Child, port: u16) -> Result<()> {
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if let Some(status) = server.try_wait()? {
            bail!("the server did not start ({status})");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        // The last port of all has no next one; the system never gives it for 0.
        assert!(free_port(port).unwrap() > port);
    }

    #[test]
    fn port_0_is_one_of_the_systems_choice() {
        assert_ne!(free_port(0).unwrap(), 0);
    }
}
