//! Stored copies of read models: when they are taken, and what begins with them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use highwater::contract::{
    OnPoison, Operation, OperationState, Position, Principal, RebuildFrom, StoredCopy,
};
use highwater::event_log::{LogQuery, SharedLog};
use highwater::projection::{ReadModels, begin_with_copies};
use highwater::subscription::NoCopy;
use highwater::subscription::{ControlError, parking::Parking};
use rusqlite::Connection;
use serde_json::json;

use super::house::{House, World};
use super::parked::story_with_poison;
use super::verify::busy_story;
use crate::support::{WatchedLog, Watcher};

const READ_MODELS: [&str; 4] = ["orders", "search", "stock", "sales"];

/// Where the log was read from.
#[derive(Default)]
struct Reads(Mutex<Vec<Position>>);

impl Watcher for Reads {
    fn before_read(&self, query: &LogQuery) {
        let mut reads = self.0.lock().unwrap();
        reads.push(query.after.unwrap_or(Position::START));
    }
}

impl Reads {
    fn forget(&self) {
        self.0.lock().unwrap().clear();
    }

    /// The earliest place.
    fn earliest(&self) -> Position {
        let reads = self.0.lock().unwrap();
        reads.iter().copied().min().expect("the log was read")
    }
}

impl World {
    /// The names of the files of the read models.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("views")).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn view(&self, name: &str) -> PathBuf {
        self.folder.path().join("views").join(name)
    }

    fn copy_of(&self, name: &str, copy: StoredCopy) -> PathBuf {
        self.view(&format!("{name}_v2.c{}.db", copy.as_of))
    }

    /// More happens, of which every read model takes some in.
    async fn goes_on(&mut self) {
        let before = self.story.events.len();
        for number in 100..104 {
            self.story.placed(number, "Grace", &[("kettle", 1, 4_000)]);
            let pieces = json!({ "quantity": 1 });
            self.story.of_product("kettle", "StockReceived", pieces);
            self.story.cancelled(number, "changed_my_mind");
        }
        // The log has acts of operators by now.
        super::verify::append(&*self.log, &self.story, before).await;
    }

    async fn is_sound(&self) {
        for report in self.reports().await {
            let found = (report.parked, report.differences);
            assert_eq!(found, (0, Vec::new()), "{}", report.name);
        }
    }
}

impl House {
    /// Waits until all have all that the log has.
    async fn caught_up(&self, world: &World) {
        let head = world.log.head().position;
        for name in READ_MODELS {
            self.until(name, |position, _| position >= head).await;
        }
    }

    fn copy(&self, name: &str) -> Option<StoredCopy> {
        self.board.slot(name).unwrap().health().copy
    }

    async fn rebuilt(&self, name: &str, from: Option<RebuildFrom>) -> Operation {
        let ada = Principal::local_admin();
        let begun = self.control.rebuild(&ada, name, from, "to be sure").await;
        let id = begun.unwrap().id;
        self.until_ended(id, OperationState::Done).await;
        self.until(name, |_, health| health.previous).await;
        self.control.operation(id).await.unwrap()
    }
}

/// Read models that have a copy each, and something that came since.
async fn with_copies(world: &mut World) -> House {
    let mut house = world.open(OnPoison::Pause).await;
    house.caught_up(world).await;
    house.take_copies(1).await;
    world.goes_on().await;
    house.caught_up(world).await;
    house
}

