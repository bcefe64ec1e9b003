//! The connections of groups' members.

mod alive;
mod ending;
mod relay;
mod route;
mod session;

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::route::{Link, RELAYED};
use crate::contract::{Problem, ProblemKind};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::openapi::{Input, Operation, Output};
use crate::server::state::App;
use crate::subscription::group::GroupError;

/// The largest frame that a member may send, in bytes.
const LARGEST_FRAME: usize = 64 * 1024;
/// Bytes that are read at once: what members say is short, and the library fills this much with zeros for each look at whether
/// there is anything.
const READ_BUFFER: usize = 4 * 1024;

/// All connections of members, for the server that stops to wait for. Cheap to clone.
#[derive(Clone)]
pub(in crate::server) struct Connections {
    /// Told when the server stops: members are told goodbye with 1001.
    stop: CancellationToken,
    open: TaskTracker,
}

impl Connections {
    /// None yet.
    pub fn new(stop: CancellationToken) -> Connections {
        Connections {
            stop,
            open: TaskTracker::new(),
        }
    }

    /// Until every member was told goodbye. `stop` must have been told before.
    pub async fn drained(&self) {
        self.open.close();
        self.open.wait().await;
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectParams {
    /// The member's name, 1 to 100 ASCII letters, digits, `.`, `_` or `-`. Of two connections with one name the newer stays.
    member: String,
}

/// A request to become a WebSocket.
pub(super) struct Upgrade {
    /// Or why it is none.
    request: Result<WebSocketUpgrade, Problem>,
    /// Whether another server has passed it on.
    relayed: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Upgrade, Infallible> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        Ok(Upgrade {
            request: upgrade
                .map_err(|rejection| Problem::new(ProblemKind::BadRequest, rejection.body_text())),
            relayed: parts.headers.contains_key(RELAYED),
        })
    }
}

impl Input for Upgrade {
    fn describe(operation: &mut Operation<'_>) {
        operation.may_answer(&[ProblemKind::BadRequest]);
    }
}

/// The answer after which the connection is a WebSocket.
pub(super) struct Upgraded(Response);

impl IntoResponse for Upgraded {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Output for Upgraded {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers(101, "The connection is a WebSocket now.", json!({}));
    }
}

/// `GET /consumers/{name}/connect`.
pub(super) async fn connect(
    State(app): State<App>,
    InPath(name): InPath<String>,
    Params(params): Params<ConnectParams>,
    Upgrade { request, relayed }: Upgrade,
) -> Result<Upgraded, ProblemResponse> {
    app.groups.check_member(&name, &params.member)?;
    let upgrade = request?
        .read_buffer_size(READ_BUFFER)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME);
    let link = tokio::select! {
        link = route::route(&app, &name, &params.member, relayed) => link?,
        () = app.connections.stop.cancelled() => return Err(GroupError::NotHere(name).into()),
    };
    let app = app.clone();
    Ok(Upgraded(upgrade.on_upgrade(move |socket| async move {
        let open = app.connections.open.clone();
        open.track_future(serve(app, name, params.member, link, socket))
            .await;
    })))
}

async fn serve(app: App, name: String, member: String, link: Option<Link>, socket: WebSocket) {
    let stop = app.connections.stop.clone();
    match link {
        Some(link) => relay::run(link, socket, stop).await,
        None => {
            // Only now: a member whose connection never comes must not take another one's place.
            let membership = app.groups.connect(&name, &member);
            session::run(membership, socket, app.log.clone(), stop).await;
        }
    }
}
