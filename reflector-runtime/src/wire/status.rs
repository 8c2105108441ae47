//! Reads a `metav1.Status`, in an HTTP error and in an `ERROR` event, in any format.

use kube::core::Status;
use serde_json::Value;

/// Reads a Status if its kind is `Status`. All of its fields are optional, so any object would be read as one.
///
/// The message and the reason must not be lost because another field is of another type than in the API.
pub(crate) fn read_status(text: &[u8]) -> Option<Box<Status>> {
    #[cfg(feature = "protobuf")]
    let in_protobuf = super::encoded::status(text);
    #[cfg(not(feature = "protobuf"))]
    let in_protobuf = None;
    let value: Value = in_protobuf.or_else(|| serde_json::from_slice(text).ok())?;
    if value.get("kind").and_then(Value::as_str) != Some("Status") {
        return None;
    }
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let code = value.get("code").and_then(Value::as_u64).and_then(|code| code.try_into().ok());
    let status = serde_json::from_value(value.clone()).unwrap_or_else(|_| Status {
        status: None,
        code: code.unwrap_or_default(),
        message: text("message"),
        metadata: None,
        reason: text("reason"),
        details: value.get("details").and_then(|details| serde_json::from_value(details.clone()).ok()),
    });
    Some(Box::new(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_although_a_field_has_another_type() {
        for other in
            [r#""metadata":{}"#, r#""metadata":{"resourceVersion":7}"#, r#""status":null,"details":"x""#]
        {
            let text = format!(r#"{{"kind":"Status","code":410,"reason":"Expired","message":"m",{other}}}"#);
            let status = read_status(text.as_bytes()).unwrap();
            assert_eq!((status.code, &*status.reason, &*status.message), (410, "Expired", "m"), "{other}");
        }
        let text = br#"{"kind":"Status","code":"410","reason":null,"details":{"retryAfterSeconds":3}}"#;
        let status = read_status(text).unwrap();
        assert_eq!((status.code, &*status.reason, status.details.unwrap().retry_after_seconds), (0, "", 3));
    }

    #[test]
    fn only_a_status_is_read() {
        for text in ["", "<html>", "[]", "{}", r#"{"code":410}"#, r#"{"kind":"Pod"}"#] {
            assert!(read_status(text.as_bytes()).is_none(), "{text}");
        }
    }
}
