//! A server that says no: the `metav1.Status` of an answer, or of an ERROR event.

use reflector_apiserver::{Status, StatusCause, StatusDetails};
use serde::Deserialize;

/// A Status, as far as it is not told by its code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Refusal {
    /// The HTTP code.
    pub status: u16,
    /// Another reason than the usual one of that code.
    pub reason: Option<String>,
    /// Another message.
    pub message: Option<String>,
    /// Details: what causes it.
    pub causes: Vec<StatusCause>,
    /// When to come back, in seconds: in the header, and in the details.
    pub retry_after: u32,
}

impl Refusal {
    /// The Status.
    pub fn build(&self) -> Status {
        let usual = Status::for_code(self.status);
        let details = StatusDetails {
            causes: self.causes.clone(),
            retry_after_seconds: self.retry_after,
            ..StatusDetails::default()
        };
        Status {
            reason: self.reason.clone().unwrap_or(usual.reason),
            message: self.message.clone().unwrap_or(usual.message),
            details: Some(details),
            ..Status::failure(self.status, "", "")
        }
    }
}