fn change(file: &PathBuf, sql: &str) {
    Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

fn checkpoint(file: &PathBuf) -> (Position, Position) {
    let database = Connection::open(file).unwrap();
    let sql = "SELECT position, carried_out FROM checkpoint";
    let row = database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (position, carried_out) = row.unwrap();
    (
        Position::from_sql(position),
        Position::from_sql(carried_out),
    )
}

#[tokio::test]
async fn a_rebuild_begins_at_the_copy_and_folds_only_what_came_since() {
    let mut world = World::of(busy_story()).await;
    let reads = Arc::new(Reads::default());
    let log: SharedLog = Arc::new(WatchedLog::new(Arc::clone(&world.log), Arc::clone(&reads)));
    let mut house = House::open(world.folder.path(), &log, OnPoison::Pause).await;
    house.caught_up(&world).await;
    house.take_copies(world.story.head().0 + 1).await;
    assert_eq!(house.copy("orders"), None, "it is not due yet");
    house.take_copies(world.story.head().0).await;
    let as_of = world.story.head();
    world.goes_on().await;
    house.caught_up(&world).await;
    for name in READ_MODELS {
        let copy = house.copy(name).expect(name);
        assert_eq!(copy.as_of, as_of);
        let length = world.copy_of(name, copy).metadata().unwrap().len();
        assert!(copy.bytes > 0 && copy.bytes == length, "{copy:?}");
        let plan = house.control.plan_rebuild(name, None).await.unwrap();
        assert_eq!((plan.from, plan.copy), (RebuildFrom::Copy, Some(copy)));
        let from_start = house
            .control
            .plan_rebuild(name, Some(RebuildFrom::Start))
            .await
            .unwrap();
        assert!(
            plan.events > 0 && plan.events < from_start.events,
            "{plan:?}"
        );
        assert_eq!(from_start.copy, Some(copy));

        reads.forget();
        let operation = house.rebuilt(name, None).await;
        assert!(
            reads.earliest() >= as_of,
            "{name} was folded from before the copy"
        );
        assert_eq!(operation.copy, Some(as_of), "{operation:?}");
        assert_eq!(
            (operation.done, operation.total),
            (plan.events, plan.events)
        );
        assert_eq!(operation.compared.unwrap().differences, [""; 0]);
        assert!(world.copy_of(name, copy).exists(), "the copy itself stays");
    }
    // Who asks for the log's start gets it.
    reads.forget();
    let operation = house.rebuilt("stock", Some(RebuildFrom::Start)).await;
    assert_eq!((operation.copy, reads.earliest()), (None, Position::START));
    house.close().await;
    world.is_sound().await;
}

#[tokio::test]
async fn the_newest_copy_is_kept_and_leftovers_of_a_crash_are_not() {
    let mut world = World::of(busy_story()).await;
    let mut house = with_copies(&mut world).await;
    let first = house.copy("orders").unwrap();
    house.take_copies(1).await;
    let second = house.copy("orders").unwrap();
    assert!(second.as_of > first.as_of);
    let is_copy = |name: &String| name.starts_with("orders_v2.c");
    let copies = |world: &World| {
        world
            .files()
            .into_iter()
            .filter(is_copy)
            .collect::<Vec<_>>()
    };
    let kept = [format!("orders_v2.c{}.db", second.as_of)];
    assert_eq!(copies(&world), kept);
    house.close().await;
    for name in [
        "orders_v2.c3.db",
        "orders_v2.copying.db",
        "orders_v2.copying.db-journal",
        "orders_v2.b7.db.new",
    ] {
        std::fs::write(world.view(name), "half").unwrap();
    }
    let house = world.open(OnPoison::Pause).await;
    assert_eq!(copies(&world), kept);
    assert!(!world.files().iter().any(|name| name.ends_with(".new")));
    assert_eq!(house.copy("orders"), Some(second));
    house.close().await;
}

#[tokio::test]
async fn nothing_is_taken_of_what_has_set_events_aside() {
    let (story, _) = story_with_poison();
    let world = World::of(story).await;
    let mut house = world.open(OnPoison::Park).await;
    house.caught_up(&world).await;
    house.until("orders", |_, health| health.parked == 1).await;
    house.until("search", |_, health| health.parked == 1).await;
    house.take_copies(1).await;
    let has_one = READ_MODELS.map(|name| house.copy(name).is_some());
    assert_eq!(has_one, [false, false, true, true]);
    house.close().await;
}

#[tokio::test]
async fn parked_events_are_tried_again_in_a_rebuild_from_the_copy_before_them() {
    let mut world = World::of(busy_story()).await;
    let house = with_copies(&mut world).await;
    let copy = house.copy("orders").unwrap();
    house.close().await;
    // As if an older program had parked what this one can fold.
    let before = world.log.head().position;
    world.goes_on().await;
    let next = world.log.read(LogQuery::after(before, 1)).await.unwrap();
    let mut opened = ReadModels::open(world.folder.path()).await.unwrap();
    let parking = Parking {
        event: next.into_iter().next().unwrap(),
        attempts: 8,
        error: "the old fold could not".to_owned(),
        act: None,
    };
    opened.consumers[0].park(&parking).await.unwrap();
    drop(opened);

    let mut house = world.open(OnPoison::Pause).await;
    house.caught_up(&world).await;
    house.until("orders", |_, health| health.parked == 1).await;
    house.take_copies(1).await;
    assert_eq!(house.copy("orders"), Some(copy));
    let operation = house.rebuilt("orders", None).await;
    assert_eq!(operation.copy, Some(copy.as_of));
    house.until("orders", |_, health| health.parked == 0).await;
    assert_eq!(
        house.copy("orders"),
        Some(copy),
        "they differ for a good reason"
    );
    house.close().await;
    world.is_sound().await;
}

/// What is damaged is found before it is used; what was changed, by the comparison with what answers.
#[tokio::test]
async fn a_copy_that_cannot_be_trusted_is_thrown_away_and_the_log_folded_from_its_start() {
    let mut world = World::of(busy_story()).await;
    let house = with_copies(&mut world).await;
    let orders = world.copy_of("orders", house.copy("orders").unwrap());
    let mut bytes = std::fs::read(&orders).unwrap();
    bytes[4_096..].fill(0x5a);
    std::fs::write(&orders, bytes).unwrap();
    let search = world.copy_of("search", house.copy("search").unwrap());
    std::fs::write(&search, "").unwrap();
    let stock = world.copy_of("stock", house.copy("stock").unwrap());
    change(&stock, "UPDATE stock SET on_hand = on_hand + 1");
    let sales = world.copy_of("sales", house.copy("sales").unwrap());
    change(&sales, "UPDATE checkpoint SET position = position - 1");
    for (name, file) in READ_MODELS.into_iter().zip([orders, search, stock, sales]) {
        let operation = house.rebuilt(name, None).await;
        assert!(operation.copy.is_some(), "it was meant to begin there");
        assert_eq!(operation.compared.unwrap().differences, [""; 0], "{name}");
        // An operator learns that it took longer than it was meant to, and why.
        let told = operation.end_reason.unwrap();
        let why = match name {
            "stock" => "differed from what answered",
            _ => "could not be used",
        };
        assert!(told.contains(why), "{name}: {told}");
        assert!(!file.exists() && house.copy(name).is_none(), "{name}");
    }
    house.close().await;
    world.is_sound().await;
}

#[tokio::test]
async fn the_copies_of_what_is_wrong_are_thrown_away() {
    let mut world = World::of(busy_story()).await;
    let mut house = with_copies(&mut world).await;
    let copy = house.copy("orders").unwrap();
    change(
        &world.view("orders_v2.db"),
        "UPDATE orders SET customer = 'Eve'",
    );
    change(&world.view("stock_v2.db"), "UPDATE stock SET on_hand = 7");
    // Found by the comparison with the log.
    house.prove().await;
    assert_eq!(house.copy("orders"), None);
    assert!(!world.copy_of("orders", copy).exists());
    house.take_copies(1).await;
    assert_eq!(
        house.copy("orders"),
        None,
        "nothing is taken of what is wrong"
    );
    let plan = house.control.plan_rebuild("orders", None).await.unwrap();
    assert_eq!((plan.from, plan.copy), (RebuildFrom::Start, None));
    let wanted = Some(RebuildFrom::Copy);
    let refused = house.control.plan_rebuild("orders", wanted).await;
    let is_wrong = |error: &ControlError| matches!(error, ControlError::NoCopy { why, .. } if *why == NoCopy::Wrong);
    assert!(refused.as_ref().is_err_and(is_wrong), "{refused:?}");
    let operation = house.rebuilt("orders", None).await;
    assert!(!operation.compared.unwrap().differences.is_empty());
    house.close().await;
    // Nobody has looked yet after a start: found when the build from the copy is compared.
    let house = world.open(OnPoison::Pause).await;
    house.caught_up(&world).await;
    let operation = house.rebuilt("stock", None).await;
    assert_eq!(house.copy("stock"), None);
    assert!(!operation.compared.unwrap().differences.is_empty());
    house.close().await;
    world.is_sound().await;
}

#[tokio::test]
async fn a_read_model_whose_file_is_lost_begins_with_its_copy() {
    let mut world = World::of(busy_story()).await;
    let house = with_copies(&mut world).await;
    let copy = house.copy("orders").unwrap();
    let act = Position(world.log.head().position.0 + 1);
    house.rebuilt("orders", None).await;
    house.close().await;
    let head = world.log.head().position;
    let answers = world.view(&format!("orders_v2.b{act}.db"));
    std::fs::remove_file(&answers).unwrap();
    // What SQLite had beside it belongs to no other file.
    std::fs::write(
        world.view(&format!("orders_v2.b{act}.db-wal")),
        "of the lost one",
    )
    .unwrap();
    std::fs::remove_file(world.view("stock_v2.db")).unwrap();
    // A log that ends before the copy is not the one that it was made of.
    begin_with_copies(world.folder.path(), Position(copy.as_of.0 - 1)).await;
    assert!(!answers.exists());
    begin_with_copies(world.folder.path(), head).await;
    // The act that wanted the file is carried out: it is not built once more.
    assert_eq!(checkpoint(&answers), (copy.as_of, act));
    assert_eq!(
        checkpoint(&world.view("stock_v2.db")),
        (copy.as_of, Position::START)
    );
    let house = world.open(OnPoison::Pause).await;
    house.caught_up(&world).await;
    house.close().await;
    world.is_sound().await;
}

/// Something is in the way of the copies of one read model, and then no more.
#[tokio::test]
async fn a_copy_that_cannot_be_written_disturbs_nothing() {
    let mut world = World::of(busy_story()).await;
    std::fs::create_dir_all(world.view("orders_v2.copying.db/in the way")).unwrap();
    let mut house = with_copies(&mut world).await;
    let has_one = READ_MODELS.map(|name| house.copy(name).is_some());
    assert_eq!(has_one, [false, true, true, true]);
    let refused = house
        .control
        .plan_rebuild("orders", Some(RebuildFrom::Copy))
        .await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("none was taken yet"), "{said}");
    let operation = house.rebuilt("orders", None).await;
    assert_eq!(operation.copy, None);
    std::fs::remove_dir_all(world.view("orders_v2.copying.db")).unwrap();
    house.take_copies(1).await;
    assert_eq!(house.copy("orders"), None, "it is not tried at once");
    house.close().await;
    let mut house = world.open(OnPoison::Pause).await;
    house.caught_up(&world).await;
    house.take_copies(1).await;
    assert!(house.copy("orders").is_some());
    house.close().await;
    world.is_sound().await;
}
