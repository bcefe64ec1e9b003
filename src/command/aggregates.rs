//! The aggregates in use: loaded by folding their streams, kept while they are hot.

use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use super::CommandError;
use super::snapshots::{EVERY, Snapshots};
use crate::contract::{RecordedEvent, StreamName, Version};
use crate::domain::Aggregate;
use crate::event_log::{EventLog, StreamQuery};
use crate::schema::{DomainEvent, SchemaError, decode};

/// Events read at first of a stream that nothing is known of.
const FIRST_PAGE: usize = 10;
/// Events read at once while loading.
const PAGE: usize = 1_000;

/// An aggregate as of a version of its stream: what the stream's first events made of it.
///
/// Events never change, so this stays true for ever; it can only fall behind. Whoever decides on it either has the log
/// check the version, or catches up first.
#[derive(Clone, Debug, Default)]
pub(super) struct Loaded<A> {
    pub version: Version,
    pub state: A,
}

/// One aggregate's place in memory. Whoever holds the lock decides; commands to one aggregate queue up here instead of
/// colliding in the log.
pub(super) type Cell<A> = Arc<tokio::sync::Mutex<Loaded<A>>>;

/// The hot aggregates of one kind. Forgetting one is always safe.
pub(super) struct Aggregates<A> {
    cells: Mutex<LruCache<StreamName, Cell<A>>>,
}

impl<A: Default> Aggregates<A> {
    pub fn new(capacity: NonZeroUsize) -> Aggregates<A> {
        Aggregates {
            cells: Mutex::new(LruCache::new(capacity)),
        }
    }

    /// The place of one aggregate; nothing has happened to it where it was not there.
    pub fn cell(&self, stream: &StreamName) -> Cell<A> {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.get_or_insert_ref(stream, Cell::default))
    }
}

/// Folds all that has been appended to the stream since. What nothing is known of begins at a snapshot where it is long.
pub(super) async fn catch_up<A: Aggregate>(
    log: &dyn EventLog,
    snapshots: &Snapshots,
    stream: &StreamName,
    loaded: &mut Loaded<A>,
) -> Result<(), CommandError>
where
    A::Event: OfDomain,
{
    let mut begun = loaded.version;
    let is_unknown = begun == Version::NONE;
    // Most streams are shorter than a first page, and nobody has to look for a snapshot to find that out.
    let first = if is_unknown { FIRST_PAGE } else { PAGE };
    let mut ahead = fold_page(log, stream, loaded, first).await?;
    if is_unknown
        && ahead > EVERY
        && let Some(snapshot) = snapshots.newest(log, stream, Version(u64::MAX)).await?
    {
        begun = snapshot.version;
        *loaded = snapshot;
    }
    while ahead > 0 {
        ahead = fold_page(log, stream, loaded, PAGE).await?;
    }
    snapshots.grown::<A>(stream, begun, loaded.version);
    Ok(())
}

/// Folds the next events of a stream, and says how many are still ahead.
pub(super) async fn fold_page<A: Aggregate>(
    log: &dyn EventLog,
    stream: &StreamName,
    loaded: &mut Loaded<A>,
    limit: usize,
) -> Result<u64, CommandError>
where
    A::Event: OfDomain,
{
    let query = StreamQuery::from(stream.clone(), loaded.version.next(), limit);
    let slice = log.read_stream(query).await?;
    fold(loaded, &slice.events)?;
    if slice.events.is_empty() {
        return Ok(0);
    }
    Ok(slice.version.0.saturating_sub(loaded.version.0))
}

/// Folds events that follow the aggregate's version. Types that the catalogue does not know are not the aggregate's and are
/// passed over.
pub(super) fn fold<A: Aggregate>(
    loaded: &mut Loaded<A>,
    events: &[Arc<RecordedEvent>],
) -> Result<(), SchemaError>
where
    A::Event: OfDomain,
{
    for event in events {
        if let Some(event) = decode(event)?.as_ref().and_then(A::Event::of) {
            loaded.state.evolve(event);
        }
        loaded.version = event.version;
    }
    Ok(())
}

/// An event of one kind of aggregate, among all events of the domain.
pub(super) trait OfDomain: Clone + Into<DomainEvent> {
    /// The event, where it is of this kind.
    fn of(event: &DomainEvent) -> Option<&Self>;
}

macro_rules! of_domain {
    ($($type:path => $variant:ident;)*) => {
        $(impl OfDomain for $type {
            fn of(event: &DomainEvent) -> Option<&Self> {
                match event {
                    DomainEvent::$variant(event) => Some(event),
                    _ => None,
                }
            }
        })*
    };
}

of_domain! {
    crate::domain::orders::OrderEvent => Order;
    crate::domain::inventory::ProductEvent => Product;
    crate::domain::payments::PaymentEvent => Payment;
}
