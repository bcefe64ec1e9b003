//! A member of a group that another server has: frames are copied both ways, and the end of either side is the end of both.

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use std::time::Duration;
use tokio_tungstenite::tungstenite;
use tokio_util::sync::CancellationToken;

use super::alive::{HeardAt, in_time};
use super::ending::{End, say_goodbye};
use super::route::Link;
use crate::subscription::group::Ended;

/// The goodbye to the other server takes no longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Serves one member from another server until either goes, the group goes on elsewhere, or this server stops.
pub(super) async fn run(link: Link, socket: WebSocket, stop: CancellationToken) {
    metrics::counter!("highwater_group_relayed_total").increment(1);
    let Link {
        socket: holder,
        elsewhere,
    } = link;
    let (mut to_member, mut from_member) = socket.split();
    let (mut to_holder, from_holder) = holder.split();
    let heard_at = HeardAt::now();
    let end = tokio::select! {
        () = stop.cancelled() => End::Stopping,
        () = elsewhere.moved() => Ended::Moved.into(),
        end = inward(&mut from_member, &mut to_holder, &heard_at) => end,
        end = outward(from_holder, &mut to_member, &heard_at) => end,
    };
    // What the member had comes back before the goodbye, which may take its time.
    let _late = tokio::time::timeout(PATIENCE, to_holder.close()).await;
    say_goodbye(to_member, from_member, end).await;
}

/// Passes on what the member says, until it goes.
async fn inward(
    from: &mut SplitStream<WebSocket>,
    to: &mut (impl Sink<tungstenite::Message, Error = tungstenite::Error> + Unpin),
    heard_at: &HeardAt,
) -> End {
    while let Some(Ok(message)) = from.next().await {
        heard_at.hear();
        let message = match message {
            Message::Text(text) => tungstenite::Message::text(text.as_str()),
            Message::Binary(data) => tungstenite::Message::Binary(data),
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Close(_) => break,
        };
        if let Err(end) = in_time(to.send(message)).await {
            return end;
        }
    }
    End::Gone
}

/// Passes on what the server that has the group says, until it ends the connection. All that is there at a time goes into one
/// write.
async fn outward(
    mut from: impl Stream<Item = Result<tungstenite::Message, tungstenite::Error>> + Unpin,
    to: &mut SplitSink<WebSocket, Message>,
    heard_at: &HeardAt,
) -> End {
    loop {
        let mut next = from.next().await;
        loop {
            if let Err(end) = pass_on(next, to, heard_at).await {
                return end;
            }
            match from.next().now_or_never() {
                Some(another) => next = another,
                None => break,
            }
        }
        if let Err(end) = in_time(to.flush()).await {
            return end;
        }
    }
}

async fn pass_on(
    message: Option<Result<tungstenite::Message, tungstenite::Error>>,
    to: &mut SplitSink<WebSocket, Message>,
    heard_at: &HeardAt,
) -> Result<(), End> {
    let message = match message {
        Some(Ok(tungstenite::Message::Close(Some(close)))) => return Err(passed(&close)),
        Some(Ok(tungstenite::Message::Text(text))) => Message::Text(text.as_str().into()),
        // It has heard nothing from us; the member is asked whether it is there.
        Some(Ok(tungstenite::Message::Ping(data))) => {
            heard_at.check()?;
            Message::Ping(data)
        }
        Some(Ok(tungstenite::Message::Close(None)) | Err(_)) | None => {
            return Err(Ended::Moved.into());
        }
        Some(Ok(_)) => return Ok(()),
    };
    in_time(to.feed(message)).await
}

fn passed(close: &tungstenite::protocol::CloseFrame) -> End {
    End::Passed(CloseFrame {
        code: close.code.into(),
        reason: close.reason.as_str().into(),
    })
}
