//! In a browser: keeps one socket, whatever happens to it.
//!
//! Every path into the state goes through `with`, which holds it only while the state is changed: what parts of the
//! page are told is called afterwards, so that they may watch and unwatch as they like.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;

use super::catch_up::CatchUp;
use super::socket::{Report, Socket};
use crate::contract::{
    ClientFrame, Head, Position, Problem, ProblemKind, ServerFrame, Timestamp, Topic, WatchId,
};
use crate::ui::browser;
use crate::ui::live::clock::Clock;
use crate::ui::live::watches::{Frame, OnFrame, OnReset, Watches, reports_paint};
use crate::ui::live::{Connection, Live, backoff};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The server speaks at least every 2 s; a missed beat and a half is worth a word.
const STALE_AFTER_MS: f64 = 3_500.0;
const LOST_AFTER_MS: f64 = 6_000.0;
const TICK: Duration = Duration::from_millis(500);
const PING_EVERY_MS: f64 = 15_000.0;
/// Pings right after connecting: the best of several round trips sets the clock.
const FIRST_PINGS: u32 = 5;
const FIRST_PINGS_APART: Duration = Duration::from_millis(80);
const NOTICE_FOR: Duration = Duration::from_secs(8);

#[derive(Default)]
struct Client {
    live: Option<Live>,
    clock: Clock,
    watches: Watches,
    socket: Option<Socket>,
    /// Raised for each socket; what carries another number is of a retired one.
    generation: u32,
    /// Whether the present socket's greeting has come.
    greeted: bool,
    /// Tries since the last greeting.
    attempt: u32,
    /// When the server was last heard, by its clock.
    heard_at: Option<Timestamp>,
    /// When the last connection was lost; `None` before the first was made and while there is one.
    lost_at: Option<Timestamp>,
    catch_up: Option<CatchUp>,
    head: Head,
    head_is_drawn: bool,
    pings_sent: u32,
    /// The ping that is under way, and when it left by the page's clock.
    ping: Option<(u32, i64)>,
    pinged_at: Option<Timestamp>,
    /// Whether the page is hidden, and its watches are off.
    hidden: bool,
}

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::new(Client::default());
}

fn with<R>(change: impl FnOnce(&mut Client) -> R) -> R {
    CLIENT.with(|client| change(&mut client.borrow_mut()))
}

/// Connects for the first time, and listens to what should wake the connection.
pub fn start(live: Live) {
    with(|client| {
        client.live = Some(live);
        client.hidden = browser::is_hidden();
    });
    let _ = window_event_listener_untyped("online", |_| retry_now());
    let _ = window_event_listener_untyped("offline", |_| tick());
    // A page that the browser kept while the person was elsewhere and shows again has no socket any more.
    let _ = window_event_listener_untyped("pageshow", |_| tick());
    let _ = window_event_listener_untyped("visibilitychange", |_| visibility_changed());
    let _ = set_interval_with_handle(tick, TICK);
    live.now.set(Some(server_now()));
    let _ = set_interval_with_handle(
        move || {
            if !browser::is_hidden() {
                live.now.set(Some(server_now()));
            }
        },
        Duration::from_secs(1),
    );
    connect();
}

/// Adds a watch and starts it where there is a connection.
pub fn watch(topic: Topic, after: Position, on_frame: OnFrame) -> WatchId {
    with(|client| {
        let id = client.watches.add(topic, after, on_frame);
        client.start_watch(id);
        id
    })
}

/// Says what to do on a reset of a watch.
pub fn set_on_reset(id: WatchId, on_reset: OnReset) {
    with(|client| client.watches.set_on_reset(id, on_reset));
}

/// Ends a watch.
pub fn unwatch(id: WatchId) {
    with(|client| {
        if client.watches.remove(id) && !client.hidden {
            client.send(&ClientFrame::Unwatch { watch: id });
        }
    });
}

/// Connects at once where there is no connection.
pub fn retry_now() {
    let cut_off = with(|client| client.live.is_some() && !client.greeted);
    if cut_off {
        with(|client| client.attempt = 0);
        connect();
    }
}

/// The server's clock, as well as the pings have told it.
#[must_use]
pub fn server_now() -> Timestamp {
    with(|client| client.now())
}

/// How far `server_now` may be off.
#[must_use]
pub fn clock_uncertainty_ms() -> Option<f64> {
    with(|client| client.clock.uncertainty_ms())
}

impl Client {
    fn now(&self) -> Timestamp {
        self.clock.to_server(browser::clock_micros())
    }

    fn send(&self, frame: &ClientFrame) {
        if let (Some(socket), true) = (&self.socket, self.greeted) {
            socket.send(frame);
        }
    }

    fn start_watch(&self, id: WatchId) {
        if self.hidden {
            return;
        }
        if let Some(frame) = self.watches.start_frame(id) {
            self.send(&frame);
        }
    }

