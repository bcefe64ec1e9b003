//! Read models compared with the log while they are in use.

use highwater::contract::{ConsumerKind, Proof, Selection};
use highwater::projection::{Proofs, ReadModels};
use highwater::subscription::Board;

use super::shop::Shop;
use super::story::Story;
use super::verify::{busy_story, log_and_shop, tamper};

const READ_MODELS: [&str; 4] = ["orders", "search", "stock", "sales"];

/// What compares them, and the board that is told.
async fn provers(shop: &Shop, story: &Story) -> (Proofs, Board) {
    let board = Board::default();
    for name in READ_MODELS {
        let slot = board.add(name, ConsumerKind::Projection, Selection::default());
        slot.moved_to(story.head());
    }
    let opened = ReadModels::open(shop.data()).await.unwrap();
    (opened.proofs, board)
}

fn proof(board: &Board, name: &str) -> Proof {
    board.slot(name).unwrap().health().proof.expect("a proof")
}

#[tokio::test]
async fn a_sample_of_a_sound_read_model_agrees() {
    let story = busy_story();
    let (log, shop) = log_and_shop(&story).await;
    let (proofs, board) = provers(&shop, &story).await;
    proofs.round(&log, &board).await;
    for name in READ_MODELS {
        let proof = proof(&board, name);
        assert_eq!(proof.differences, [""; 0], "{name}");
        assert_eq!((proof.as_of, proof.whole), (story.head(), false), "{name}");
        assert!(proof.rows > 0, "{name}");
    }
}

#[tokio::test]
async fn a_sample_that_does_not_agree_has_all_of_it_compared() {
    let story = busy_story();
    let (log, shop) = log_and_shop(&story).await;
    let (proofs, board) = provers(&shop, &story).await;
    tamper(&shop, "stock", "UPDATE stock SET on_hand = on_hand + 1");
    proofs.round(&log, &board).await;
    let found = proof(&board, "stock");
    assert!(found.whole);
    assert_eq!(found.differences, ["stock kettle differs in on_hand"]);
    assert_eq!(proof(&board, "orders").differences, [""; 0]);
    // Mended, it is found sound again.
    tamper(&shop, "stock", "UPDATE stock SET on_hand = on_hand - 1");
    proofs.round(&log, &board).await;
    let found = proof(&board, "stock");
    assert_eq!((found.whole, found.differences.len()), (false, 0));
}
