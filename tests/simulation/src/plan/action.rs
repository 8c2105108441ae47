//! The actions of a simulated world: writes, changes to the server, faults of single requests, faults of the network.
//! Data only.

use std::time::Duration;

use crate::thing::Resource;

/// The namespaces.
pub const NAMESPACES: [&str; 3] = ["a", "b", "c"];
/// The values of the label `tier`. An empty value means that the label is absent.
pub const TIERS: [&str; 4] = ["", "web", "api", "db"];
/// The colors.
pub const COLORS: [&str; 4] = ["red", "green", "blue", "white"];
/// The values of the parts field.
pub const PARTS: [&str; 4] = ["", "bolt", "bolt,nut", "nut,cog,cog"];
/// Number of names in each namespace.
pub const NAMES: u8 = 6;

/// A place for one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The kind.
    pub resource: Resource,
    /// The number of the namespace; ignored for cluster-scoped kinds.
    pub namespace: u8,
    /// The number of the name.
    pub name: u8,
}

impl Slot {
    /// The namespace, or `None` for a cluster-scoped kind.
    pub fn namespace(self) -> Option<&'static str> {
        let namespaces = NAMESPACES.iter().cycle();
        self.resource.is_namespaced().then(|| namespaces.copied().nth(self.namespace.into())).flatten()
    }

    /// The name.
    pub fn name(self) -> String {
        format!("n{}", self.name)
    }
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Writes one object.
    Write(Slot, Write),
    /// Deletes all objects of a kind, in one namespace or in all.
    DeleteAll(Resource, Option<&'static str>),
    /// Changes the server as a whole.
    Server(ServerChange),
    /// Injects a fault into subsequent requests.
    Requests(FaultyRequests),
    /// Injects a fault into the next connection, or into many connections immediately.
    Network(ConnectionFault),
    /// Adds a subscriber to the informer with this number.
    Subscribe(usize, super::SubscriberPlan),
    /// Does nothing.
    Wait,
}

/// A write to one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Creates or replaces the object, with the tier, color and parts of these numbers.
    Put(u8, u8, u8),
    /// Changes the label.
    Relabel(u8),
    /// Changes the color.
    Recolor(u8),
    /// Changes only the status.
    Status(u8),
    /// Deletes the object.
    Delete,
    /// Deletes the object and recreates it immediately.
    Recreate(u8),
    /// Changes the object so that it cannot be decoded.
    MakeUndecodable,
    /// Changes the object this many times in a row.
    Churn(u8),
}

/// A change to the server as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerChange {
    /// Compacts the history.
    Compact,
    /// Ends every watch.
    EndWatches,
    /// Restarts the server: every watch ends and the history is lost.
    Restart,
    /// Sends a bookmark on every watch.
    Bookmarks,
    /// Takes a backup.
    Backup,
    /// Restores the backup: older state, lower resourceVersions.
    Restore,
    /// Removes a CRD together with its objects.
    RemoveCrd(Resource),
    /// Installs a removed CRD again.
    ReinstallCrd(Resource),
    /// Denies lists or watches by RBAC.
    Deny(RequestKind, Resource),
    /// Allows everything by RBAC and accepts all credentials.
    Allow,
    /// Rejects the credentials of every client.
    RejectCredentials,
}

/// The kinds of requests that informers send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A page of a list.
    List,
    /// A watch that starts after a resourceVersion.
    Watch,
    /// A watch-list: a watch that starts with the current state.
    WatchList,
}

/// Requests that will fail or receive a wrong response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultyRequests {
    /// The requested kind of objects.
    pub resource: Resource,
    /// Number of matching requests that pass without the fault first.
    pub skip: u64,
    /// Number of requests with the fault.
    pub times: u64,
    /// The fault.
    pub fault: RequestFault,
}

