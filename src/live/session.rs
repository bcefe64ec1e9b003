//! One page's connection: what it watches, what it has been sent, and when it is told more.

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

use super::Gateway;
use super::changes::{Change, read_model};
use crate::contract::{
    ClientFrame, CommandConvergence, Delta, Position, Problem, ProblemKind, ServerFrame, Timestamp,
    Topic, WatchId,
};
use crate::convergence::Painted;

/// Frames of one page are at least so far apart: what happens in between goes into one.
const PACE: Duration = Duration::from_millis(20);
/// How often commands that converge are looked at.
const COMMANDS_EVERY: Duration = Duration::from_millis(100);
/// A page that has heard nothing for so long is told that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// A page that takes longer than this to take one frame is gone.
const SEND_PATIENCE: Duration = Duration::from_secs(10);
/// A page that has said nothing for so long, though it was pinged, is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// Watches that one page may hold.
const WATCHES: usize = 32;
/// Frames in a row that cannot be taken before the page is turned away.
const BAD_FRAMES: u32 = 10;
/// Frames of each watch for which "painted" is still understood.
const SENT: usize = 256;

/// Why a session ends.
enum End {
    /// The page went, or does not take what it is sent.
    Gone,
    /// The server stops.
    Stopping,
    /// The page keeps sending what cannot be taken.
    Misbehaved,
}

struct Watch {
    topic: Topic,
    /// Everything up to here was sent.
    seen: Position,
    /// From where to where each of the last frames led.
    sent: VecDeque<(Position, Position)>,
    /// What a command's page was last told.
    told: Option<Box<CommandConvergence>>,
    /// Whether a value that changes without positions has to be sent.
    stale: bool,
}

struct Session<'a> {
    gateway: &'a Gateway,
    sink: SplitSink<WebSocket, Message>,
    watches: BTreeMap<WatchId, Watch>,
    bad_frames: u32,
    spoke_at: Instant,
    heard_at: Instant,
}

/// Serves one page until it goes or the server stops.
pub(super) async fn run(gateway: &Gateway, socket: WebSocket) {
    let (sink, stream) = socket.split();
    let now = Instant::now();
    let mut session = Session {
        gateway,
        sink,
        watches: BTreeMap::new(),
        bad_frames: 0,
        spoke_at: now,
        heard_at: now,
    };
    let end = match session.follow(stream).await {
        Ok(()) => return,
        Err(end) => end,
    };
    session.say_goodbye(end).await;
}

