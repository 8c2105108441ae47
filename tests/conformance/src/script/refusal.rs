//! An error of the server: the `metav1.Status` of an answer or of an ERROR event.

use reflector_apiserver::{Status, StatusCause, StatusDetails};
use serde::Deserialize;

/// A Status, given by its code and the fields that differ from the defaults of that code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Refusal {
    /// The HTTP status code.
    pub status: u16,
    /// A reason that replaces the usual one of the code.
    pub reason: Option<String>,
    /// A message that replaces the usual one of the code.
    pub message: Option<String>,
    /// The causes in the details.
    pub causes: Vec<StatusCause>,
    /// The retry delay in seconds, sent in the Retry-After header and in the details.
    pub retry_after: u32,
}

impl Refusal {
    /// Builds the Status.
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
