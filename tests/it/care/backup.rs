//! A backup of a log that is written meanwhile, and what becomes of it.

use tokio_util::sync::CancellationToken;

use super::{backup, export, filled, names, restore, verify};
use crate::support::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_busy_server_becomes_a_server_again() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 1_000_000).await;
    let stop = CancellationToken::new();
    let (orders, stopped) = (server.api(), stop.clone());
    let busy = tokio::spawn(async move {
        while !stopped.is_cancelled() {
            orders.order("kettle", 1, "4242424242424242").await;
        }
    });
    for _ in 0..20 {
        api.order("kettle", 1, "4242424242424242").await;
    }
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved");
    let (data, to) = (server.data(), saved.clone());
    let said = tokio::task::spawn_blocking(move || backup(&data, &to).done());
    let said = said.await.unwrap();
    stop.cancel();
    busy.await.unwrap();
    assert!(said.contains("checked"), "{said}");
    assert_eq!(names(&saved), ["log.db", "log.lock"]);

    let restored = folder.path().join("data");
    let said = restore(&saved, &restored).done();
    assert!(said.starts_with("Restored "), "{said}");
    verify(&restored);
    let (whole, copied) = (export(&server.data()), export(&restored));
    assert!(copied.lines().count() >= 20 && whole.starts_with(&copied));

    // Read models are folded anew, and the log goes on.
    let again = Server::start_in(folder, "127.0.0.1:0", &[]);
    again.api().order("kettle", 1, "4242424242424242").await;
    again.api().settled().await;
    let (sound, said) = again.verify();
    assert!(sound, "{said}");
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("data"), 10);
    filled(&at("other"), 3);
    let before = export(&at("other"));
    let complaint = backup(&at("data"), &at("other")).refused();
    assert!(
        complaint.contains("`log.db`") && complaint.contains("other"),
        "{complaint}"
    );
    backup(&at("data"), &at("saved")).done();
    let complaint = restore(&at("saved"), &at("other")).refused();
    assert!(complaint.contains("`log.db`"), "{complaint}");
    assert_eq!(export(&at("other")), before);
    let complaint = backup(&at("nothing"), &at("saved-2")).refused();
    assert!(complaint.contains("there is no log"), "{complaint}");
    assert!(!at("saved-2").exists());
}

#[test]
fn what_a_killed_backup_left_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let (data, saved) = (folder.path().join("data"), folder.path().join("saved"));
    filled(&data, 10);
    std::fs::create_dir(&saved).unwrap();
    for left in ["log.db.unfinished", "log.db.unfinished-journal"] {
        std::fs::write(saved.join(left), "half of a log").unwrap();
    }
    backup(&data, &saved).done();
    assert_eq!(names(&saved), ["log.db", "log.lock"]);
    assert_eq!(export(&saved), export(&data));
}

#[test]
fn no_copy_of_a_damaged_log_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (data, saved) = (folder.path().join("data"), folder.path().join("saved"));
    filled(&data, 2_000);
    let mut bytes = std::fs::read(data.join("log.db")).unwrap();
    let middle = bytes.len() / 2 / 4_096 * 4_096;
    bytes[middle..middle + 4_096].fill(0x5a);
    std::fs::write(data.join("log.db"), bytes).unwrap();
    let complaint = backup(&data, &saved).refused();
    assert!(complaint.contains("damaged"), "{complaint}");
    assert_eq!(names(&saved), ["log.lock"]);
}
