//! The parts that pages are made of.

pub mod badge;
pub mod copy;
pub mod crumbs;
pub mod dialog;
pub mod duration;
pub mod freshness;
pub mod hold;
pub mod icon;
pub mod loaded;
pub mod money;
pub mod notes;
pub mod number;
pub mod panel;
pub mod position;
pub mod progress;
pub mod query;
pub mod say;
pub mod size;
pub mod slider;
pub mod time;
pub mod virtual_table;

pub use badge::{
    Badge, ConsumerBadge, OrderBadge, Tone, alert_label, alert_tone, consumer_tone,
    operation_label, operation_tone, order_label, order_tone,
};
pub use copy::Copy;
pub use crumbs::{Crumb, Crumbs};
pub use dialog::Dialog;
pub use duration::{Age, calm, duration};
pub use freshness::AsOfLine;
pub use hold::{Hold, use_hold};
pub use icon::{Icon, Shape};
pub use loaded::{answered, loaded};
pub use money::{MoneyText, money};
pub use notes::{Empty, ErrorNote};
pub use number::{Num, rate, short, thousands};
pub use panel::Panel;
pub use position::{PositionLink, order_code, order_href, position_href, position_text};
pub use progress::Progress;
pub use query::{href_with, query_text};
pub use say::{Say, provide_say, use_say};
pub use size::size;
pub use slider::Slider;
pub use time::{Time, chosen_offset_min, clock_text, date_text, full_text, zone_text};
pub use virtual_table::{Column, RowKey, VirtualTable};
