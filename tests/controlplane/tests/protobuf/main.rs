//! The protobuf decoder compared with Go: the tables, objects that Go encoded, and everything that the real API server
//! serves.

mod difference;
mod program;
mod samples;
mod served;
mod wire;