    fn ping(&mut self) {
        self.pings_sent = self.pings_sent.wrapping_add(1);
        self.ping = Some((self.pings_sent, browser::clock_micros()));
        self.pinged_at = Some(self.now());
        self.send(&ClientFrame::Ping { n: self.pings_sent });
    }

    /// Takes the old socket away for good; whatever it still reports is of no generation.
    fn retire(&mut self) -> u32 {
        self.generation = self.generation.wrapping_add(1);
        self.greeted = false;
        self.ping = None;
        self.socket = None;
        self.generation
    }

    fn status(&self) -> Connection {
        let since = self.heard_at.unwrap_or_else(|| self.now());
        if !self.greeted {
            return Connection::Connecting;
        }
        if self.now().millis_since(since) > STALE_AFTER_MS {
            return Connection::Stale { since };
        }
        match &self.catch_up {
            Some(catch_up) => {
                let behind =
                    |id: &WatchId| self.watches.seen(*id).map(|seen| catch_up.behind(seen));
                let worst = catch_up.waiting().iter().filter_map(behind).max();
                Connection::CatchingUp {
                    behind: worst.unwrap_or(0),
                }
            }
            None => Connection::Live,
        }
    }
}

fn socket_url() -> Option<String> {
    let location = window().location();
    let scheme = match &*location.protocol().ok()? {
        "https:" => "wss",
        _ => "ws",
    };
    Some(format!("{scheme}://{}/live", location.host().ok()?))
}

fn connect() {
    let generation = with(Client::retire);
    let Some(url) = socket_url() else { return };
    let opened = Socket::open(&url, move |report| match report {
        Report::Message(text) => on_message(generation, &text),
        Report::Closed => lost(generation),
    });
    match opened {
        Ok(socket) => {
            with(|client| client.socket = Some(socket));
            let give_up = move || {
                let late = with(|client| client.generation == generation && !client.greeted);
                if late {
                    lost(generation);
                }
            };
            set_timeout(give_up, CONNECT_TIMEOUT);
        }
        Err(_) => lost(generation),
    }
}

/// The connection is gone, or did not come: says so, and plans the next try.
fn lost(generation: u32) {
    let planned = with(|client| {
        if client.generation != generation {
            return None;
        }
        let generation = client.retire();
        let now = client.now();
        client.catch_up = None;
        let since = *client.lost_at.get_or_insert(client.heard_at.unwrap_or(now));
        let delay_ms = backoff::delay_ms(client.attempt, browser::random());
        client.attempt = client.attempt.saturating_add(1);
        let retry_at = Timestamp::from_micros(now.as_micros() + (delay_ms * 1_000.0) as i64);
        Some((client.live?, generation, delay_ms, retry_at, since))
    });
    let Some((live, generation, delay_ms, retry_at, since)) = planned else {
        return;
    };
    live.status.set(if browser::is_online() {
        Connection::Reconnecting { retry_at, since }
    } else {
        Connection::Offline { since }
    });
    let again = move || {
        if with(|client| client.generation == generation) {
            connect();
        }
    };
    set_timeout(again, Duration::from_millis(delay_ms as u64));
}

/// Twice a second: is the server silent, is a ping due, is the catching up over?
fn tick() {
    enum Due {
        Nothing,
        Lost(u32),
    }
    let due = with(|client| {
        if !client.greeted {
            return Due::Nothing;
        }
        let now = client.now();
        let silent_ms = client.heard_at.map_or(0.0, |heard| now.millis_since(heard));
        if silent_ms > LOST_AFTER_MS {
            return Due::Lost(client.generation);
        }
        if client
            .pinged_at
            .is_none_or(|at| now.millis_since(at) > PING_EVERY_MS)
        {
            client.ping();
        }
        Due::Nothing
    });
    if let Due::Lost(generation) = due {
        lost(generation);
        return;
    }
    finish_catch_up();
    show_status();
}

fn show_status() {
    let (live, status, greeted) = with(|client| (client.live, client.status(), client.greeted));
    if let Some(live) = live.filter(|_| greeted)
        && live.status.with_untracked(|shown| *shown != status)
    {
        live.status.set(status);
    }
}

fn finish_catch_up() {
    let finished = with(|client| {
        let returned = client.catch_up.as_ref()?.finished(client.now())?;
        client.catch_up = None;
        Some((client.live?, returned))
    });
    if let Some((live, returned)) = finished {
        live.returned.set(Some(returned));
        let clear = move || {
            if live.returned.get_untracked() == Some(returned) {
                live.returned.set(None);
            }
        };
        set_timeout(clear, NOTICE_FOR);
    }
}

