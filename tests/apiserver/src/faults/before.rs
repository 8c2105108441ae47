//! What happens before the server answers, or instead of it.

use std::{io, time::Duration};

use crate::{answer::Answer as Reply, request::RequestInfo};

use super::{Effect, Plan};

/// What a plan says before the server has its turn.
#[derive(Debug)]
pub(crate) enum Before {
    /// The server answers, to this request.
    GoOn(Box<RequestInfo>),
    /// This is the answer.
    Reply(Reply),
    /// There is none.
    Error(io::Error),
}

impl Plan {
    /// Waits as the plan says, and answers where it answers.
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
                    if let Some(before) = answer.clone().give().await {
                        return before;
                    }
                }
                _ => {}
            }
        }
        Before::GoOn(Box::new(info))
    }
}
