//! Many informers: [`InformerSet`] starts, shares, observes and stops the informers of a program; [`KindFollower`]
//! follows kinds that are known only at run time.
//!
//! Owns which informer serves which request. Must not depend on how an informer works.

mod builder;
mod crds;
mod error;
mod follow;
mod follower;
mod health;
mod set;
mod state;
mod wait;

pub use self::{
    builder::InformerSetBuilder,
    error::{SetError, SetSyncError},
    follow::{KindEvent, KindFollower},
    follower::KindFollowerBuilder,
    health::{KindHealth, SetHealth},
    set::InformerSet,
    wait::WaitForSetSync,
};
