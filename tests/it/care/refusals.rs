//! What a program says that may not have a log.

use rusqlite::Connection;
use std::path::{Path, PathBuf};

use super::{backup, database, export, filled, import, restore, run, serve, verify};
use crate::support::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_is_told_who_has_the_folder() {
    let mut server = Server::start();
    server.api().stocked("kettle", 10).await;
    server.api().settled().await;
    let (data, folder) = (server.data(), tempfile::tempdir().unwrap());
    let saved = folder.path().join("saved");
    // What only reads works beside it.
    backup(&data, &saved).done();
    let lines = export(&data);
    verify(&data);
    let refusals = [serve(&data), import(&data, &lines), restore(&saved, &data)];
    for refusal in refusals {
        let complaint = refusal.refused();
        for part in [
            data.display().to_string(),
            format!("process {}", server.id()),
            format!("highwater serve on {}", server.address),
            "since 2".to_owned(),
        ] {
            assert!(complaint.contains(&part), "{part}: {complaint}");
        }
    }
    // What a killed process leaves is in nobody's way, and what it had committed is there.
    server.kill_9();
    let found = run(&["import", "--database", &database(&data)], "");
    assert!(found.ok, "{}", found.err);
    assert!(found.err.contains("recovered"), "{}", found.err);
    assert_eq!(export(&data), lines);
    server.restart();
    server.api().settled().await;
}

#[test]
fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    filled(&data, 3);
    let newer = Connection::open(data.join("log.db")).unwrap();
    newer
        .execute_batch(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .unwrap();
    newer.close().unwrap();
    let before = std::fs::read(data.join("log.db")).unwrap();
    let database = database(&data);
    let saved = folder.path().join("saved");
    for refusal in [
        serve(&data),
        import(&data, ""),
        backup(&data, &saved),
        super::highwater(&["export", "--database", &database], ""),
    ] {
        let complaint = refusal.refused();
        assert!(complaint.contains("version 9999"), "{complaint}");
        assert!(
            complaint.contains(&data.display().to_string()),
            "{complaint}"
        );
    }
    assert!(std::fs::read(data.join("log.db")).unwrap() == before);
    assert!(!saved.exists());
}

/// Where the pages begin that the database's own list of tables names.
fn root_of(file: &Path, name: &str) -> usize {
    let connection = Connection::open(file).unwrap();
    let root: usize = connection
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [name],
            |row| row.get::<_, u32>(0).map(|page| page as usize),
        )
        .unwrap();
    (root - 1) * 4_096
}

fn overwrite(bytes: &mut [u8]) {
    bytes.fill(0x5a);
}

#[test]
fn a_damaged_log_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let sound: PathBuf = folder.path().join("sound");
    filled(&sound, 3_000);
    let file = sound.join("log.db");
    let whole = std::fs::read(&file).unwrap();
    let roots = [
        "events",
        "events_by_id",
        "events_by_stream",
        "events_by_kind",
        "streams",
    ];
    let mut damages: Vec<(String, Vec<u8>)> = roots
        .iter()
        .map(|name| {
            let (at, mut bytes) = (root_of(&file, name), whole.clone());
            overwrite(&mut bytes[at..at + 4_096]);
            ((*name).to_owned(), bytes)
        })
        .collect();
    let mut first = whole.clone();
    overwrite(&mut first[100..4_096]);
    damages.push(("the first page".to_owned(), first));
    let mut last = whole.clone();
    let tail = last.len() - 16 * 4_096;
    overwrite(&mut last[tail..]);
    damages.push(("the last pages".to_owned(), last));
    damages.push((
        "a third cut off".to_owned(),
        whole[..whole.len() / 3 * 2].to_vec(),
    ));
    for (what, bytes) in damages {
        let data = folder.path().join(&what);
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("log.db"), &bytes).unwrap();
        let complaint = serve(&data).refused();
        for part in [
            "is damaged",
            "highwater restore",
            "highwater verify",
            &*what,
        ] {
            assert!(complaint.contains(part), "{what}: {complaint}");
        }
        assert!(
            std::fs::read(data.join("log.db")).unwrap() == bytes,
            "{what}"
        );
    }
}

#[test]
fn rows_that_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            "DELETE FROM events WHERE position = 8",
            "positions are missing",
        ),
        (
            "DELETE FROM events WHERE position = 1",
            "positions are missing",
        ),
        (
            "UPDATE events SET recorded_at = 1 WHERE position = 9",
            "recorded before",
        ),
        (
            "UPDATE events SET data = '{' WHERE position = 10",
            "are no JSON",
        ),
        (
            "UPDATE events SET version = 9 WHERE position = 10",
            "do not follow",
        ),
        (
            "DELETE FROM streams WHERE name = 'meter-1'",
            "a stream that is not there",
        ),
    ];
    for (number, (change, reason)) in cases.into_iter().enumerate() {
        let data = folder.path().join(number.to_string());
        filled(&data, 10);
        let connection = Connection::open(data.join("log.db")).unwrap();
        let triggers = [
            "events_are_not_changed",
            "events_are_not_deleted",
            "streams_are_not_deleted",
        ];
        for trigger in triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
        connection.execute_batch(change).unwrap();
        connection.close().unwrap();
        let complaint = serve(&data).refused();
        assert!(complaint.contains(reason), "{change}: {complaint}");
    }
}