fn visibility_changed() {
    let hidden = browser::is_hidden();
    with(|client| {
        if client.hidden == hidden {
            return;
        }
        for id in client.watches.ids() {
            if hidden {
                client.send(&ClientFrame::Unwatch { watch: id });
            }
        }
        client.hidden = hidden;
        for id in client.watches.ids() {
            client.start_watch(id);
        }
    });
    if !hidden {
        retry_now();
        tick();
    }
}

fn on_message(generation: u32, text: &str) {
    let received_micros = browser::clock_micros();
    let live = with(|client| {
        if client.generation != generation {
            return None;
        }
        client.heard_at = Some(client.clock.to_server(received_micros));
        client.live
    });
    let Some(live) = live else { return };
    match serde_json::from_str::<ServerFrame>(text) {
        Ok(frame) => take(live, generation, frame, received_micros),
        Err(error) => live.trouble.set(Some(Problem::new(
            ProblemKind::InvalidFrame,
            format!(
                "the page does not understand the server, which may be newer; reload it ({error})"
            ),
        ))),
    }
}

fn take(live: Live, generation: u32, frame: ServerFrame, received_micros: i64) {
    match frame {
        ServerFrame::Hello { head, at, .. } => {
            with(|client| greet(client, head, at, received_micros));
            for n in 0..FIRST_PINGS {
                let ping = move || {
                    with(|client| {
                        if client.generation == generation {
                            client.ping();
                        }
                    });
                };
                set_timeout(ping, FIRST_PINGS_APART * n);
            }
            note_head(live, head);
            finish_catch_up();
            show_status();
        }
        ServerFrame::Heartbeat { head, .. } => note_head(live, head),
        ServerFrame::Pong { n, at } => with(|client| {
            if let Some((_, sent)) = client.ping.take_if(|(number, _)| *number == n) {
                client.clock.answered(at, sent, received_micros);
            }
        }),
        ServerFrame::Delta {
            watch,
            position,
            head,
            at,
            delta,
        } => {
            note_head(live, head);
            let received_at = with(|client| client.clock.to_server(received_micros));
            let frame = Frame {
                position,
                head,
                sent_at: at,
                received_at,
                delta,
            };
            deliver(live, watch, frame);
        }
        ServerFrame::Reset { watch, position } => {
            if let Some(on_reset) = with(|client| client.watches.reset(watch, position)) {
                on_reset(position);
            }
        }
        ServerFrame::Error { problem } => live.trouble.set(Some(problem)),
    }
}

fn greet(client: &mut Client, head: Head, at: Timestamp, received_micros: i64) {
    client.clock.greeted(at, received_micros);
    client.heard_at = Some(at);
    client.greeted = true;
    client.attempt = 0;
    let known = client.head.position;
    if head.position < known {
        // Another log is behind the same address: nothing on the page is true any more.
        let _ = window().location().reload();
        return;
    }
    if let Some(lost_at) = client.lost_at.take() {
        let waiting = client.watches.behind(head.position);
        client.catch_up = Some(CatchUp::begin(waiting, known, head.position, lost_at, at));
    }
    for id in client.watches.ids() {
        client.start_watch(id);
    }
}

fn deliver(live: Live, watch: WatchId, frame: Frame) {
    let position = frame.position;
    let received_at = frame.received_at;
    let paints = reports_paint(&frame.delta);
    let on_frame = with(|client| {
        let now = client.now();
        if let Some(catch_up) = &mut client.catch_up {
            catch_up.heard(watch, position, now);
        }
        client.watches.accept(watch, position, &frame.delta)
    });
    if let Some(on_frame) = on_frame {
        if live.trouble.with_untracked(Option::is_some) {
            live.trouble.set(None);
        }
        on_frame(frame);
        if paints {
            report_paint(watch, position, received_at);
        }
    }
    if with(|client| client.catch_up.is_some()) {
        finish_catch_up();
        show_status();
    }
}

/// The first frame of the screen after the change draws it; when the second begins, it has been drawn.
fn report_paint(watch: WatchId, position: Position, received_at: Timestamp) {
    request_animation_frame(move || {
        request_animation_frame(move || {
            with(|client| {
                let painted = ClientFrame::Painted {
                    watch,
                    position,
                    received_at,
                    painted_at: client.now(),
                    uncertainty_ms: client.clock.uncertainty_ms().unwrap_or(0.0),
                };
                if client.watches.seen(watch).is_some() {
                    client.send(&painted);
                }
            });
        });
    });
}

/// Keeps the head, and shows it once a frame of the screen however often it moves.
fn note_head(live: Live, head: Head) {
    let draw = with(|client| {
        if head.position < client.head.position {
            return false;
        }
        client.head = head;
        !std::mem::replace(&mut client.head_is_drawn, true)
    });
    if draw {
        request_animation_frame(move || {
            let head = with(|client| {
                client.head_is_drawn = false;
                client.head
            });
            live.head.set(head);
        });
    }
}
