//! [`Reporter`]: reports to the log, the error hook and health what goes wrong in an informer outside of its reflector.

use std::sync::Arc;

use super::Event;
use crate::reflector::{ErrorHook, HealthCell, ReflectorError};

pub(super) struct Reporter {
    /// The informer's name, in logs and errors.
    pub(super) name: String,
    pub(super) health: Arc<HealthCell>,
    pub(super) hook: Option<ErrorHook>,
}

impl Reporter {
    /// A handler panicked when it was called with this event.
    pub(super) fn handler_panicked<K>(&self, handler: &str, event: &Event<K>) {
        let error = Arc::new(ReflectorError::HandlerPanicked {
            what: self.name.clone(),
            handler: handler.to_owned(),
            event: format!("{event:?}"),
        });
        self.health.handler_panicked(error.clone());
        self.log(&error);
    }

    /// The informer's task panicked, and ends.
    pub(super) fn panicked(&self) {
        let error = Arc::new(ReflectorError::Panicked { what: self.name.clone() });
        self.health.failed(error.clone());
        self.log(&error);
    }

    /// The informer was started outside of a tokio runtime. It is stopped.
    pub(super) fn no_runtime(&self) {
        let error = Arc::new(ReflectorError::NoRuntime { what: self.name.clone() });
        self.health.failed(error.clone());
        self.log(&error);
        self.health.stopped();
    }

    fn log(&self, error: &ReflectorError) {
        tracing::error!(name = %self.name, "{error}");
        if let Some(hook) = &self.hook {
            hook.call(&self.name, error);
        }
    }
}
