//! The steps, as they are drawn: small numbers that mean something only beside what was done before.

use highwater::contract::{
    Direction, EventFilter, EventId, Metadata, Position, StreamName, Timestamp, Version,
};
use highwater::event_log::{
    AppendRequest, CommandStamp, ExpectedVersion, LogQuery, NewEvent, StreamAppend, StreamQuery,
    StreamsQuery,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use uuid::Uuid;

use super::plain_log::PlainLog;
use crate::event_log::support::{json, stream};

/// Names that share a category, begin like another, or have no dash.
const STREAMS: [&str; 6] = [
    "order-1", "order-2", "order-é", "orders-1", "item", "item-1",
];
const TYPES: [&str; 3] = ["Made", "Moved", "Gone"];

#[derive(Clone, Debug)]
pub enum Step {
    /// These, at the same time.
    Append(Vec<Draft>),
    Read(ReadDraft),
    ReadStream(StreamDraft),
    Streams(StreamsDraft),
    /// Asks for what an append was to bring.
    Look(Index),
    /// Moves the clock, back too.
    Tick(i16),
    Crash,
    Restart,
}

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => prop::collection::vec(draft(), 1..5).prop_map(Step::Append),
        4 => read_draft().prop_map(Step::Read),
        2 => stream_draft().prop_map(Step::ReadStream),
        2 => streams_draft().prop_map(Step::Streams),
        2 => any::<Index>().prop_map(Step::Look),
        2 => any::<i16>().prop_map(Step::Tick),
        1 => Just(Step::Crash),
        1 => Just(Step::Restart),
    ]
}

/// An append.
#[derive(Clone, Debug)]
pub enum Draft {
    New {
        parts: Vec<Part>,
        command: bool,
    },
    /// One that was sent before, whatever came of it.
    Again(Index),
    /// The events of one that was sent before, with a command of their own.
    AgainByOtherCommand(Index),
    /// The command of one that was sent before, with other events.
    CommandAgain(Index, Part),
    /// An event that was sent before, and a new one.
    HalfKnown(Index, Part),
    /// Events that were sent before, to another stream.
    Elsewhere(Index),
    /// One that breaks a limit.
    Broken(Part, Flaw),
}

#[derive(Clone, Copy, Debug)]
pub enum Flaw {
    TooLarge,
    TooLargeTogether,
    TooMany,
    NoEvents,
    NoStreams,
    StreamTwice,
    IdTwice,
}

/// What goes to one stream.
#[derive(Clone, Debug)]
pub struct Part {
    stream: &'static str,
    expected: Expected,
    events: Vec<EventDraft>,
}

#[derive(Clone, Copy, Debug)]
enum Expected {
    Any,
    NoStream,
    StreamExists,
    /// Where the stream stands when the append is written.
    Right,
    Exact(u64),
}

#[derive(Clone, Debug)]
struct EventDraft {
    event_type: &'static str,
    /// `None`: larger than every id before it.
    random_id: Option<u64>,
    conversation: Option<u8>,
}

