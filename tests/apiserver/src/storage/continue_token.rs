//! The `continue` token: the position and version of a list, in the real server's encoding.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::status::Status;

/// The position and version at which a list continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContinueToken {
    /// The version; `None` is the latest (a token that was returned after the first one expired).
    pub(crate) resource_version: Option<u64>,
    /// The first key, without the namespace if the list is of one namespace.
    pub(crate) start: String,
}

#[derive(Serialize, Deserialize)]
struct Encoded {
    #[serde(default)]
    v: String,
    #[serde(default)]
    rv: i64,
    #[serde(default)]
    start: String,
}

const VERSION: &str = "meta.k8s.io/v1";

impl ContinueToken {
    /// The token for the page after `key`.
    pub(crate) fn after(key: &str, resource_version: u64) -> Self {
        Self { resource_version: Some(resource_version), start: format!("{key}\0") }
    }

    pub(crate) fn encode(&self) -> String {
        let rv = self.resource_version.map_or(-1, |rv| i64::try_from(rv).unwrap_or(i64::MAX));
        let encoded = Encoded { v: VERSION.to_owned(), rv, start: self.start.clone() };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&encoded).unwrap_or_default())
    }

    pub(crate) fn decode(token: &str) -> Result<Self, Status> {
        let invalid = |why: &str| {
            Status::bad_request(format!("invalid continue token: continue key is not valid{why}"))
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|error| match error {
            base64::DecodeError::InvalidByte(at, _) => {
                invalid(&format!(": illegal base64 data at input byte {at}"))
            }
            _ => invalid(&format!(": illegal base64 data at input byte {}", token.len().saturating_sub(1))),
        })?;
        let encoded: Encoded =
            serde_json::from_slice(&bytes).map_err(|error| invalid(&format!(": {error}")))?;
        if encoded.v != VERSION {
            return Err(invalid(&format!(": server does not recognize this encoded version {}", encoded.v)));
        }
        if encoded.rv == 0 {
            return Err(invalid(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)"));
        }
        if encoded.start.is_empty() {
            return Err(invalid(": encoded start key empty (version meta.k8s.io/v1)"));
        }
        let relative = encoded.start.trim_start_matches('/');
        if relative.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(invalid(&format!(": {}", encoded.start)));
        }
        Ok(Self { resource_version: u64::try_from(encoded.rv).ok(), start: relative.to_owned() })
    }
}
