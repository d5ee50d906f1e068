//! Two steps at once.

/// Hands on what `produce` makes, one at a time and in order, while the next is being made: the
/// two run on two threads of the current rayon pool, if it has two. Ends after the first error;
/// that of the earlier item is told.
///
/// # Errors
/// Whatever the two steps say.
pub(super) fn overlap<T: Send, E: Send>(
    mut produce: impl FnMut() -> Result<Option<T>, E> + Send,
    mut consume: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let mut next = produce()?;
    while let Some(item) = next {
        let (consumed, produced) = rayon::join(|| consume(item), &mut produce);
        consumed?;
        next = produced?;
    }
    Ok(())
}