fn draft() -> impl Strategy<Value = Draft> {
    let parts = prop::collection::vec(part(), 1..4);
    let flaw = select(vec![
        Flaw::TooLarge,
        Flaw::TooLargeTogether,
        Flaw::TooMany,
        Flaw::NoEvents,
        Flaw::NoStreams,
        Flaw::StreamTwice,
        Flaw::IdTwice,
    ]);
    prop_oneof![
        10 => (parts, any::<bool>()).prop_map(|(parts, command)| Draft::New { parts, command }),
        2 => any::<Index>().prop_map(Draft::Again),
        1 => any::<Index>().prop_map(Draft::AgainByOtherCommand),
        1 => (any::<Index>(), part()).prop_map(|(index, part)| Draft::CommandAgain(index, part)),
        1 => (any::<Index>(), part()).prop_map(|(index, part)| Draft::HalfKnown(index, part)),
        1 => any::<Index>().prop_map(Draft::Elsewhere),
        1 => (part(), flaw).prop_map(|(part, flaw)| Draft::Broken(part, flaw)),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    let expected = prop_oneof![
        4 => Just(Expected::Any),
        4 => Just(Expected::Right),
        1 => Just(Expected::NoStream),
        1 => Just(Expected::StreamExists),
        1 => (0_u64..4).prop_map(Expected::Exact),
    ];
    let events = prop::collection::vec(event_draft(), 1..4);
    (select(&STREAMS[..]), expected, events).prop_map(|(stream, expected, events)| Part {
        stream,
        expected,
        events,
    })
}

fn event_draft() -> impl Strategy<Value = EventDraft> {
    let random_id = prop::option::weighted(0.3, any::<u64>());
    let conversation = prop::option::of(0_u8..3);
    (select(&TYPES[..]), random_id, conversation).prop_map(
        |(event_type, random_id, conversation)| EventDraft {
            event_type,
            random_id,
            conversation,
        },
    )
}

/// Makes requests out of drafts, and remembers them.
#[derive(Default)]
pub struct Drafter {
    sent: Vec<AppendRequest>,
    ids: u64,
}

impl Drafter {
    /// One of the requests that were sent.
    pub fn sent(&self, index: Index) -> Option<&AppendRequest> {
        (!self.sent.is_empty()).then(|| index.get(&self.sent))
    }

    pub fn write(&mut self, draft: Draft, log: &PlainLog) -> AppendRequest {
        let request = self.request(draft, log);
        self.sent.push(request.clone());
        request
    }

    fn request(&mut self, draft: Draft, log: &PlainLog) -> AppendRequest {
        match draft {
            Draft::New { parts, command } => {
                let command = command.then(|| self.command());
                let appends = parts.iter().map(|part| self.part(part, log)).collect();
                let mut request = AppendRequest { appends, command };
                let mut seen = Vec::new();
                request.appends.retain(|part| {
                    let new = !seen.contains(&part.stream);
                    seen.push(part.stream.clone());
                    new
                });
                request
            }
            Draft::Again(index) => self.before(index),
            Draft::AgainByOtherCommand(index) => AppendRequest {
                command: Some(self.command()),
                ..self.before(index)
            },
            Draft::CommandAgain(index, part) => AppendRequest {
                command: self.before(index).command,
                ..self.alone(&part, log)
            },
            Draft::HalfKnown(index, part) => {
                let mut request = self.alone(&part, log);
                let known = self
                    .before(index)
                    .appends
                    .into_iter()
                    .flat_map(|p| p.events);
                request.appends[0].events.extend(known.take(1));
                request
            }
            Draft::Elsewhere(index) => {
                let mut request = self.before(index);
                request.command = None;
                for part in &mut request.appends {
                    part.stream = StreamName::of("elsewhere", &part.stream);
                    part.expected = ExpectedVersion::Any;
                }
                request
            }
            Draft::Broken(part, flaw) => self.broken(&part, flaw, log),
        }
    }

    fn broken(&mut self, part: &Part, flaw: Flaw, log: &PlainLog) -> AppendRequest {
        let mut request = self.alone(part, log);
        let part = &mut request.appends[0];
        match flaw {
            Flaw::TooLarge => part.events[0].data = text(1_001),
            Flaw::TooLargeTogether => {
                part.events = (0..5).map(|_| self.large_event()).collect();
            }
            Flaw::TooMany => part.events = (0..13).map(|_| self.large_event()).collect(),
            Flaw::NoEvents => part.events.clear(),
            Flaw::NoStreams => request.appends.clear(),
            Flaw::StreamTwice => {
                let mut again = part.clone();
                again.events = vec![self.large_event()];
                request.appends.push(again);
            }
            Flaw::IdTwice => {
                let again = part.events[0].clone();
                part.events.push(again);
            }
        }
        request
    }

    /// One that was sent before; an append of nothing where there was none.
    fn before(&self, index: Index) -> AppendRequest {
        let nothing = AppendRequest {
            appends: Vec::new(),
            command: None,
        };
        self.sent(index).cloned().unwrap_or(nothing)
    }

    fn alone(&mut self, part: &Part, log: &PlainLog) -> AppendRequest {
        AppendRequest {
            appends: vec![self.part(part, log)],
            command: None,
        }
    }

    fn part(&mut self, part: &Part, log: &PlainLog) -> StreamAppend {
        let name = stream(part.stream);
        let expected = match part.expected {
            Expected::Any => ExpectedVersion::Any,
            Expected::NoStream => ExpectedVersion::NoStream,
            Expected::StreamExists => ExpectedVersion::StreamExists,
            Expected::Right => ExpectedVersion::Exact(log.version(&name)),
            Expected::Exact(version) => ExpectedVersion::Exact(Version(version)),
        };
        StreamAppend {
            stream: name,
            expected,
            events: part.events.iter().map(|event| self.event(event)).collect(),
        }
    }

    fn event(&mut self, draft: &EventDraft) -> NewEvent {
        NewEvent {
            id: EventId(self.id(draft.random_id)),
            event_type: draft.event_type.to_owned(),
            schema_version: 1,
            data: json(&format!(r#"{{"n":{}}}"#, self.ids)),
            metadata: Metadata {
                correlation_id: draft.conversation.map(conversation),
                ..Metadata::default()
            },
        }
    }

    fn large_event(&mut self) -> NewEvent {
        NewEvent {
            id: EventId(self.id(None)),
            event_type: "Large".to_owned(),
            schema_version: 1,
            data: text(900),
            metadata: Metadata::default(),
        }
    }

    fn command(&mut self) -> CommandStamp {
        CommandStamp {
            id: highwater::contract::CommandId(self.id(None)),
            name: "Make".to_owned(),
            accepted_at: Timestamp::from_micros(5),
            correlation_id: conversation(1),
            causation_id: None,
        }
    }

    /// A new id: by default larger than those before it, else anywhere among them.
    fn id(&mut self, random: Option<u64>) -> Uuid {
        self.ids += 1;
        Uuid::from_u64_pair(random.unwrap_or(self.ids), self.ids)
    }
}

fn conversation(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn text(bytes: usize) -> Box<serde_json::value::RawValue> {
    json(&format!("\"{}\"", "x".repeat(bytes - 2)))
}

/// A page of the log.
#[derive(Clone, Debug)]
pub struct ReadDraft {
    event_type: Option<&'static str>,
    category: Option<&'static str>,
    conversation: Option<u8>,
    /// So many microseconds before now.
    since: Option<u16>,
    after: Option<Index>,
    limit: usize,
    direction: Direction,
}

fn direction() -> impl Strategy<Value = Direction> {
    select(vec![Direction::Forward, Direction::Backward])
}

fn read_draft() -> impl Strategy<Value = ReadDraft> {
    (
        prop::option::weighted(0.3, select(&TYPES[..])),
        prop::option::weighted(0.3, select(vec!["order", "orders", "item", "none"])),
        prop::option::weighted(0.3, 0_u8..3),
        prop::option::weighted(0.3, any::<u16>()),
        prop::option::weighted(0.7, any::<Index>()),
        0_usize..30,
        direction(),
    )
        .prop_map(
            |(event_type, category, conversation, since, after, limit, direction)| ReadDraft {
                event_type,
                category,
                conversation,
                since,
                after,
                limit,
                direction,
            },
        )
}

impl ReadDraft {
    /// The page, also before the beginning of the log and past its end.
    pub fn query(self, log: &PlainLog, now: Timestamp) -> LogQuery {
        let positions = log.head().position.0 as usize + 3;
        let since = |micros: u16| Timestamp::from_micros(now.as_micros() - i64::from(micros));
        LogQuery {
            filter: EventFilter {
                event_type: self.event_type.map(str::to_owned),
                category: self.category.map(str::to_owned),
                correlation_id: self.conversation.map(conversation),
                from_time: self.since.map(since),
            },
            after: self
                .after
                .map(|after| Position(after.index(positions) as u64)),
            limit: self.limit,
            direction: self.direction,
        }
    }
}

/// A page of one stream.
#[derive(Clone, Debug)]
pub struct StreamDraft {
    stream: &'static str,
    from: Option<Index>,
    limit: usize,
    direction: Direction,
}

fn stream_draft() -> impl Strategy<Value = StreamDraft> {
    let from = prop::option::of(any::<Index>());
    (select(&STREAMS[..]), from, 0_usize..10, direction()).prop_map(
        |(stream, from, limit, direction)| StreamDraft {
            stream,
            from,
            limit,
            direction,
        },
    )
}

impl StreamDraft {
    pub fn query(self, log: &PlainLog) -> StreamQuery {
        let stream = stream(self.stream);
        let versions = log.version(&stream).0 as usize + 3;
        StreamQuery {
            from: self.from.map(|from| Version(from.index(versions) as u64)),
            stream,
            limit: self.limit,
            direction: self.direction,
        }
    }
}

/// A page of the list of streams.
#[derive(Clone, Debug)]
pub struct StreamsDraft {
    category: Option<&'static str>,
    prefix: Option<&'static str>,
    after: Option<&'static str>,
    limit: usize,
}

fn streams_draft() -> impl Strategy<Value = StreamsDraft> {
    (
        prop::option::weighted(0.4, select(vec!["order", "item", "none"])),
        prop::option::weighted(0.4, select(vec!["o", "order-", "order-é", "item", "zzz"])),
        prop::option::weighted(0.4, select(&STREAMS[..])),
        0_usize..8,
    )
        .prop_map(|(category, prefix, after, limit)| StreamsDraft {
            category,
            prefix,
            after,
            limit,
        })
}

impl StreamsDraft {
    pub fn query(self) -> StreamsQuery {
        StreamsQuery {
            category: self.category.map(str::to_owned),
            prefix: self.prefix.map(str::to_owned),
            after: self.after.map(stream),
            limit: self.limit,
        }
    }
}