impl Session<'_> {
    async fn follow(&mut self, mut stream: SplitStream<WebSocket>) -> Result<(), End> {
        let gateway = self.gateway;
        let (mut bell, mut head) = (gateway.monitor.bell(), gateway.log.watch_head());
        let (mut rows, mut pulse) = (gateway.monitor.watch_rows(), gateway.pulse.watch());
        let mut commands = tokio::time::interval(COMMANDS_EVERY);
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let mut due: Option<Instant> = None;
        let mut told_at = Instant::now();
        self.send(&self.hello()).await?;
        loop {
            let soon = || Some(Instant::now().max(told_at + PACE));
            tokio::select! {
                () = gateway.stop.cancelled() => return Err(End::Stopping),
                message = stream.next() => {
                    self.take(message).await?;
                    due = due.or_else(soon);
                }
                _ = bell.changed() => due = due.or_else(soon),
                _ = head.changed() => due = due.or_else(soon),
                _ = rows.changed() => {
                    self.mark_stale(|topic| matches!(topic, Topic::Consumers));
                    due = due.or_else(soon);
                }
                _ = pulse.changed() => {
                    self.mark_stale(|topic| matches!(topic, Topic::Pulse));
                    due = due.or_else(soon);
                }
                _ = commands.tick() => {
                    if self.mark_stale(|topic| matches!(topic, Topic::Command { .. })) {
                        due = due.or_else(soon);
                    }
                }
                _ = heartbeat.tick() => self.keep_alive().await?,
                () = tokio::time::sleep_until(due.unwrap_or(told_at)), if due.is_some() => {
                    due = None;
                    // A page that is still behind after a frame is served on, but others come in between.
                    if self.tell().await? {
                        due = Some(Instant::now() + PACE);
                    }
                    told_at = Instant::now();
                }
            }
        }
    }

    fn hello(&self) -> ServerFrame {
        ServerFrame::Hello {
            boot: self.gateway.boot,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            head: self.gateway.log.head(),
            at: Timestamp::now(),
        }
    }

    /// Takes a message of the page's.
    async fn take(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard_at = Instant::now();
        let text = match message {
            None | Some(Err(_)) | Some(Ok(Message::Close(_))) => return Err(End::Gone),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => return self.refuse("frames are JSON text").await,
            Some(Ok(Message::Text(text))) => text,
        };
        match serde_json::from_str::<ClientFrame>(&text) {
            Ok(frame) => self.obey(frame).await,
            Err(error) => self.refuse(&error.to_string()).await,
        }
    }

    async fn obey(&mut self, frame: ClientFrame) -> Result<(), End> {
        match frame {
            ClientFrame::Watch {
                watch,
                topic,
                after,
            } => {
                if self.watches.len() >= WATCHES && !self.watches.contains_key(&watch) {
                    return self
                        .refuse(&format!("a page may hold {WATCHES} watches"))
                        .await;
                }
                self.watches.insert(watch, Watch::new(topic, after));
            }
            ClientFrame::Unwatch { watch } => {
                self.watches.remove(&watch);
            }
            ClientFrame::Ping { n } => {
                self.send(&ServerFrame::Pong {
                    n,
                    at: Timestamp::now(),
                })
                .await?;
            }
            ClientFrame::Painted {
                watch,
                position,
                received_at,
                painted_at,
                uncertainty_ms,
            } => {
                let painted = Painted {
                    received_at,
                    painted_at,
                    uncertainty_ms,
                };
                self.painted(watch, position, painted);
            }
        }
        self.bad_frames = 0;
        Ok(())
    }

    /// Says why a frame cannot be taken; a page that goes on like this is turned away.
    async fn refuse(&mut self, detail: &str) -> Result<(), End> {
        metrics::counter!("highwater_live_bad_frames_total").increment(1);
        tracing::debug!(
            live.detail = detail,
            "a page sent a frame that cannot be taken"
        );
        self.bad_frames += 1;
        if self.bad_frames >= BAD_FRAMES {
            return Err(End::Misbehaved);
        }
        let problem = Problem::new(ProblemKind::InvalidFrame, detail);
        self.send(&ServerFrame::Error { problem }).await
    }

    /// Notes what a page says it has painted, if the stamps can be true.
    fn painted(&mut self, watch: WatchId, position: Position, painted: Painted) {
        let Some(watch) = self.watches.get_mut(&watch) else {
            return;
        };
        let Some(found) = watch.sent.iter().position(|(_, upto)| *upto == position) else {
            return;
        };
        // A page may skip frames that it painted together with a later one.
        let frames: Vec<_> = watch.sent.drain(..=found).collect();
        let (Some((after, _)), Some(model)) = (frames.first(), read_model(&watch.topic)) else {
            return;
        };
        let now = Timestamp::now();
        let uncertainty = painted.uncertainty_ms;
        let possible = painted.received_at <= painted.painted_at
            && painted.painted_at.millis_since(now) <= uncertainty.max(0.0) + 1.0
            && (0.0..10_000.0).contains(&uncertainty);
        if !possible {
            metrics::counter!("highwater_live_impossible_stamps_total").increment(1);
            return;
        }
        let painted = Painted {
            painted_at: painted.painted_at.min(now),
            ..painted
        };
        self.gateway
            .convergence
            .painted(model, *after, position, painted);
    }

    fn mark_stale(&mut self, of: impl Fn(&Topic) -> bool) -> bool {
        let mut any = false;
        for watch in self.watches.values_mut().filter(|watch| of(&watch.topic)) {
            watch.stale = true;
            any = true;
        }
        any
    }

    /// Sends each watch what it has not seen, one frame each. Whether any of them is still behind.
    async fn tell(&mut self) -> Result<bool, End> {
        let mut behind = false;
        let ids: Vec<WatchId> = self.watches.keys().copied().collect();
        for id in ids {
            match self.next_frame(id).await {
                Ok(Some((frame, more))) => {
                    behind |= more;
                    self.send(&frame).await?;
                    self.note_pushed(id, &frame);
                }
                Ok(None) => {}
                Err(problem) => {
                    tracing::warn!(error = %problem, "a page could not be told what changed");
                    self.send(&ServerFrame::Error { problem }).await?;
                }
            }
        }
        Ok(behind)
    }

    /// The next frame of a watch, and whether more waits behind it.
    async fn next_frame(&mut self, id: WatchId) -> Result<Option<(ServerFrame, bool)>, Problem> {
        let gateway = self.gateway;
        let Some(watch) = self.watches.get_mut(&id) else {
            return Ok(None);
        };
        let change = match &watch.topic {
            Topic::Consumers | Topic::Pulse if !watch.stale => None,
            Topic::Consumers => {
                let consumers = gateway.monitor.rows().to_vec();
                let sample = gateway.monitor.now();
                Some(Change::to(
                    sample.head,
                    Delta::Consumers { consumers, sample },
                ))
            }
            Topic::Pulse => {
                let pulse = gateway.pulse.read();
                Some(Change::to(pulse.head.position, Delta::Pulse { pulse }))
            }
            Topic::Command { command_id } => {
                let now = gateway.convergences.of(*command_id).await?.map(Box::new);
                watch.news(now)
            }
            topic => gateway.rows_after(topic, watch.seen).await?,
        };
        watch.stale = false;
        let Some(change) = change else {
            return Ok(None);
        };
        let now = gateway.present(&watch.topic);
        let more = matches!(&change, Change::To(at, _) if *at < now);
        Ok(Some((gateway.frame(id, change), more)))
    }

    /// Remembers how far a frame led, and tells the commands in it that they were pushed.
    fn note_pushed(&mut self, id: WatchId, frame: &ServerFrame) {
        let Some(watch) = self.watches.get_mut(&id) else {
            return;
        };
        let (position, at) = match frame {
            ServerFrame::Delta { position, at, .. } => (*position, *at),
            ServerFrame::Reset { position, .. } => {
                // The page fetches everything up to here by itself.
                watch.seen = *position;
                watch.sent.clear();
                return;
            }
            _ => return,
        };
        let after = std::mem::replace(&mut watch.seen, position);
        if let Some(model) = read_model(&watch.topic) {
            watch.sent.push_back((after, position));
            if watch.sent.len() > SENT {
                watch.sent.pop_front();
            }
            self.gateway.convergence.pushed(model, after, position, at);
        }
    }

    async fn keep_alive(&mut self) -> Result<(), End> {
        if self.heard_at.elapsed() > SILENCE {
            return Err(End::Gone);
        }
        if self.heard_at.elapsed() > SILENCE / 3 {
            self.send_message(Message::Ping(axum::body::Bytes::new()))
                .await?;
        }
        if self.spoke_at.elapsed() + Duration::from_millis(100) < HEARTBEAT {
            return Ok(());
        }
        let head = self.gateway.log.head();
        self.send(&ServerFrame::Heartbeat {
            head,
            at: Timestamp::now(),
        })
        .await
    }

    async fn send(&mut self, frame: &ServerFrame) -> Result<(), End> {
        let text = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(error = %error, "a frame could not be written as JSON");
            End::Gone
        })?;
        self.spoke_at = Instant::now();
        metrics::counter!("highwater_live_frames_total").increment(1);
        self.send_message(Message::Text(text.into())).await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(SEND_PATIENCE, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => {
                metrics::counter!("highwater_live_slow_pages_total").increment(1);
                tracing::info!(
                    "a page did not take its frames in time and is let go; it will come back and resume"
                );
                Err(End::Gone)
            }
        }
    }

    async fn say_goodbye(mut self, end: End) {
        let (code, reason) = match end {
            End::Gone => return,
            End::Stopping => (close_code::AWAY, "the server stops"),
            End::Misbehaved => (close_code::POLICY, "too many frames that cannot be taken"),
        };
        let close = Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        }));
        let farewell = async {
            let _gone = self.sink.send(close).await;
            let _gone = self.sink.close().await;
        };
        let _late = tokio::time::timeout(Duration::from_secs(1), farewell).await;
    }
}

impl Watch {
    fn new(topic: Topic, after: Position) -> Watch {
        Watch {
            topic,
            seen: after,
            sent: VecDeque::new(),
            told: None,
            stale: true,
        }
    }

    /// What a command's page has not been told; the passing of time alone is no news.
    fn news(&mut self, now: Option<Box<CommandConvergence>>) -> Option<Change> {
        let now = now?;
        let timeless = |c: &CommandConvergence| {
            let marks = c
                .consumers
                .iter()
                .map(|p| (p.applied, p.applied_at, p.waiting_for.clone()));
            (marks.collect::<Vec<_>>(), c.pushed_at, c.painted_at)
        };
        if self
            .told
            .as_ref()
            .is_some_and(|told| timeless(told) == timeless(&now))
        {
            return None;
        }
        self.told = Some(now.clone());
        Some(Change::to(
            now.position,
            Delta::Command { convergence: now },
        ))
    }
}
