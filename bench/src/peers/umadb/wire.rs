//! As much of UmaDB's protocol (`umadb.v1`, gRPC) as is used here, with the settings of its own client.

use std::time::Duration;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Streaming};
use tonic_prost::ProstCodec;

use crate::failure::Outcome;

const APPEND: &str = "/umadb.v1.DCB/Append";
const READ: &str = "/umadb.v1.DCB/Read";
const HEAD: &str = "/umadb.v1.DCB/Head";

#[derive(Clone, PartialEq, prost::Message)]
pub struct Event {
    #[prost(string, tag = "1")]
    pub event_type: String,
    #[prost(string, repeated, tag = "2")]
    pub tags: Vec<String>,
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
    #[prost(string, tag = "4")]
    pub uuid: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct RecordedEvent {
    #[prost(uint64, tag = "1")]
    pub position: u64,
    #[prost(message, optional, tag = "2")]
    pub event: Option<Event>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct QueryItem {
    #[prost(string, repeated, tag = "1")]
    pub types: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub tags: Vec<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Query {
    #[prost(message, repeated, tag = "1")]
    pub items: Vec<QueryItem>,
}

/// An append fails where an event after a position matches the query.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Condition {
    #[prost(message, optional, tag = "1")]
    pub fail_if_events_match: Option<Query>,
    #[prost(uint64, optional, tag = "2")]
    pub after: Option<u64>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct AppendRequest {
    #[prost(message, repeated, tag = "1")]
    events: Vec<Event>,
    #[prost(message, optional, tag = "2")]
    condition: Option<Condition>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct AppendResponse {
    #[prost(uint64, tag = "1")]
    position: u64,
}

/// Without a field: all events, oldest first.
#[derive(Clone, PartialEq, prost::Message)]
struct ReadRequest {}

#[derive(Clone, PartialEq, prost::Message)]
pub struct ReadResponse {
    #[prost(message, repeated, tag = "1")]
    pub events: Vec<RecordedEvent>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct HeadRequest {}

#[derive(Clone, PartialEq, prost::Message)]
struct HeadResponse {
    #[prost(uint64, optional, tag = "1")]
    position: Option<u64>,
}

/// A connection.
pub struct Client(Grpc<Channel>);

impl Client {
    pub async fn connect(address: &str) -> Outcome<Client> {
        let endpoint = Endpoint::from_shared(address.to_owned())?
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(5))
            .keep_alive_timeout(Duration::from_secs(10))
            .initial_stream_window_size(4 * 1024 * 1024)
            .initial_connection_window_size(8 * 1024 * 1024);
        Ok(Client(Grpc::new(endpoint.connect().await?)))
    }

    /// Appends, and says the position of the last event.
    pub async fn append(&mut self, events: Vec<Event>, condition: Condition) -> Outcome<u64> {
        let condition = Some(condition);
        let answer: AppendResponse = self
            .call(APPEND, AppendRequest { events, condition })
            .await?;
        Ok(answer.position)
    }

    /// The position of the last event there is.
    pub async fn head(&mut self) -> Outcome<Option<u64>> {
        let answer: HeadResponse = self.call(HEAD, HeadRequest {}).await?;
        Ok(answer.position)
    }

    /// All events, in batches as the server cuts them.
    pub async fn read(&mut self) -> Outcome<Streaming<ReadResponse>> {
        self.0.ready().await?;
        let answer = self.0.server_streaming(
            Request::new(ReadRequest {}),
            PathAndQuery::from_static(READ),
            ProstCodec::default(),
        );
        Ok(answer.await?.into_inner())
    }

    async fn call<Q, A>(&mut self, path: &'static str, question: Q) -> Outcome<A>
    where
        Q: prost::Message + 'static,
        A: prost::Message + Default + 'static,
    {
        self.0.ready().await?;
        let answer = self.0.unary(
            Request::new(question),
            PathAndQuery::from_static(path),
            ProstCodec::default(),
        );
        Ok(answer.await?.into_inner())
    }
}
