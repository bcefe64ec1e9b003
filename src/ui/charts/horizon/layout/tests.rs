use super::*;
use proptest::prelude::*;

fn mark(name: &str, position: u64) -> Mark {
    Mark {
        name: name.to_owned(),
        position: Position(position),
    }
}

fn flag(position: u64) -> Flag {
    Flag {
        name: "PlaceOrder".to_owned(),
        position: Position(position),
    }
}

#[test]
fn the_slowest_read_model_says_what_is_visible() {
    let marks = [mark("orders", 128_430), mark("sales", 128_378)];
    let layout = lay_out(Position(128_431), &marks, &[], 900.0);
    assert_eq!(
        layout.visible.text,
        "everything up to #128,378 is visible here"
    );
    assert!((layout.visible_x - layout.ticks[0].from_x).abs() < 0.1);
    assert_eq!(layout.ticks[0].text.text, "sales #128,378");
}

#[test]
fn read_models_at_one_position_share_a_tick() {
    let layout = lay_out(
        Position(9),
        &[mark("search", 9), mark("orders", 9)],
        &[],
        900.0,
    );
    let texts: Vec<&str> = layout
        .ticks
        .iter()
        .map(|tick| tick.text.text.as_str())
        .collect();
    assert_eq!(texts, ["orders, search #9"]);
    assert!(layout.ticks[0].at_head);
}

#[test]
fn read_models_that_stand_together_share_a_label_and_keep_its_words_in_order() {
    let marks = [
        mark("stock", 99_000),
        mark("orders", 100_000),
        mark("sales", 5),
    ];
    let layout = lay_out(Position(100_000), &marks, &[], 900.0);
    let together = &layout.ticks[1];
    assert_eq!(together.text.text, "orders, stock #99,000 to #100,000");
    assert!(!together.at_head && together.to_x > together.from_x);
}

#[test]
fn a_flag_is_hollow_until_everything_has_passed_it() {
    let marks = [mark("orders", 100), mark("sales", 50)];
    let layout = lay_out(Position(100), &marks, &[flag(40), flag(80)], 900.0);
    let passed: Vec<bool> = layout.flags.iter().map(|flag| flag.passed).collect();
    assert_eq!(passed, [true, false]);
}

#[test]
fn many_flags_at_one_place_are_one() {
    let marks = [mark("orders", 1_000), mark("sales", 10)];
    let layout = lay_out(
        Position(1_000),
        &marks,
        &[flag(900), flag(901), flag(902)],
        900.0,
    );
    assert_eq!(layout.flags.len(), 1);
    assert_eq!(layout.flags[0].text.text, "your 3 commands, #900 to #902");
}

#[test]
fn a_read_model_ahead_of_what_we_know_of_the_head_moves_the_head() {
    let layout = lay_out(Position(10), &[mark("orders", 12)], &[], 900.0);
    assert_eq!(layout.head.text, "head #12");
}

#[test]
fn an_empty_log_has_a_horizon_too() {
    let layout = lay_out(Position::START, &[mark("orders", 0)], &[], 900.0);
    assert_eq!(layout.visible.text, "nothing is visible here yet");
}

proptest! {
    #[test]
    fn labels_never_collide(
        marks in prop::collection::vec(0u64..500_000, 0..6),
        flags in prop::collection::vec(0u64..500_000, 0..12),
        width in 280.0..1_500.0f64,
    ) {
        let marks: Vec<Mark> = marks.iter().enumerate().map(|(i, at)| mark(&format!("model{i}"), *at)).collect();
        let flags: Vec<Flag> = flags.iter().map(|at| flag(*at)).collect();
        let layout = lay_out(Position(500_000), &marks, &flags, width);
        let ticks = layout.ticks.iter().map(|tick| &tick.text);
        let texts: Vec<&Text> = ticks
            .chain(layout.flags.iter().map(|flag| &flag.text))
            .chain([&layout.visible, &layout.head])
            .collect();
        for (i, text) in texts.iter().enumerate() {
            let (from, to) = text.extent();
            prop_assert!(from >= -0.1 && to <= width + 0.1, "{:?} leaves {}", text, width);
            for other in texts.iter().skip(i + 1).filter(|other| (other.y - text.y).abs() < 11.0) {
                let (other_from, other_to) = other.extent();
                prop_assert!(to <= other_from || other_to <= from, "{:?} touches {:?}", text, other);
            }
        }
    }
}
