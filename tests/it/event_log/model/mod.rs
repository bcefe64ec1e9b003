//! A log in a vector, written plainly, and a real one are driven through the same random steps: appends of every kind,
//! reads of every kind, crashes and restarts. Wherever they answer differently one of them is wrong.

mod harness;
mod plain_log;
mod steps;

use futures_util::future::join_all;
use highwater::contract::{Position, RecordedEvent, StreamName, Timestamp};
use highwater::event_log::{
    AppendError, AppendRequest, Appended, Limits, LogQuery, StreamQuery, StreamsQuery,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use std::sync::Arc;

use self::harness::{Clock, Harness, PostgresHarness, SqliteHarness};
use self::plain_log::{PlainLog, Refusal};
use self::steps::{Drafter, Step};
use super::support::whole;

/// Small bounds, so that small appends pass them.
const LIMITS: Limits = Limits {
    append_events: 12,
    append_bytes: 4_000,
    data_bytes: 1_000,
    metadata_bytes: 1_000,
    name_chars: 50,
};

/// So many cases, or as many as `PROPTEST_CASES` says. What fails is kept beside the test, and tried first the next time.
fn config(cases: u32) -> ProptestConfig {
    let regressions = "tests/it/event_log/model/regressions.txt";
    let wanted = std::env::var_os("PROPTEST_CASES").map(|_| ProptestConfig::default().cases);
    ProptestConfig {
        cases: wanted.unwrap_or(cases),
        max_shrink_time: 120_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(regressions))),
        ..ProptestConfig::default()
    }
}

fn run(test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(test);
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn the_log_on_sqlite_is_the_model(steps in prop::collection::vec(steps::step(), 1..60)) {
        run(async {
            let clock = Clock::default();
            let harness = SqliteHarness::start(LIMITS, clock.clone()).await;
            Driver::new(harness, clock).drive(steps).await;
        });
    }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn the_log_on_postgres_is_the_model(steps in prop::collection::vec(steps::step(), 1..60)) {
        run(async {
            let clock = Clock::default();
            let harness = PostgresHarness::start(LIMITS, clock.clone()).await;
            Driver::new(harness, clock).drive(steps).await;
        });
    }
}

/// Both logs, and what was sent to them.
struct Driver<H> {
    real: H,
    plain: PlainLog,
    clock: Clock,
    drafter: Drafter,
}

impl<H: Harness> Driver<H> {
    fn new(real: H, clock: Clock) -> Driver<H> {
        Driver {
            real,
            plain: PlainLog::new(LIMITS),
            clock,
            drafter: Drafter::default(),
        }
    }

    async fn drive(mut self, steps: Vec<Step>) {
        for step in steps {
            self.take(step).await;
        }
        self.compare_everything().await;
        self.real.restart().await;
        self.compare_everything().await;
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Append(drafts) => {
                let drafts = drafts.into_iter();
                let requests = drafts.map(|draft| self.drafter.write(draft, &self.plain));
                let requests = requests.collect();
                self.append(requests).await;
            }
            Step::Read(draft) => {
                let query = draft.query(&self.plain, self.clock.now());
                self.read(query).await;
            }
            Step::ReadStream(draft) => self.read_stream(draft.query(&self.plain)).await,
            Step::Streams(draft) => self.streams(draft.query()).await,
            Step::Look(index) => self.look(index).await,
            Step::Tick(micros) => self.clock.move_by(i64::from(micros)),
            Step::Crash => {
                self.real.crash().await;
                self.compare_everything().await;
            }
            Step::Restart => {
                self.real.restart().await;
                self.compare_everything().await;
            }
        }
    }

    /// All at once, so that they stand in the queue in this order.
    async fn append(&mut self, requests: Vec<AppendRequest>) {
        let log = Arc::clone(self.real.log());
        let answers = join_all(requests.iter().map(|r| log.append(r.clone()))).await;
        for (request, answer) in requests.iter().zip(answers) {
            let expected = self.plain.append(request, self.clock.now());
            assert_eq!(comparable(answer), expected, "{request:?}");
        }
        assert_eq!(log.head(), self.plain.head());
    }

    async fn read(&self, query: LogQuery) {
        let found = self.real.log().read(query.clone()).await.unwrap();
        assert_eq!(rows(&found), self.plain.read(&query), "{query:?}");
    }

    async fn read_stream(&self, query: StreamQuery) {
        let found = self.real.log().read_stream(query.clone()).await.unwrap();
        let found = (found.version, rows(&found.events));
        assert_eq!(found, self.plain.read_stream(&query), "{query:?}");
    }

    async fn streams(&self, query: StreamsQuery) {
        let found = self.real.log().streams(query.clone()).await.unwrap();
        assert_eq!(found, self.plain.streams(&query), "{query:?}");
    }

    /// An event and a command by their ids, be they in the log or not.
    async fn look(&self, index: prop::sample::Index) {
        let Some(sent) = self.drafter.sent(index) else {
            return;
        };
        for event in sent.appends.iter().flat_map(|part| &part.events) {
            let found = self.real.log().event(event.id).await.unwrap();
            assert_eq!(found.map(|event| row(&event)), self.plain.event(event.id));
        }
        if let Some(command) = &sent.command {
            let found = self.real.log().command(command.id).await.unwrap();
            assert_eq!(found, self.plain.command(command.id));
        }
    }

    async fn compare_everything(&self) {
        let log = self.real.log();
        assert_eq!(log.head(), self.plain.head());
        let all = self
            .plain
            .read(&LogQuery::after(Position::START, usize::MAX));
        assert_eq!(rows(&whole(&**log).await), all);
        let query = StreamsQuery {
            category: None,
            prefix: None,
            after: None,
            limit: 1_000,
        };
        self.streams(query).await;
    }
}

/// An event as both logs tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    position: Position,
    stream: StreamName,
    version: u64,
    recorded_at: Timestamp,
    /// Id, type, schema version, payload and metadata.
    content: String,
}

fn row(event: &RecordedEvent) -> Row {
    let content = (
        event.id,
        &event.event_type,
        event.schema_version,
        event.data.get(),
        &event.metadata,
    );
    Row {
        position: event.position,
        stream: event.stream.clone(),
        version: event.version.0,
        recorded_at: event.recorded_at,
        content: format!("{content:?}"),
    }
}

fn rows(events: &[Arc<RecordedEvent>]) -> Vec<Row> {
    events.iter().map(|event| row(event)).collect()
}

/// The texts of refusals are not compared, and everything else is.
fn comparable(answer: Result<Appended, AppendError>) -> Result<Appended, Refusal> {
    answer.map_err(|error| match error {
        AppendError::ExpectedVersionConflict {
            stream,
            expected,
            actual,
        } => Refusal::Conflict(stream, expected, actual),
        AppendError::EventIdReused { id, .. } => Refusal::IdReused(id),
        AppendError::InvalidEvent(_) => Refusal::Invalid,
        other => panic!("{other}"),
    })
}
