//! What happens before the server answers, or instead of its answer.

use std::{io, time::Duration};

use crate::{answer::Answer as Reply, request::RequestInfo};

use super::{Effect, Plan};

/// The result of a plan before the server handles the request.
#[derive(Debug)]
pub(crate) enum Before {
    /// The server handles this request.
    Continue(Box<RequestInfo>),
    /// Return this response.
    Reply(Reply),
    /// Return no response, but this error.
    Error(io::Error),
}

impl Plan {
    /// Applies the delays of the plan, and returns its response if it has one.
    pub(crate) async fn before(&self, mut info: RequestInfo) -> Before {
        let delay: Duration = self
            .effects
            .iter()
            .map(|effect| match effect {
                Effect::Delay(time) => *time,
                _ => Duration::ZERO,
            })
            .sum();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        for effect in &self.effects {
            match effect {
                Effect::Rewrite(pairs) => pairs.iter().for_each(|(name, value)| info.query.set(name, value)),
                Effect::Answer(answer) => {
                    if let Some(before) = answer.clone().respond().await {
                        return before;
                    }
                }
                _ => {}
            }
        }
        Before::Continue(Box::new(info))
    }
}
