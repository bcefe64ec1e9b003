//! Work that yields the processor to everybody else.

use std::future::Future;

use tokio::sync::oneshot;

/// How much less than others: a thread of this niceness gets about a tenth of what one of the usual gets beside it, and all that
/// nobody else wants.
const NICENESS: i32 = 10;

/// Does something on a thread of low priority. The threads that it starts, such as that of a SQLite connection, are of the same
/// priority for as long as they live: what is asked of that connection is done in the background.
///
/// # Errors
/// When the thread cannot be had.
pub(crate) fn start_in_background(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let work = move || {
        if let Err(error) = rustix::process::nice(NICENESS) {
            tracing::debug!(error = %error, "the system does not let a thread yield to others");
        }
        work();
    };
    std::thread::Builder::new()
        .name("background".to_owned())
        .spawn(work)
        .map(drop)
}

/// Awaits something on such a thread, and gives what came of it.
///
/// # Errors
/// When the thread cannot be had, or ends before its time.
pub(crate) async fn in_background<T, F>(
    work: impl FnOnce() -> F + Send + 'static,
) -> std::io::Result<T>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let (tell, done) = oneshot::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    start_in_background(move || {
        // Where nobody waits any more, it is dropped.
        let _unwanted = tell.send(runtime.block_on(work()));
    })?;
    done.await.map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_done_starts_threads_that_yield() {
        let ours = rustix::process::nice(0).unwrap();
        let theirs = in_background(|| async {
            let started = std::thread::spawn(|| rustix::process::nice(0).unwrap());
            started.join().unwrap()
        });
        assert_eq!(theirs.await.unwrap(), (ours + NICENESS).min(19));
        assert_eq!(rustix::process::nice(0).unwrap(), ours);
    }
}
