//! What `#[derive(Reflect)]` costs when a program is compiled: `cargo check` of generated crates with few and many types,
//! with and without the derive. Must not know what the derive generates.
//!
//! The crates are in a temporary folder and have one target folder, so that their dependencies are compiled once. Only the
//! generated crate itself is measured, without incremental compilation.

use std::{
    env, fmt,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use tempfile::TempDir;

use crate::usage::children_cpu;

/// The name of the subcommand.
pub const COMPILE: &str = "compile";

/// What is compiled.
#[derive(Args, Clone, Debug)]
pub struct CompilePlan {
    /// The numbers of types.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 100, 500])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    types: Vec<u32>,
    /// How many times each crate is checked. The least CPU time counts: other processes only add to it.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repetitions: u32,
    /// The target folder of the generated crates, to reuse compiled dependencies. By default a temporary one.
    #[arg(long)]
    target_dir: Option<PathBuf>,
}

/// What a crate contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// The types alone.
    Types,
    /// The types with an implementation of `kube::Resource` by hand, which the derive on a root struct also generates.
    Resources,
    /// The types with the derive, and two indexes each.
    Reflect,
}

impl Content {
    const ALL: [Self; 3] = [Self::Types, Self::Resources, Self::Reflect];

    fn name(self) -> &'static str {
        match self {
            Self::Types => "types",
            Self::Resources => "resources",
            Self::Reflect => "reflect",
        }
    }

    /// The source of one type: a root struct with a spec.
    fn source(self, number: u32) -> String {
        let derive = match self {
            Self::Types | Self::Resources => String::new(),
            Self::Reflect => "#[derive(reflector_runtime::Reflect)]\n\
                 #[reflect(group = \"example.com\", version = \"v1\", namespaced)]\n\
                 #[reflect(index(by_color = spec.color, by_node = spec.node_name))]\n"
                .to_owned(),
        };
        let resource = match self {
            Self::Types | Self::Reflect => String::new(),
            Self::Resources => {
                let text = |name: &str, text: &str| {
                    format!("fn {name}((): &()) -> std::borrow::Cow<'static, str> {{ \"{text}\".into() }}\n")
                };
                format!(
                    "impl kube::Resource for Kind{number} {{\n\
                     type DynamicType = ();\ntype Scope = kube::core::NamespaceResourceScope;\n{}{}{}{}\
                     fn meta(&self) -> &kube::core::ObjectMeta {{ &self.metadata }}\n\
                     fn meta_mut(&mut self) -> &mut kube::core::ObjectMeta {{ &mut self.metadata }}\n}}\n",
                    text("kind", &format!("Kind{number}")),
                    text("group", "example.com"),
                    text("version", "v1"),
                    text("plural", &format!("kind{number}s")),
                )
            }
        };
        format!(
            "{derive}#[derive(Clone, Debug, serde::Deserialize)]\n\
             pub struct Kind{number} {{ pub metadata: kube::core::ObjectMeta, pub spec: Spec{number} }}\n\
             #[derive(Clone, Debug, serde::Deserialize)]\n\
             pub struct Spec{number} {{ pub color: String, pub node_name: Option<String> }}\n{resource}"
        )
    }
}

/// Seconds of `cargo check` for each number of types.
#[derive(Debug)]
pub struct Compile {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    types: u32,
    /// In the order of [`Content::ALL`].
    times: [Time; 3],
}

/// The least of several repetitions.
#[derive(Clone, Copy, Debug)]
struct Time {
    wall: Duration,
    cpu: Duration,
}

/// Generates the crates and checks them.
pub fn measure_compile(plan: &CompilePlan) -> Result<Compile> {
    let folder = tempfile::tempdir()?;
    let workspace = Workspace::new(&folder, plan)?;
    let rows = plan.types.iter().map(|&types| {
        let time = |content| workspace.time(content, types, plan.repetitions);
        let [types_alone, resources, reflect] = Content::ALL.map(time);
        Ok(Row { types, times: [types_alone?, resources?, reflect?] })
    });
    Ok(Compile { rows: rows.collect::<Result<_>>()? })
}

/// The folder of the generated crates.
struct Workspace<'a> {
    folder: &'a Path,
    target: PathBuf,
}

