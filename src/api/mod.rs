//! Server functions: the door between page and server. Each is a few lines; what it needs comes from the context
//! that the server provides.
//!
//! The path says who may call: `/api/fn/view` a viewer, `/api/fn/user` a user, `/api/fn/operator` an operator. The
//! server checks it in one place, for every request.

mod commands;
mod consumers;
mod events;
mod history;
mod overview;
mod parked;
mod past;
mod reference;
mod shop;
mod traffic;

pub use commands::{
    CancelOrder, PlaceOrder, ReceiveStock, RegisterProduct, ShipOrder, WantedLine, cancel_order,
    get_convergence, place_order, receive_stock, register_product, ship_order,
};
pub use consumers::{
    CancelOperation, ForgetPrevious, PauseConsumer, RebuildConsumer, ResetConsumer, ResumeConsumer,
    SwitchBack, cancel_operation, forget_previous, get_heat, get_trend, list_consumers, list_deeds,
    list_operations, pause_consumer, plan_rebuild, plan_reset, rebuild_consumer, reset_consumer,
    resume_consumer, switch_back,
};
pub use events::{get_event, list_events, list_stream};
pub use history::get_history;
pub use overview::{get_overview, get_pulse};
pub use parked::{
    ActOnParked, ParkEvent, act_on_parked, list_parked, park_event, plan_park, plan_parked,
};
pub use past::{get_moment, list_orders_at, list_sales_at, list_stock_at, search_orders_at};
pub use reference::get_reference;
pub use shop::{get_order, list_orders, list_sales, list_stock, search_orders};
pub use traffic::{StartTraffic, StopTraffic, start_traffic, stop_traffic};
