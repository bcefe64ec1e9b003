//! Where batches end must not matter.

use highwater::contract::Position;
use proptest::prelude::*;

use super::generated::{step, tell};
use super::shop::{Shop, dump, follow};
use super::story::Story;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_split_of_batches_gives_the_same_rows(
        steps in prop::collection::vec(step(), 1..80),
        cuts in prop::collection::btree_set(1..80u64, 0..12),
    ) {
        let story = tell(&steps);
        let cuts: Vec<Position> = cuts
            .into_iter()
            .map(Position)
            .filter(|cut| *cut < story.head())
            .collect();
        let every: Vec<Position> = story.events.iter().map(|event| event.position).collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let [whole, cut, single] = runtime.block_on(async {
            [
                rows(&story, &[]).await,
                rows(&story, &cuts).await,
                rows(&story, &every).await,
            ]
        });
        prop_assert_eq!(&whole, &cut);
        prop_assert_eq!(&whole, &single);
    }
}

async fn rows(story: &Story, cuts: &[Position]) -> Vec<Vec<String>> {
    let mut shop = Shop::open().await;
    for consumer in &mut shop.consumers {
        follow(consumer.as_mut(), &story.events, cuts)
            .await
            .unwrap();
    }
    ["orders", "search", "stock", "sales"]
        .map(|name| dump(&shop.file(name)))
        .into()
}
