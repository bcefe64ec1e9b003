use highwater::contract::{OrderStatus, Position, SearchHit};
use highwater::projection::ProjectionError;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::shop::Shop;
use super::story::{Story, order};

fn some_orders() -> Story {
    let mut story = Story::new();
    story.placed(1, "Zoë Müller", &[("kettle-blue", 1, 100)]);
    story.placed(
        2,
        "Ada Lovelace",
        &[("kettle-red", 1, 100), ("mug", 2, 100)],
    );
    story.placed(3, "Ada Byron", &[("mug", 1, 100)]);
    story.cancelled(3, "changed my mind");
    story
}

async fn shop_of(story: &Story) -> Shop {
    let mut shop = Shop::open().await;
    shop.follow(story).await;
    shop
}

async fn found(shop: &Shop, text: &str) -> Vec<SearchHit> {
    let listing = shop.models.search.find(text, 50, None, Position(9)).await;
    listing.unwrap().items
}

/// The numbers of the orders that are found, in the order of the answer.
async fn numbers(shop: &Shop, text: &str) -> Vec<u128> {
    let first = order(0).0.as_u128();
    let hits = found(shop, text).await;
    hits.iter()
        .map(|hit| hit.order_id.0.as_u128() - first)
        .collect()
}

#[tokio::test]
async fn an_order_is_found_by_any_of_its_words() {
    let shop = shop_of(&some_orders()).await;
    for (text, orders) in [
        ("lovelace", vec![2]),
        ("zoe muller", vec![1]),
        ("ZOË", vec![1]),
        ("kettle-red", vec![2]),
        ("red kettle", vec![2]),
        ("cancelled", vec![3]),
        ("mind", vec![3]),
        ("mu ad", vec![]),
        ("mug ad", vec![3, 2]),
        ("kettle lovelace byron", vec![]),
        ("lov", vec![2]),
        ("l", vec![2]),
        ("lov ada", vec![]),
    ] {
        assert_eq!(numbers(&shop, text).await, orders, "{text}");
    }
    let id = order(2).to_string();
    assert_eq!(numbers(&shop, &id).await, [2]);
    assert_eq!(numbers(&shop, &id.to_uppercase()).await, [2]);
    assert_eq!(numbers(&shop, &id[24..]).await, [2]);
}

#[tokio::test]
async fn a_hit_shows_the_order_as_it_is_now() {
    let shop = shop_of(&some_orders()).await;
    let hits = found(&shop, "byron").await;
    assert_eq!(hits[0].customer, "Ada Byron");
    assert_eq!(hits[0].products, "MUG");
    assert_eq!(hits[0].status, OrderStatus::Cancelled);
    assert_eq!(hits[0].total.amount, 100);
    // The word that it had before is forgotten.
    assert_eq!(numbers(&shop, "placed byron").await, [0u128; 0]);
}

#[tokio::test]
async fn nothing_to_search_for_finds_nothing() {
    let shop = shop_of(&some_orders()).await;
    for text in ["", "   ", "\"", "* - ( )", "\0", "§§§"] {
        assert_eq!(found(&shop, text).await, [], "{text:?}");
    }
}

#[tokio::test]
async fn better_matches_come_first_then_newer_ones_and_pages_follow_each_other() {
    let mut story = Story::new();
    for number in 1..=9 {
        let customer = if number == 4 { "Mug Mug" } else { "Ada" };
        story.placed(number, customer, &[("mug", 1, 100)]);
    }
    let shop = shop_of(&story).await;
    let all = [4, 9, 8, 7, 6, 5, 3, 2, 1];
    assert_eq!(numbers(&shop, "mug").await, all);
    let first = order(0).0.as_u128();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let search = &shop.models.search;
        let page = search
            .find("mug", 4, cursor.as_deref(), Position(9))
            .await
            .unwrap();
        assert!(page.items.len() <= 4);
        seen.extend(
            page.items
                .iter()
                .map(|hit| hit.order_id.0.as_u128() - first),
        );
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let shop = shop_of(&some_orders()).await;
    for text in [
        "",
        "newest-4",
        "rank-x-1",
        "rank-7ff8000000000000-1",
        "rank-0",
    ] {
        let answer = shop
            .models
            .search
            .find("mug", 4, Some(text), Position(9))
            .await;
        assert!(
            matches!(answer, Err(ProjectionError::BadCursor(_))),
            "{text}"
        );
    }
}

#[tokio::test]
async fn orders_that_were_never_placed_are_not_found() {
    let mut story = Story::new();
    story.of_order(1, "OrderConfirmed", json!({}));
    let shop = shop_of(&story).await;
    assert_eq!(found(&shop, "confirmed").await, []);
}

/// Nothing that a person can type is an error.
#[test]
fn any_text_is_a_question() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(shop_of(&some_orders()));
    let texts = prop_oneof![
        any::<String>(),
        "[\"*^:(){}+ a-c\\-\\\\']{0,40}",
        "(AND|OR|NOT|NEAR|\\(|\"| ){1,9}",
    ];
    TestRunner::default()
        .run(&texts, |text| {
            runtime.block_on(found(&shop, &text));
            Ok(())
        })
        .unwrap();
}
