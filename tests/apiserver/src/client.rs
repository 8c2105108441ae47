//! A `kube::Client` without a socket.

use crate::server::ApiServer;

impl ApiServer {
    /// A client of this server. Requests go straight into the server, so a paused clock works.
    pub fn client(&self) -> kube::Client {
        kube::Client::new(self.clone(), "default")
    }
}