impl<'a> Workspace<'a> {
    fn new(folder: &'a TempDir, plan: &CompilePlan) -> Result<Self> {
        let (folder, repository) = (folder.path(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
        let repository = repository.canonicalize().context("the repository of this program")?;
        let target = plan.target_dir.clone().unwrap_or_else(|| folder.join("target"));
        let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"types\", \"resources\", \"reflect\"]\n";
        fs::write(folder.join("Cargo.toml"), manifest)?;
        // The versions of the dependencies are those of the repository.
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::copy(repository.join("rust-toolchain.toml"), folder.join("rust-toolchain.toml"))?;
        for content in Content::ALL {
            let name = content.name();
            let package = folder.join(name);
            fs::create_dir_all(package.join("src"))?;
            let runtime = repository.join("reflector-runtime");
            let runtime = runtime.display();
            let manifest = format!(
                "[package]\nname = \"measured-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                 [dependencies]\nreflector-runtime = {{ path = \"{runtime}\" }}\nserde = {{ version = \"1\", features = \
                 [\"derive\"] }}\nkube = {{ version = \"5\", default-features = false, features = [\"client\"] }}\n\
                 k8s-openapi = {{ version = \"0.29\", default-features = false, features = [\"latest\"] }}\n"
            );
            fs::write(package.join("Cargo.toml"), manifest)?;
        }
        let workspace = Self { folder, target };
        for content in Content::ALL {
            workspace.write(content, 1, 0)?;
        }
        eprintln!("compiling the dependencies");
        workspace.check("--workspace", &[])?;
        Ok(workspace)
    }

    /// Writes the source of a crate. The text differs in each repetition, so that cargo checks the crate again.
    fn write(&self, content: Content, types: u32, repetition: u32) -> Result<()> {
        let mut source = format!("// {repetition}\n");
        for number in 0..types {
            write!(source, "{}", content.source(number))?;
        }
        let file = self.folder.join(content.name()).join("src/lib.rs");
        fs::write(&file, source).with_context(|| file.display().to_string())
    }

    fn time(&self, content: Content, types: u32, repetitions: u32) -> Result<Time> {
        let mut least: Option<Time> = None;
        for repetition in 0..repetitions {
            self.write(content, types, repetition)?;
            let time = self.check("--package", &[&format!("measured-{}", content.name())])?;
            eprintln!(
                "{} {types}: {:.2} s, CPU {:.2} s",
                content.name(),
                time.wall.as_secs_f64(),
                time.cpu.as_secs_f64()
            );
            let before = least.unwrap_or(time);
            least = Some(Time { wall: before.wall.min(time.wall), cpu: before.cpu.min(time.cpu) });
        }
        least.context("no repetition")
    }

    fn check(&self, option: &str, values: &[&str]) -> Result<Time> {
        let (before, start) = (children_cpu()?, Instant::now());
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--quiet", "--offline", option])
            .args(values)
            .current_dir(self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .stdout(Stdio::null())
            .status()
            .context("cargo does not start")?;
        ensure!(status.success(), "`cargo check {option} {}` failed: {status}", values.join(" "));
        Ok(Time { wall: start.elapsed(), cpu: children_cpu()?.saturating_sub(before) })
    }
}

impl fmt::Display for Compile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Seconds of `cargo check`, and CPU seconds, of one crate. Root structs, two indexes each.\n"
        )?;
        writeln!(f, "| types | alone | with `kube::Resource` by hand | with the derive | ms CPU per type |")?;
        writeln!(f, "|---|---|---|---|---|")?;
        for Row { types, times } in &self.rows {
            write!(f, "| {types} |")?;
            for Time { wall, cpu } in times {
                write!(f, " {:.2} ({:.2}) |", wall.as_secs_f64(), cpu.as_secs_f64())?;
            }
            let [alone, resources, reflect] = times.map(|time| time.cpu.as_secs_f64());
            let per_type = |other: f64| (reflect - other) * 1000.0 / f64::from(*types);
            writeln!(
                f,
                " {:.2}, of which {:.2} are not `kube::Resource` |",
                per_type(alone),
                per_type(resources)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_content_is_a_crate_with_that_many_types() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("reflect/src")).unwrap();
        let workspace = Workspace { folder: folder.path(), target: PathBuf::new() };
        workspace.write(Content::Reflect, 3, 7).unwrap();
        let source = fs::read_to_string(folder.path().join("reflect/src/lib.rs")).unwrap();
        assert!(source.starts_with("// 7\n"));
        assert_eq!(source.matches("reflector_runtime::Reflect").count(), 3);
        assert!(Content::Resources.source(1).contains("impl kube::Resource for Kind1"));
        assert!(!Content::Types.source(1).contains("Resource"));
    }

    #[test]
    fn the_table_contains_the_cost_of_one_type() {
        let time = |cpu| Time { wall: Duration::from_secs(9), cpu: Duration::from_millis(cpu) };
        let table = Compile { rows: vec![Row { types: 100, times: [time(1000), time(1050), time(1200)] }] };
        let row = "| 100 | 9.00 (1.00) | 9.00 (1.05) | 9.00 (1.20) | 2.00, of which 1.50 are not `kube::Resource` |";
        assert!(table.to_string().contains(row), "{table}");
    }
}
