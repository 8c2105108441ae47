//! The Dockerfile of `deploy/` fits the workspace. No image is built.

use std::path::{Path, PathBuf};

const DOCKERFILE: &str = include_str!("../deploy/Dockerfile");
const MANIFESTS: &str = include_str!("../deploy/operator.yaml");

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rest of the line after this text, which the Dockerfile contains once.
fn after(text: &str) -> &'static str {
    let mut parts = DOCKERFILE.split(text).skip(1);
    let rest = parts.next().unwrap_or_else(|| panic!("{text} is missing"));
    assert_eq!(parts.next(), None, "{text} is ambiguous");
    rest.lines().next().unwrap_or_default()
}

#[test]
fn the_image_has_the_toolchain_of_the_workspace() {
    let file = workspace().join("rust-toolchain.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, rest) = text.split_once("channel = \"").unwrap();
    let (channel, _) = rest.split_once('"').unwrap();
    assert_eq!(after("FROM rust:"), format!("{channel}-slim-trixie AS build"));
    assert_eq!(after("ENV RUSTUP_TOOLCHAIN="), channel);
}

#[test]
fn the_build_has_its_package_its_lock_file_and_its_program() {
    let arguments = after("RUN cargo build ");
    let package = env!("CARGO_PKG_NAME");
    assert_eq!(arguments, format!("--release --locked -p {package}"));
    assert!(workspace().join("Cargo.lock").is_file());
    let program = Path::new(env!("CARGO_BIN_EXE_site-operator"));
    let name = program.file_stem().unwrap().to_str().unwrap();
    let copied = after("COPY --from=build ");
    assert_eq!(copied, format!("/src/target/release/{name} /"));
    assert_eq!(after("ENTRYPOINT "), format!("[\"/{name}\"]"));
}

#[test]
fn the_command_builds_the_image_of_the_manifests() {
    let path = after("#   -f ").trim_end_matches(" .");
    assert!(workspace().join(path).is_file(), "{path}");
    let image = after("docker build -t ").trim_end_matches(" \\");
    assert!(MANIFESTS.contains(&format!("image: {image}\n")), "{image}");
}
