//! Tells rustc where the library is: from `MPIFUTURES`, or else from pkg-config.
use std::{env, process::Command};

fn main() {
    println!("cargo:rerun-if-env-changed=MPIFUTURES");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let flags = env::var("MPIFUTURES").unwrap_or_else(|_| {
        let found = Command::new("pkg-config").args(["--libs", "mpifutures"]).output();
        let output = found.expect("pkg-config is not installed");
        assert!(output.status.success(), "pkg-config does not find mpifutures; set PKG_CONFIG_PATH");
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    for flag in flags.split_whitespace() {
        if let Some(directory) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}
