//! What can happen in a simulated world: writes, turns of fate of the server, faults of single requests, faults of the
//! network. Data only.

use std::time::Duration;

use crate::thing::Resource;

/// The namespaces that there are.
pub const NAMESPACES: [&str; 3] = ["a", "b", "c"];
/// The values of the label `tier`; an empty one is no label.
pub const TIERS: [&str; 4] = ["", "web", "api", "db"];
/// The colors.
pub const COLORS: [&str; 4] = ["red", "green", "blue", "white"];
/// The lists of parts.
pub const PARTS: [&str; 4] = ["", "bolt", "bolt,nut", "nut,cog,cog"];
/// How many names there are in each namespace.
pub const NAMES: u8 = 6;

/// One place for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The kind.
    pub resource: Resource,
    /// The number of the namespace, which a cluster-scoped kind passes over.
    pub namespace: u8,
    /// The number of the name.
    pub name: u8,
}

impl Slot {
    /// The namespace; none where the kind has none.
    pub fn namespace(self) -> Option<&'static str> {
        let namespaces = NAMESPACES.iter().cycle();
        self.resource.is_namespaced().then(|| namespaces.copied().nth(self.namespace.into())).flatten()
    }

    /// The name.
    pub fn name(self) -> String {
        format!("n{}", self.name)
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Somebody writes.
    Write(Slot, Write),
    /// Somebody deletes all objects of a kind, in one namespace or in all.
    DeleteAll(Resource, Option<&'static str>),
    /// Something befalls the server as a whole.
    Server(Turn),
    /// Requests will be answered wrongly.
    Spoil(SpoiltRequests),
    /// A connection will break, or many do at once.
    Break(BrokenConnection),
    /// A new subscriber joins the informer of that number.
    Join(usize, super::SubscriberPlan),
    /// Nothing.
    Wait,
}

/// A write to one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Creates the object, or replaces it, with these numbers of tier, color and parts.
    Put(u8, u8, u8),
    /// Changes the label.
    Relabel(u8),
    /// Changes the color.
    Paint(u8),
    /// Changes the status alone.
    Status(u8),
    /// Deletes it.
    Delete,
    /// Deletes it and creates it anew at once.
    Recreate(u8),
    /// Makes it something that cannot be decoded.
    Ruin,
    /// Changes it so many times in a row.
    Churn(u8),
}

/// What befalls the server as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The history is compacted.
    Compact,
    /// Every watch ends.
    EndWatches,
    /// A restart: every watch ends, the history is lost.
    Restart,
    /// Every watch sends a bookmark.
    Bookmarks,
    /// A backup is made.
    Backup,
    /// The backup is played back: older state, lower resourceVersions.
    Restore,
    /// A CRD goes, and its objects with it.
    RemoveCrd(Resource),
    /// A CRD comes back.
    ReturnCrd(Resource),
    /// RBAC denies lists, or watches.
    Deny(Asked, Resource),
    /// RBAC allows everything.
    Allow,
    /// The credentials are not accepted any more.
    Unauthorize,
}

/// The kinds of requests that informers make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A page of a list.
    List,
    /// A watch behind a version.
    Watch,
    /// A watch that begins with the state as it is.
    WatchList,
}

/// Requests that will be answered wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpoiltRequests {
    /// Of which kind.
    pub resource: Resource,
    /// How many that match pass first.
    pub skip: u64,
    /// How many are spoilt.
    pub times: u64,
    /// In which way.
    pub how: Spoil,
}

