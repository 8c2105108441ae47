//! [`ErrorHook`]: the function of the program that receives every failure. A panic in it ends nothing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::ReflectorError;

/// Receives every failure. Clones share the function.
#[derive(Clone)]
pub(crate) struct ErrorHook(Arc<dyn Fn(&ReflectorError) + Send + Sync>);

impl ErrorHook {
    pub(crate) fn new(hook: impl Fn(&ReflectorError) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// `name` is the name in logs of what failed. A panic in the hook must not end the task that calls it, nor reach the
    /// caller of `start`. Its payload may contain values of an object, and is dropped unread.
    pub(crate) fn call(&self, name: &str, error: &ReflectorError) {
        if catch_unwind(AssertUnwindSafe(|| (self.0)(error))).is_err() {
            tracing::error!(name, "the error hook panicked");
        }
    }
}
