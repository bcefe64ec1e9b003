//! Whether a member is still there: when it was last heard, and whether it takes what it is sent.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

use super::ending::End;

/// A member that takes longer than this to take what it is sent is gone.
const SEND_PATIENCE: Duration = Duration::from_secs(10);
/// A member that has said nothing for so long, though it was pinged, is gone.
const SILENCE: Duration = Duration::from_secs(30);

/// When something last came from the member.
pub(super) struct HeardAt(Mutex<Instant>);

impl HeardAt {
    pub fn now() -> HeardAt {
        HeardAt(Mutex::new(Instant::now()))
    }

    pub fn hear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub fn silence(&self) -> Duration {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }

    /// Ends the connection of a member that has fallen silent.
    pub fn check(&self) -> Result<(), End> {
        if self.silence() > SILENCE {
            tracing::info!("a member of a group has fallen silent; what it had goes to others");
            return Err(End::Gone);
        }
        Ok(())
    }
}

/// Sends within a bound. What goes at once, as nearly everything does, asks no clock.
pub(super) async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> Result<(), End> {
    let mut sending = pin!(sending);
    if let Poll::Ready(sent) = poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx))).await {
        return sent.map_err(|_| End::Gone);
    }
    match tokio::time::timeout(SEND_PATIENCE, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => {
            metrics::counter!("highwater_group_slow_members_total").increment(1);
            tracing::info!(
                "a member of a group does not take what it is sent; what it had goes to others"
            );
            Err(End::Gone)
        }
    }
}
