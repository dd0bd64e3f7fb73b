//! Time limits of a connection that cost nothing while they are kept.
//!
//! A timer of its own for every head and every answer is put into the runtime's wheel and taken out
//! again thousands of times a second, under a lock that all threads share. Limits of one kind only
//! move forward on a connection. So one timer stands for all of them: it is left where it was, and
//! when it goes off too early, it is set to the limit of now. What happens at a limit is not said
//! here.

use hyper::rt::{Sleep, Timer};
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::task::coop::unconstrained;

/// The timer of one kind of limit on one connection.
///
/// *Bounds*: waited for by one task, which stays the same.
#[derive(Clone, Default)]
pub struct Patience(Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>);

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patience")
    }
}

impl Patience {
    /// Ready at `limit`, which is no earlier than the limit asked for before.
    pub fn poll(&self, limit: Instant, context: &mut Context<'_>) -> Poll<()> {
        let limit = tokio::time::Instant::from_std(limit);
        let mut timer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let timer = match &mut *timer {
            // It wakes this task when it goes off; there is no need to ask it again before.
            Some(timer) if !timer.is_elapsed() => return Poll::Pending,
            Some(timer) => timer,
            none => none.insert(Box::pin(tokio::time::sleep_until(limit))),
        };
        loop {
            // Without the budget of the task: a timer that is not asked, because others have used
            // it up, would not be set, and nobody would ask it again.
            ready!(pin!(unconstrained(timer.as_mut())).poll(context));
            if timer.deadline() >= limit {
                return Poll::Ready(());
            }
            timer.as_mut().reset(limit);
        }
    }
}

/// A limit to wait for.
struct Limit(Patience, Instant);

impl Future for Limit {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.poll(self.1, context)
    }
}

impl Sleep for Limit {}

impl Timer for Patience {
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + span)
    }

    fn sleep_until(&self, limit: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Limit(self.clone(), limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_limit_that_moved_is_kept_and_not_passed_early() {
        let patience = Patience::default();
        let began = patience.now();
        let (first, second) = (Duration::from_millis(20), Duration::from_millis(50));
        let polled = std::future::poll_fn(|context| {
            let polled = patience.poll(began + first, context);
            Poll::Ready(polled)
        });
        assert_eq!(polled.await, Poll::Pending);
        patience.sleep_until(began + second).await;
        assert!(began.elapsed() >= second);
        patience.sleep_until(began + second).await;
    }

    #[tokio::test]
    async fn a_limit_first_asked_for_without_budget_still_comes() {
        let patience = Patience::default();
        let limit = Instant::now() + Duration::from_millis(20);
        let mut first = true;
        let waits = tokio::spawn(async move {
            std::future::poll_fn(move |context| {
                if std::mem::take(&mut first) {
                    // As a handler does that takes the answers of a long list.
                    while pin!(tokio::task::consume_budget()).poll(context).is_ready() {}
                }
                patience.poll(limit, context)
            })
            .await;
        });
        let waited = tokio::time::timeout(Duration::from_secs(5), waits).await;
        assert!(waited.is_ok(), "the limit of 20 ms never came");
    }
}
