//! Where a member's connection goes: here, or on to the server that has the group.

use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Response, StatusCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use crate::contract::Problem;
use crate::server::state::App;
use crate::subscription::group::{Elsewhere, GroupError, Place};

/// Marks a connection that was passed on: it is passed on no further, so that no two servers pass it to each other.
pub(super) const RELAYED: &str = "x-highwater-relayed";

/// So long the server that has a group is looked for: longer than it takes until there is one again.
const PATIENCE: Duration = Duration::from_secs(10);
/// A server that has the group answers within this.
const ANSWER: Duration = Duration::from_secs(3);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// A connection to the server that has the group.
pub(super) struct Link {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub elsewhere: Elsewhere,
}

/// Why there is none.
enum Unlinked {
    /// It does not answer, or does not have the group any more.
    Again(String),
    /// It does not take the member.
    Refused(Problem),
}

/// The way to the group; `None` where it is here.
///
/// # Errors
/// When there is no such group, the member's name cannot be one, or nobody has the group in time.
pub(super) async fn route(
    app: &App,
    name: &str,
    member: &str,
    relayed: bool,
) -> Result<Option<Link>, Problem> {
    let begun = Instant::now();
    loop {
        let elsewhere = match app.groups.place(name, member).await? {
            Place::Here => return Ok(None),
            Place::Elsewhere(_) if relayed => return Err(GroupError::NotHere(name.into()).into()),
            Place::Elsewhere(elsewhere) => elsewhere,
        };
        match link(elsewhere, name, member).await {
            Ok(link) => return Ok(Some(link)),
            Err(Unlinked::Refused(problem)) => return Err(problem),
            Err(Unlinked::Again(why)) if begun.elapsed() >= PATIENCE => {
                tracing::warn!(
                    consumer.name = name,
                    error = why,
                    "the server that has a group cannot be reached"
                );
                return Err(GroupError::NotHere(name.into()).into());
            }
            Err(Unlinked::Again(_)) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn link(elsewhere: Elsewhere, name: &str, member: &str) -> Result<Link, Unlinked> {
    // The names were checked: nothing in them has a meaning in an address.
    let host = elsewhere.address().trim_start_matches("http://");
    let url = format!("ws://{host}/api/v1/consumers/{name}/connect?member={member}");
    let mut request = url
        .into_client_request()
        .map_err(|error| Unlinked::Again(error.to_string()))?;
    request
        .headers_mut()
        .insert(RELAYED, HeaderValue::from_static("1"));
    let connecting = connect_async_with_config(request, None, true);
    match tokio::time::timeout(ANSWER, connecting).await {
        Ok(Ok((socket, _))) => Ok(Link { socket, elsewhere }),
        Ok(Err(Error::Http(answer))) => Err(refused(&answer)),
        Ok(Err(error)) => Err(Unlinked::Again(error.to_string())),
        Err(_) => Err(Unlinked::Again("no answer in time".to_owned())),
    }
}

fn refused(answer: &Response<Option<Vec<u8>>>) -> Unlinked {
    let body = answer.body().as_deref().unwrap_or_default();
    match serde_json::from_slice(body) {
        Ok(problem) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => {
            Unlinked::Refused(problem)
        }
        _ => Unlinked::Again(format!("it answers with {}", answer.status())),
    }
}
