//! How a member's connection ends, and what the member is told of it.

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;

use crate::contract::{GroupFrame, Problem};
use crate::subscription::group::{Ended, NoMore};

/// A goodbye takes no longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why a connection ends.
pub(super) enum End {
    /// The member went, or does not take what it is sent.
    Gone,
    /// The server stops.
    Stopping,
    /// The server ends it, for this reason.
    Told(u16, Problem),
    /// The server that has the group has ended it, and said why.
    Passed(CloseFrame),
}

impl From<Ended> for End {
    fn from(ended: Ended) -> End {
        let code = match ended {
            Ended::Replaced => close_code::POLICY,
            Ended::Removed => close_code::NORMAL,
            Ended::Moved => close_code::RESTART,
        };
        End::Told(code, ended.into())
    }
}

impl From<NoMore> for End {
    fn from(no_more: NoMore) -> End {
        match no_more {
            NoMore::Ended(ended) => ended.into(),
            NoMore::Log(error) => End::Told(close_code::ERROR, error.into()),
        }
    }
}

/// Tells the member, if it is still there, and hears it out: what it has said and nobody has read would, at the end, take the
/// goodbye with it on its way.
pub(super) async fn say_goodbye(
    mut sink: SplitSink<WebSocket, Message>,
    mut stream: SplitStream<WebSocket>,
    end: End,
) {
    let (close, problem) = match end {
        End::Gone => return,
        End::Stopping => (closing(close_code::AWAY, "the server stops"), None),
        End::Told(code, problem) => (closing(code, &problem.title), Some(problem)),
        End::Passed(close) => (close, None),
    };
    let farewell = async {
        if let Some(problem) = problem
            && let Ok(text) = serde_json::to_string(&GroupFrame::Error { problem })
        {
            let _gone = sink.feed(Message::Text(text.into())).await;
        }
        let _gone = sink.send(Message::Close(Some(close))).await;
        let _gone = sink.close().await;
        while let Some(Ok(_)) = stream.next().await {}
    };
    let _late = tokio::time::timeout(PATIENCE, farewell).await;
}

fn closing(code: u16, reason: &str) -> CloseFrame {
    CloseFrame {
        code,
        reason: reason.into(),
    }
}