/// A fault of a request. A number of events is the number of events that precede the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// 429, with or without `Retry-After`.
    TooManyRequests(RequestKind, Option<u32>),
    /// An HTTP status with a metav1.Status.
    Code(RequestKind, u16),
    /// 502 from a proxy, with text instead of a Status.
    Proxy(RequestKind),
    /// 410 as the response.
    Gone(RequestKind),
    /// 410 within a watch.
    GoneEvent(RequestKind, usize),
    /// Another error within a watch.
    ErrorEvent(RequestKind, u16, usize),
    /// "Too large resource version", in one of three forms.
    TooLarge(RequestKind, u8),
    /// 422 to `sendInitialEvents`.
    RejectInitialEvents,
    /// The bookmark that ends the initial events is missing.
    OmitEndBookmark,
    /// The bookmark that ends the initial events has the annotation value `false`.
    EndBookmarkFalse,
    /// A list of an older state, this many versions back.
    StaleList(u64),
    /// The second page repeats the first.
    RepeatFirstPage,
    /// The continue token of the second page has expired.
    ExpireContinue,
    /// A line that is not valid JSON.
    MalformedLine(RequestKind, usize),
    /// An event of an unknown type.
    UnknownEvent(usize),
    /// An event with an object of another kind that has the name of an existing object.
    WrongKindEvent(usize),
    /// A line that never ends.
    EndlessLine(usize),
    /// Every event is sent twice.
    DuplicateEvents(RequestKind, usize),
    /// A watch that ends immediately.
    CloseImmediately(RequestKind),
    /// A watch that sends one event of an unknown type and ends immediately.
    CloseAfterUnknownEvent,
    /// A watch that stops sending data and does not end.
    Silence(RequestKind, usize),
    /// No response.
    Hang(RequestKind),
    /// A delayed response.
    Delay(RequestKind, Duration),
    /// A list of another kind.
    WrongKindList,
    /// An HTML page with status 200.
    Html(RequestKind),
    /// A list without a resourceVersion.
    ListWithoutVersion,
}

/// A network fault of one connection, or of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionFault {
    /// The informer whose connections are affected.
    pub informer: usize,
    /// The affected connection: the next one that carries this kind of request.
    pub kind: RequestKind,
    /// The fault.
    pub fault: NetworkFault,
}

/// The way in which a connection fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFault {
    /// The connection is reset after this many bytes of the body.
    Reset(usize),
    /// The body ends after this many bytes as if it were complete.
    Truncate(usize),
    /// No data arrives after this many bytes.
    Stall(usize),
    /// Each piece takes this long.
    Slow(Duration),
    /// The request never arrives.
    LoseRequest,
    /// Connections are refused for this long. Open connections are reset.
    Partition(Duration),
    /// Every open connection of every informer is reset now.
    ResetAll,
}

impl RequestFault {
    /// The name in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::TooManyRequests(_, None) => "429",
            Self::TooManyRequests(_, Some(_)) => "429 with Retry-After",
            Self::Code(_, 500) => "500",
            Self::Code(_, 503) => "503",
            Self::Code(..) => "other status",
            Self::Proxy(_) => "502 without Status",
            Self::Gone(_) => "410 response",
            Self::GoneEvent(..) => "410 event",
            Self::ErrorEvent(..) => "error event",
            Self::TooLarge(..) => "too large resource version",
            Self::RejectInitialEvents => "sendInitialEvents rejected",
            Self::OmitEndBookmark => "end bookmark omitted",
            Self::EndBookmarkFalse => "end bookmark annotation false",
            Self::StaleList(_) => "stale list",
            Self::RepeatFirstPage => "first page repeated",
            Self::ExpireContinue => "continue token expired",
            Self::MalformedLine(..) => "malformed line",
            Self::UnknownEvent(_) => "unknown event type",
            Self::WrongKindEvent(_) => "event with wrong kind",
            Self::EndlessLine(_) => "endless line",
            Self::DuplicateEvents(..) => "duplicate events",
            Self::CloseImmediately(_) => "watch closed immediately",
            Self::CloseAfterUnknownEvent => "watch closed after unknown event",
            Self::Silence(..) => "silent watch",
            Self::Hang(_) => "no response",
            Self::Delay(..) => "delayed response",
            Self::WrongKindList => "list with wrong kind",
            Self::Html(_) => "HTML with status 200",
            Self::ListWithoutVersion => "list without resourceVersion",
        }
    }
}

impl NetworkFault {
    /// The name in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reset(_) => "network: connection reset",
            Self::Truncate(_) => "network: body truncated",
            Self::Stall(_) => "network: body stalled",
            Self::Slow(_) => "network: slow connection",
            Self::LoseRequest => "network: request lost",
            Self::Partition(_) => "network: partition",
            Self::ResetAll => "network: all connections reset",
        }
    }
}

impl ServerChange {
    /// The name in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Compact => "server: history compacted",
            Self::EndWatches => "server: watches closed",
            Self::Restart => "server: restarted, history lost",
            Self::Bookmarks => "server: bookmarks sent",
            Self::Backup => "server: backup taken",
            Self::Restore => "server: backup restored, resourceVersion rolled back",
            Self::RemoveCrd(_) => "server: CRD removed",
            Self::ReinstallCrd(_) => "server: CRD reinstalled",
            Self::Deny(..) => "server: access denied",
            Self::Allow => "server: access allowed",
            Self::RejectCredentials => "server: credentials rejected",
        }
    }
}