/// In which way a request is answered wrongly. Numbers of events are those that come before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// 429, with a time to come back or without.
    TooManyRequests(Asked, Option<u32>),
    /// An HTTP status with a metav1.Status.
    Code(Asked, u16),
    /// 502 of a proxy, with a text and no Status.
    Proxy(Asked),
    /// 410 as an answer.
    Gone(Asked),
    /// 410 within a watch.
    GoneEvent(Asked, usize),
    /// Another error within a watch.
    ErrorEvent(Asked, u16, usize),
    /// "Too large resource version", in one of three forms.
    TooLarge(Asked, u8),
    /// 422 to `sendInitialEvents`.
    RefuseInitialEvents,
    /// The bookmark that ends the initial events does not come.
    OmitEndBookmark,
    /// The bookmark comes, and says `false`.
    EndBookmarkFalse,
    /// A list of an older moment, so many versions back.
    StaleList(u64),
    /// The second page is the first once more.
    RepeatFirstPage,
    /// The token of the second page has expired.
    ExpireContinue,
    /// A line that is no JSON.
    MalformedLine(Asked, usize),
    /// An event of a type that nobody knows.
    UnknownEvent(usize),
    /// An event with an object of another kind, under a name that exists.
    WrongKindEvent(usize),
    /// A line that never ends.
    EndlessLine(usize),
    /// Every event twice.
    DuplicateEvents(Asked, usize),
    /// A watch that ends at once.
    CloseAtOnce(Asked),
    /// A watch that tells one thing that says nothing, and ends at once.
    CloseAfterNoise,
    /// A watch that sends nothing any more, not even its end.
    Silence(Asked, usize),
    /// No answer.
    Hang(Asked),
    /// A late answer.
    Delay(Asked, Duration),
    /// A list of something else.
    WrongList,
    /// A page of HTML with status 200.
    Html(Asked),
    /// A list that does not tell its version.
    NoListVersion,
}

/// A fault of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenConnection {
    /// Whose connections.
    pub informer: usize,
    /// Which of them: the next that is used for this.
    pub asked: Asked,
    /// In which way.
    pub how: Break,
}

/// In which way a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// It is reset after so many bytes of the body.
    Cut(usize),
    /// The body ends, as if it were whole, after so many bytes.
    End(usize),
    /// Nothing comes any more after so many bytes.
    Stall(usize),
    /// Each piece takes so long.
    Slow(Duration),
    /// The request never arrives.
    Lost,
    /// Connections are refused for so long; those that are open are reset.
    Partition(Duration),
    /// Every open connection, of every informer, is reset now.
    ResetAll,
}

impl Spoil {
    /// What it is called in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::TooManyRequests(_, None) => "429",
            Self::TooManyRequests(_, Some(_)) => "429 with Retry-After",
            Self::Code(_, 500) => "500",
            Self::Code(_, 503) => "503",
            Self::Code(..) => "other status",
            Self::Proxy(_) => "502 without a Status",
            Self::Gone(_) => "410 as an answer",
            Self::GoneEvent(..) => "410 as an event",
            Self::ErrorEvent(..) => "error event",
            Self::TooLarge(..) => "too large resource version",
            Self::RefuseInitialEvents => "initial events refused",
            Self::OmitEndBookmark => "end bookmark omitted",
            Self::EndBookmarkFalse => "end bookmark says false",
            Self::StaleList(_) => "stale list",
            Self::RepeatFirstPage => "first page repeated",
            Self::ExpireContinue => "continue token expired",
            Self::MalformedLine(..) => "malformed line",
            Self::UnknownEvent(_) => "unknown event",
            Self::WrongKindEvent(_) => "event of a wrong kind",
            Self::EndlessLine(_) => "endless line",
            Self::DuplicateEvents(..) => "duplicate events",
            Self::CloseAtOnce(_) => "watch closed at once",
            Self::CloseAfterNoise => "watch closed after noise",
            Self::Silence(..) => "silent watch",
            Self::Hang(_) => "no answer",
            Self::Delay(..) => "late answer",
            Self::WrongList => "list of a wrong kind",
            Self::Html(_) => "HTML with status 200",
            Self::NoListVersion => "list without a version",
        }
    }
}

impl Break {
    /// What it is called in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cut(_) => "network: body cut",
            Self::End(_) => "network: body ended early",
            Self::Stall(_) => "network: body stalled",
            Self::Slow(_) => "network: slow connection",
            Self::Lost => "network: request lost",
            Self::Partition(_) => "network: partition",
            Self::ResetAll => "network: all connections reset",
        }
    }
}

impl Turn {
    /// What it is called in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Compact => "server: history compacted",
            Self::EndWatches => "server: watches ended",
            Self::Restart => "server: restart, history lost",
            Self::Bookmarks => "server: bookmarks sent",
            Self::Backup => "server: backup made",
            Self::Restore => "server: backup restored, versions set back",
            Self::RemoveCrd(_) => "server: CRD removed",
            Self::ReturnCrd(_) => "server: CRD returned",
            Self::Deny(..) => "server: RBAC denies",
            Self::Allow => "server: RBAC allows",
            Self::Unauthorize => "server: credentials refused",
        }
    }
}
