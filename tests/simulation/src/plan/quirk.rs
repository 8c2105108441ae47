//! How a home-made API server differs from one of Kubernetes: each [`Quirk`] is one broken promise. Data only.
//!
//! Virtual and aggregated APIs, proxies and old servers have them. Whatever its quirks, a server sends every event, in
//! the order of its changes for each object, and a watch can be resumed from every version that a list, an event or a
//! bookmark has shown. Without that no client could follow it.

/// One way in which the server of a kind differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quirk {
    /// Each version is a random number.
    UnorderedVersions,
    /// Each version is a hash.
    OpaqueVersions,
    /// Changes of several objects share a version. Two states of one object do not.
    SharedVersions,
    /// An event shows the change of an object with the version before the change. Lists show the new version.
    ReusedVersions,
    /// A deletion carries the version of the object's last change.
    OldDeletions,
    /// Bookmarks that go backwards, have no version, or repeat the last one.
    OddBookmarks,
    /// A watch begins with events before the version that it continues from.
    Replays,
    /// The last event of an object is sent again later, or the deletion of an object that was recreated since.
    LateDuplicates,
    /// A list that may be older comes from a cache, which only a list of the most recent state renews.
    StaleCache,
    /// A watch from an expired version is closed without an error.
    EmptyExpiry,
    /// After a restore from a backup, a watch from a version of the future is accepted and stays silent
    /// (kubernetes/kubernetes#135452).
    SilentFuture,
    /// The kind cannot be watched: its informers poll.
    ListOnly,
    /// Lists and objects have no version. Only for kinds that cannot be watched.
    NoVersions,
}

impl Quirk {
    /// The quirks of which a server has at most one: how its versions look.
    pub const OF_VERSIONS: [Self; 3] = [Self::UnorderedVersions, Self::OpaqueVersions, Self::SharedVersions];
    /// The quirks of watches, of which a server has any number.
    pub const OF_WATCHES: [Self; 5] =
        [Self::ReusedVersions, Self::OldDeletions, Self::OddBookmarks, Self::Replays, Self::LateDuplicates];

    /// The quirks of other answers, of which a server has any number.
    pub const OF_ANSWERS: [Self; 3] = [Self::StaleCache, Self::EmptyExpiry, Self::SilentFuture];

    /// Whether the versions of an object still grow with each of its changes, as far as a client of this server can
    /// see. An event that a server sends again shows an older state than the one before it; a bookmark that goes
    /// backwards makes the next watch repeat events.
    pub fn keeps_order(self) -> bool {
        matches!(
            self,
            Self::OldDeletions | Self::StaleCache | Self::EmptyExpiry | Self::SilentFuture | Self::ListOnly
        )
    }

    /// The name in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::UnorderedVersions => "home-made: versions unordered",
            Self::OpaqueVersions => "home-made: versions opaque",
            Self::SharedVersions => "home-made: versions shared by several objects",
            Self::ReusedVersions => "home-made: object changed without a new version",
            Self::OldDeletions => "home-made: deletion with the version of the last change",
            Self::OddBookmarks => "home-made: odd bookmark",
            Self::Replays => "home-made: events replayed",
            Self::LateDuplicates => "home-made: late duplicate",
            Self::StaleCache => "home-made: list from a stale cache",
            Self::EmptyExpiry => "home-made: expired watch closed without an error",
            Self::SilentFuture => "home-made: watch from the future accepted",
            Self::ListOnly => "home-made: polled, not watched",
            Self::NoVersions => "home-made: no versions",
        }
    }
}
