//! One member's connection: what it says is taken in as it comes, what it may have is sent, and neither waits for the other.

use axum::extract::ws::{Message, WebSocket, close_code};
use futures_util::stream::{FuturesUnordered, SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::alive::{HeardAt, in_time};
use super::ending::{End, say_goodbye};
use crate::contract::{GroupFrame, MemberFrame, Problem, ProblemKind};
use crate::event_log::SharedLog;
use crate::schema::from_json;
use crate::subscription::group::{Ended, GroupError, Membership};

/// How often a member is told that the connection lives, and where the log ends.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Messages of a member's that are taken in together.
const TOGETHER: usize = 1_024;
/// Problems that wait to be told; a member that makes more of them waits too.
const PROBLEMS: usize = 64;
/// The longest reason of a refusal that is kept, in characters.
const LONGEST_REASON: usize = 2_000;

/// Serves one member until it goes, or has to go, or the server stops.
pub(super) async fn run(
    membership: Result<Membership, GroupError>,
    socket: WebSocket,
    log: SharedLog,
    stop: CancellationToken,
) {
    let (mut sink, mut stream) = socket.split();
    let end = match &membership {
        Ok(membership) => {
            let (say, problems) = mpsc::channel(PROBLEMS);
            let heard_at = HeardAt::now();
            let speaker = Speaker {
                membership,
                sink: &mut sink,
                problems,
                heard_at: &heard_at,
                log,
            };
            // Each half is looked at when something has come for it, and not whenever something has for the other.
            let mut halves: FuturesUnordered<Pin<Box<dyn Future<Output = End> + Send + '_>>> =
                FuturesUnordered::new();
            halves.push(Box::pin(listen(membership, &mut stream, say, &heard_at)));
            halves.push(Box::pin(speaker.speak(stop)));
            halves.next().await.unwrap_or(End::Gone)
        }
        Err(GroupError::Ended(ended)) => (*ended).into(),
        // It has gone elsewhere since we asked.
        Err(GroupError::NotHere(_)) => Ended::Moved.into(),
        Err(error) => End::Told(
            close_code::POLICY,
            Problem::new(ProblemKind::NotFound, error.to_string()),
        ),
    };
    // What it had comes back before the goodbye, which may take its time.
    drop(membership);
    say_goodbye(sink, stream, end).await;
}

/// Takes in what the member says, as much at once as has come.
async fn listen(
    membership: &Membership,
    stream: &mut SplitStream<WebSocket>,
    say: mpsc::Sender<Problem>,
    heard_at: &HeardAt,
) -> End {
    loop {
        let mut heard = Heard::default();
        let mut next = stream.next().await;
        heard_at.hear();
        for _ in 0..TOGETHER {
            match next {
                None | Some(Err(_) | Ok(Message::Close(_))) => heard.is_over = true,
                Some(Ok(message)) => heard.take(message),
            }
            let another = if heard.is_over {
                None
            } else {
                stream.next().now_or_never()
            };
            match another {
                Some(message) => next = message,
                None => break,
            }
        }
        let answers = membership.take_in(heard.frames);
        for problem in heard.problems.into_iter().chain(answers) {
            metrics::counter!("highwater_group_bad_frames_total").increment(1);
            if say.send(problem).await.is_err() {
                return End::Gone;
            }
        }
        if heard.is_over {
            return End::Gone;
        }
    }
}

/// What came together.
#[derive(Default)]
struct Heard {
    frames: Vec<MemberFrame>,
    problems: Vec<Problem>,
    is_over: bool,
}

impl Heard {
    fn take(&mut self, message: Message) {
        let read = match message {
            Message::Text(text) => from_json::<MemberFrame>(text.as_bytes()),
            Message::Binary(_) => Err("frames are JSON text".to_owned()),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return,
        };
        match read {
            Ok(frame) => self.frames.push(with_bounded_reason(frame)),
            Err(detail) => {
                let problem = Problem::new(ProblemKind::InvalidFrame, detail);
                self.problems.push(problem);
            }
        }
    }
}

fn with_bounded_reason(mut frame: MemberFrame) -> MemberFrame {
    if let MemberFrame::Nack {
        reason: Some(reason),
        ..
    } = &mut frame
        && let Some((end, _)) = reason.char_indices().nth(LONGEST_REASON)
    {
        reason.truncate(end);
    }
    frame
}

/// The half that sends.
struct Speaker<'a> {
    membership: &'a Membership,
    sink: &'a mut SplitSink<WebSocket, Message>,
    problems: mpsc::Receiver<Problem>,
    heard_at: &'a HeardAt,
    log: SharedLog,
}

impl Speaker<'_> {
    async fn speak(mut self, stop: CancellationToken) -> End {
        match self.tell(&stop).await {
            Ok(()) => End::Gone,
            Err(end) => end,
        }
    }

    /// Sends what there is to send, again and again; all that is there at a time goes into one write.
    async fn tell(&mut self, stop: &CancellationToken) -> Result<(), End> {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.reset();
        // Of its own: what all connections wait for has a lock that all would take for each look.
        let stop = stop.child_token();
        let mut stopped = pin!(stop.cancelled());
        let deliveries = metrics::counter!("highwater_group_deliveries_total");
        self.lay(&self.membership.hello()).await?;
        loop {
            self.flush().await?;
            tokio::select! {
                () = &mut stopped => return Err(End::Stopping),
                problem = self.problems.recv() => match problem {
                    Some(problem) => self.lay(&GroupFrame::Error { problem }).await?,
                    None => return Ok(()),
                },
                events = self.membership.next() => {
                    let events = events.map_err(End::from)?;
                    deliveries.increment(events.len() as u64);
                    for event in events {
                        self.lay_message(Message::Text(event)).await?;
                    }
                }
                _ = heartbeat.tick() => self.keep_alive().await?,
            }
        }
    }

    async fn keep_alive(&mut self) -> Result<(), End> {
        self.heard_at.check()?;
        if self.heard_at.silence() >= HEARTBEAT {
            self.lay_message(Message::Ping(axum::body::Bytes::new()))
                .await?;
        }
        let head = self.log.head().position;
        self.lay(&GroupFrame::Heartbeat { head }).await
    }

    async fn lay(&mut self, frame: &GroupFrame) -> Result<(), End> {
        let text = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(error = %error, "a frame could not be written as JSON");
            End::Gone
        })?;
        self.lay_message(Message::Text(text.into())).await
    }

    /// Lays a message into the buffer, which is written when it is full.
    async fn lay_message(&mut self, message: Message) -> Result<(), End> {
        in_time(self.sink.feed(message)).await
    }

    async fn flush(&mut self) -> Result<(), End> {
        in_time(self.sink.flush()).await
    }
}
