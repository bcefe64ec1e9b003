//! How long tests wait. Whatever they wait for, they end: a test that hangs hides what went wrong.

use serde_json::Value;
use std::time::{Duration, Instant};

/// How long for something that comes soon where all is well: long enough for a machine that has much else to do.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that must come, whatever else comes meanwhile.
pub async fn in_time<T>(comes: impl Future<Output = T>) -> T {
    let comes = tokio::time::timeout(PATIENCE, comes);
    comes.await.expect("in time")
}

/// Waits as long as some consumer still moves, and a minute more.
pub struct Patience {
    positions: Vec<Value>,
    moved_at: Instant,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            positions: Vec::new(),
            moved_at: Instant::now(),
        }
    }
}

impl Patience {
    /// Looks at all consumers, and fails where none has moved for too long.
    pub fn see(&mut self, rows: &[Value]) {
        let positions: Vec<_> = rows.iter().map(|row| row["position"].clone()).collect();
        if positions != self.positions {
            self.positions = positions;
            self.moved_at = Instant::now();
        }
        assert!(
            self.moved_at.elapsed() < Duration::from_secs(60),
            "not at the end, and nothing moves: {rows:?}"
        );
    }
}
