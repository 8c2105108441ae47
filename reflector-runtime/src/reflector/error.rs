//! [`ReflectorError`]: what the error hook receives.

use std::fmt;

use crate::{
    causes::Causes,
    key::{KeyError, ObjectKey},
    list_watch::ListWatchError,
    wire::InvalidObject,
};

/// Something went wrong. The reflector has already decided how to continue; the hook is informed, not asked.
///
/// The text of each variant contains its causes, so that printing the error is enough; there is no `source`.
///
/// ```
/// use reflector_runtime::ReflectorError;
///
/// /// What a program counts, without any value of an object.
/// fn label(error: &ReflectorError) -> &'static str {
///     match error {
///         ReflectorError::Request { error, .. } => error.reason().as_str(),
///         ReflectorError::InvalidObject { .. } => "InvalidObject",
///         ReflectorError::HandlerPanicked { .. } => "HandlerPanicked",
///         _ => "Other",
///     }
/// }
///
/// let error = ReflectorError::NoRuntime { what: "pods/v1".to_owned() };
/// assert_eq!(label(&error), "Other");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReflectorError {
    /// A request failed, or a watch ended with an error. It is retried.
    #[error("{verb} of {what} failed: {}", Causes(error))]
    Request {
        /// The request.
        verb: RequestVerb,
        /// The resource.
        what: String,
        /// Why it failed.
        error: ListWatchError,
    },
    /// An object cannot be cached. Other objects are not affected, and its last valid copy stays.
    #[error("skipped an object of {what}: {invalid}")]
    InvalidObject {
        /// The resource.
        what: String,
        /// Which object, and why.
        invalid: InvalidObject,
    },
    /// The watch sent an event of a type that the API does not define. It was skipped.
    #[error("skipped an event of the unknown type `{event_type}` in the watch of {what}")]
    UnknownEvent {
        /// The resource.
        what: String,
        /// The type in the event.
        event_type: String,
    },
    /// A custom [`ListerWatcher`](crate::ListerWatcher) returned an object without a name.
    #[error("skipped an object of {what}: {error}")]
    NoKey {
        /// The resource.
        what: String,
        /// Why it has no key.
        error: KeyError,
    },
    /// The server shows two objects with one key at the same time. The one that is cached stays; the other is skipped.
    #[error(
        "skipped an object of {what}: {key} is the key of two objects with different uids; check what serves the \
         resource"
    )]
    SharedKey {
        /// The resource.
        what: String,
        /// The key.
        key: ObjectKey,
    },
    /// An event handler panicked. The event counts as handled, and the handler receives the next one.
    #[error("handler `{handler}` of {what} panicked on {event}")]
    HandlerPanicked {
        /// The resource.
        what: String,
        /// The handler's name, by default its type.
        handler: String,
        /// Type, key and resourceVersion of the event.
        event: String,
    },
    /// A function that was passed to the informer panicked on the informer's task: an index, a transform, a backoff, a
    /// condition of the resync, or the deserialization of an object. The informer has stopped. The panic's message is not
    /// included, because it may contain values of an object; the panic hook of the program has received it.
    #[error(
        "the informer of {what} has stopped: one of its functions panicked (an index, a transform, a backoff, or the \
         deserialization of an object); the panic hook has printed where"
    )]
    Panicked {
        /// The resource.
        what: String,
    },
    /// The informer was started outside of a tokio runtime, so nothing runs.
    #[error("the informer of {what} was started outside of a tokio runtime: call `start` within one")]
    NoRuntime {
        /// The resource.
        what: String,
    },
}

crate::causes::debug_as_text!(ReflectorError);

/// The verb of a request, as in RBAC rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestVerb {
    /// A list.
    List,
    /// A watch.
    Watch,
}

impl fmt::Display for RequestVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Watch => "watch",
        })
    }
}
