//! What crosses the wire: ids, money, positions, the rows of the pages, live frames and problems.
//!
//! Plain data with serde, the same in the server and in the browser. Nothing here does I/O.

mod alert;
mod consumer;
mod convergence;
mod event;
mod group;
mod heat;
mod history;
mod ids;
mod inventory;
mod live;
mod money;
mod operation;
mod order;
mod overview;
mod paging;
mod parking;
mod past;
mod position;
mod principal;
mod problem;
mod reference;
mod sales;
mod selection;
mod time;
mod traffic;
mod trend;
mod when;

pub use alert::{Alert, AlertRule};
pub use consumer::{
    ConsumerKind, ConsumerRow, ConsumerSample, ConsumerState, ConsumersView, Paused,
    PositionSample, Proof, StoredCopy,
};
pub use convergence::{
    CommandConvergence, CommandReceipt, CommittedEvent, ConsumerProgress, Percentiles, StageStats,
};
pub use event::{
    CommandOfEvent, Direction, EventFilter, EventPage, EventView, Metadata, RecordedEvent,
    StreamPage,
};
pub use group::{GroupFrame, GroupMode, MemberFrame, NackAction};
pub use heat::{
    HEAT_COLUMNS, HEAT_ROWS, HEAT_STEP_S, HeatColumn, HeatMap, heat_row, heat_row_start_ms,
};
pub use history::{AggregateAt, AggregateHistory, Change, Step};
pub use ids::{CommandId, EventId, InvalidName, OperationId, OrderId, Sku, StreamName};
pub use inventory::StockRow;
pub use live::{ClientFrame, Delta, ServerFrame, Topic, WatchId};
pub use money::{Currency, Money};
pub use operation::{
    Compared, NoSuchPlace, Operation, OperationKind, OperationState, RebuildFrom, RebuildPlan,
    ResetPlan, ResetTo,
};
pub use order::{
    HistoryEntry, OrderCounts, OrderDetail, OrderLine, OrderQuery, OrderRow, OrderSort,
    OrderStatus, OrdersView, SearchHit,
};
pub use overview::{Overview, Pulse};
pub use paging::{AsOf, Freshness, Listing};
pub use parking::{OnPoison, OtherTypes, ParkPlan, ParkedAct, ParkedRow};
pub use past::{LogMoment, PastOrders, PastPage, Then};
pub use position::{Head, Position, Version};
pub use principal::{Principal, Role};
pub use problem::{Problem, ProblemKind};
pub use reference::{
    ApiAnswer, ApiField, ApiOperation, ApiProblem, ApiReference, ApiRequest, ApiSection, ApiShape,
};
pub use sales::{Bucket, SalesRow};
pub use selection::Selection;
pub use time::Timestamp;
pub use traffic::{TRAFFIC_RATES, TrafficStatus};
pub use trend::{Trend, TrendPoint, TrendRange};
pub use when::{NoMoment, When};
