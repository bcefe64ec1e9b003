//! Consumer groups: other programs that consume the log over WebSocket.

mod engine;
