//! A `kube::Client` without a socket.

use crate::server::ApiServer;

impl ApiServer {
    /// Returns a client of this server. Requests go directly to the server without a socket, so a paused clock works.
    pub fn client(&self) -> kube::Client {
        kube::Client::new(self.clone(), "default")
    }
}
