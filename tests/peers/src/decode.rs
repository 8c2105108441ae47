//! What decoding the same Pods costs in each wire format: JSON, and the protobuf of the embedded API server. One thread,
//! texts in memory. Each object is dropped at once.

use std::{hint::black_box, time::Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::Args;
use http::{Request, header};
use http_body_util::{BodyExt as _, Empty};
use k8s_openapi::api::core::v1::Pod;
use kube::core::ObjectMeta;
use reflector_apiserver::ApiServer;
use reflector_runtime::protobuf::{EncodedObject, ListFramer, ListToken, ManagedFields, Schema};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    kind::Kind,
    plan::{Plan, State},
    table::median,
    text::Texts,
};

/// The subcommand that prints the table.
pub const DECODE: &str = "decode";

/// The amount of work.
#[derive(Args, Clone, Copy, Debug)]
pub struct DecodePlan {
    /// The number of Pods.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// How many times all Pods are decoded. The table has the medians.
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// The format from which [`decode_pods`] decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodFormat {
    /// JSON, without managed fields.
    Json,
    /// Protobuf, with managed fields that are stripped.
    Protobuf,
}

/// Three fields of a Pod.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct View {
    metadata: ObjectMeta,
    spec: SpecView,
    status: StatusView,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only decoded")]
struct SpecView {
    node_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct StatusView {
    phase: Option<String>,
}

/// Only the metadata.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct Metadata {
    metadata: ObjectMeta,
}

/// The same Pods in both formats.
struct Pods {
    /// Without managedFields, as an informer passes it to the type.
    json: Vec<String>,
    protobuf: Vec<Vec<u8>>,
    schema: Schema,
}

/// Prints the table.
///
/// # Errors
/// If the objects cannot be encoded or decoded.
pub async fn compare_formats(plan: DecodePlan) -> Result<()> {
    let pods = Pods::new(plan.objects).await?;
    let length = |total: usize| total / plan.objects as usize;
    println!("{} Pods, decoded from memory on one thread; medians of {} runs", plan.objects, plan.runs);
    println!(
        "{} bytes each in JSON without managedFields, {} in protobuf with them\n",
        length(pods.json.iter().map(String::len).sum()),
        length(pods.protobuf.iter().map(Vec::len).sum()),
    );
    println!("{:<16}{:>12}{:>16}{:>10}", "type", "JSON, µs", "protobuf, µs", "ratio");
    pods.decoded::<Pod>("Pod", plan)?;
    pods.kept(plan)?;
    pods.decoded::<View>("three fields", plan)?;
    pods.decoded::<Metadata>("metadata", plan)?;
    pods.decoded::<Value>("any JSON value", plan)
}

/// Decodes Pods so many times, for profilers. There are always as many different ones, which are decoded in turn.
///
/// # Errors
/// If the objects cannot be encoded or decoded.
pub async fn decode_pods(format: PodFormat, times: u32) -> Result<()> {
    const DIFFERENT: u32 = 100;
    let pods = Pods::new(DIFFERENT).await?;
    for time in 0..times as usize {
        let at = time % pods.json.len();
        drop(black_box(match format {
            PodFormat::Json => serde_json::from_str::<Pod>(&pods.json[at])?,
            PodFormat::Protobuf => pods.decode::<Pod>(&pods.protobuf[at])?,
        }));
    }
    Ok(())
}

