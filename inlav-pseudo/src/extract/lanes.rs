//! Work on items side by side.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{ParallelBridge as _, ParallelIterator as _};

/// Works on items on all threads of the current rayon pool: each takes the next item when it is done
/// with the one before, and items are taken in order, by one thread at a time. Ends after an error; of
/// several that of the earliest item is told, however many threads there are.
///
/// # Errors
/// Whatever an item or the work on it says.
pub(super) fn each<T: Send, E: Send>(
    mut items: impl Iterator<Item = Result<T, E>> + Send,
    work: impl Fn(T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let earliest: Mutex<Option<(usize, E)>> = Mutex::new(None);
    let until_error = std::iter::from_fn(|| if lock(&earliest).is_some() { None } else { items.next() });
    until_error.enumerate().par_bridge().for_each(|(at, item)| {
        if let Err(fault) = item.and_then(&work) {
            // Every earlier item was taken before this one, and its error is told here too.
            let mut earliest = lock(&earliest);
            if earliest.as_ref().is_none_or(|(before, _)| at < *before) {
                *earliest = Some((at, fault));
            }
        }
    });
    earliest.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), |(_, fault)| Err(fault))
}

/// What a mutex guards. If a thread panicked meanwhile the panic goes on elsewhere, and nothing that
/// was guarded is written to its end.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn the_earliest_error_is_told_whichever_thread_is_first() {
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for _ in 0..50 {
                let taken = AtomicUsize::new(0);
                let items = (0..1000).inspect(|_| {
                    taken.fetch_add(1, Ordering::Relaxed);
                });
                let work = |item| if item % 10 == 7 { Err(item) } else { Ok(()) };
                assert_eq!(pool.install(|| each(items.map(Ok), work)), Err(7));
                assert!(taken.into_inner() < 1000, "it goes on after an error");
            }
        }
    }

    #[test]
    fn every_item_is_worked_on_once() {
        let sum = AtomicUsize::new(0);
        let add = |item: usize| {
            sum.fetch_add(item, Ordering::Relaxed);
            Ok::<(), ()>(())
        };
        assert_eq!(each((1..=1000).map(Ok), add), Ok(()));
        assert_eq!(sum.into_inner(), 500_500);
    }
}