impl Pods {
    async fn new(objects: u32) -> Result<Self> {
        let texts = Texts::new(Plan { kind: Kind::Pod, ..Plan::gadgets(objects, 1) });
        let server = ApiServer::new();
        let mut json = Vec::new();
        for object in 0..objects as usize {
            let mut pod: Value = serde_json::from_slice(texts.object(State::First, object))?;
            let namespace = pod["metadata"]["namespace"].as_str().context("a namespace")?.to_owned();
            let _ =
                server.create("v1", "namespaces", None, serde_json::json!({"metadata": {"name": namespace}}));
            let mut whole = pod.clone();
            if let Some(metadata) = whole["metadata"].as_object_mut() {
                metadata.remove("resourceVersion");
            }
            let created = server.create("v1", "pods", Some(&namespace), whole)?;
            pod["metadata"]["uid"] = created["metadata"]["uid"].clone();
            let status = serde_json::json!({"status": pod["status"]});
            let name = pod["metadata"]["name"].as_str().context("a name")?;
            server.merge_patch_status("v1", "pods", Some(&namespace), name, &status)?;
        }
        for mut pod in server.list("v1", "pods", None, "")? {
            if let Some(metadata) = pod["metadata"].as_object_mut() {
                metadata.remove("managedFields");
            }
            json.push(pod.to_string());
        }
        let request = Request::get("/api/v1/pods?resourceVersion=0")
            .header(header::ACCEPT, "application/vnd.kubernetes.protobuf")
            .body(Empty::<Bytes>::new())?;
        let body = server.oneshot(request).await?.into_body().collect().await?.to_bytes();
        let (mut framer, mut protobuf) = (ListFramer::new(usize::MAX), Vec::new());
        framer.push(&body);
        while let Some(token) = framer.next_token()? {
            if let ListToken::Item(item) = token {
                protobuf.push(item.to_vec());
            }
        }
        framer.finish()?;
        ensure!(json.len() == protobuf.len(), "{} Pods in JSON, {} in protobuf", json.len(), protobuf.len());
        let schema = Schema::of_kind("v1", "Pod").context("a built-in kind")?;
        let pods = Self { json, protobuf, schema };
        pods.check()?;
        Ok(pods)
    }

    /// The formats have the same objects.
    fn check(&self) -> Result<()> {
        for (json, protobuf) in self.json.iter().zip(&self.protobuf) {
            let (mut one, mut other): (Pod, Pod) = (serde_json::from_str(json)?, self.decode(protobuf)?);
            one.metadata.managed_fields = None;
            other.metadata.managed_fields = None;
            ensure!(one == other, "a Pod differs between the formats");
        }
        Ok(())
    }

    fn decode<K: DeserializeOwned>(&self, bytes: &[u8]) -> Result<K> {
        let (api_version, kind, managed_fields) = ("v1", "Pod", ManagedFields::Strip);
        Ok(EncodedObject { schema: self.schema, api_version, kind, bytes, managed_fields }.decode()?)
    }

    /// A type in both formats.
    fn decoded<K: DeserializeOwned>(&self, title: &str, plan: DecodePlan) -> Result<()> {
        let json = |at: usize| Ok(serde_json::from_str::<K>(&self.json[at])?);
        let protobuf = |at: usize| self.decode::<K>(&self.protobuf[at]);
        print_row(title, medians(plan, json, protobuf)?);
        Ok(())
    }

    /// What an informer does, whose objects have no unused capacity: of JSON, it keeps a clone.
    fn kept(&self, plan: DecodePlan) -> Result<()> {
        let json = |at: usize| Ok(serde_json::from_str::<Pod>(&self.json[at])?.clone());
        let protobuf = |at: usize| self.decode::<Pod>(&self.protobuf[at]);
        print_row("Pod, exact", medians(plan, json, protobuf)?);
        Ok(())
    }
}

/// The medians of two ways to decode Pods, in µs per Pod. Alternates between them, so that both see the same machine.
fn medians<T, U>(
    plan: DecodePlan,
    one: impl Fn(usize) -> Result<T>,
    other: impl Fn(usize) -> Result<U>,
) -> Result<(f64, f64)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        ones.push(micros(plan, &one)?);
        others.push(micros(plan, &other)?);
    }
    Ok((median(ones), median(others)))
}

/// Decodes all Pods one after the other, and drops each.
fn micros<T>(plan: DecodePlan, decode: impl Fn(usize) -> Result<T>) -> Result<f64> {
    let begin = Instant::now();
    for at in 0..plan.objects as usize {
        drop(black_box(decode(at)?));
    }
    Ok(begin.elapsed().as_secs_f64() * 1e6 / f64::from(plan.objects))
}

fn print_row(title: &str, (json, protobuf): (f64, f64)) {
    println!("{title:<16}{json:>12.2}{protobuf:>16.2}{:>10.2}", json / protobuf);
}
