//! The lengths that an Arrow IPC file states, checked against its own before it is read.
//!
//! The library makes room for whatever length a file states, and a program that asks for more room
//! than there is ends without a word. Format: Arrow columnar format 1.5, "IPC streaming format";
//! an IPC file is a stream between two marks.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use arrow::ipc::{Message, RecordBatch, root_as_message};

/// Bytes that one buffer may have when it is no longer compressed.
const LARGEST_BUFFER: i64 = 1 << 30;
/// What stands before a length since version 0.15 of the format.
const CONTINUATION: u32 = u32::MAX;

/// Whether every length in a stream fits into the file. The stream begins where the file stands
/// and is there again afterwards; `None` if the file cannot be read.
pub(super) fn is_sound(file: &mut File) -> Option<bool> {
    let start = file.stream_position().ok()?;
    let end = file.metadata().ok()?.len();
    let mut reader = BufReader::new(&mut *file);
    let mut sound = true;
    while sound {
        match message(&mut reader, end) {
            Next::Message => {}
            Next::End => break,
            Next::Unsound => sound = false,
        }
    }
    drop(reader);
    file.seek(SeekFrom::Start(start)).ok()?;
    Some(sound)
}

enum Next {
    Message,
    End,
    Unsound,
}

fn message(reader: &mut BufReader<&mut File>, end: u64) -> Next {
    let length = match u32_of(reader) {
        Some(CONTINUATION) => u32_of(reader),
        length => length,
    };
    let Some(length) = length.filter(|length| *length > 0) else { return Next::End };
    let mut checked = || {
        let at = reader.stream_position().ok()?;
        let body_at = at.checked_add(u64::from(length)).filter(|body| *body <= end)?;
        let mut metadata = vec![0; usize::try_from(length).ok()?];
        reader.read_exact(&mut metadata).ok()?;
        let message = root_as_message(&metadata).ok()?;
        let body = u64::try_from(message.bodyLength()).ok()?;
        let next = body_at.checked_add(body).filter(|next| *next <= end)?;
        if let Some(batch) = batch_of(&message) {
            buffers_fit(reader, batch, body_at, body)?;
        }
        reader.seek(SeekFrom::Start(next)).ok()
    };
    if checked().is_some() { Next::Message } else { Next::Unsound }
}

fn batch_of<'a>(message: &Message<'a>) -> Option<RecordBatch<'a>> {
    message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch()?.data())
}

fn buffers_fit(
    reader: &mut BufReader<&mut File>,
    batch: RecordBatch<'_>,
    body_at: u64,
    body: u64,
) -> Option<()> {
    for buffer in batch.buffers()? {
        let (offset, length) = (u64::try_from(buffer.offset()).ok()?, u64::try_from(buffer.length()).ok()?);
        offset.checked_add(length).filter(|buffer_end| *buffer_end <= body)?;
        if batch.compression().is_some() && length >= 8 {
            reader.seek(SeekFrom::Start(body_at + offset)).ok()?;
            let mut bytes = [0; 8];
            reader.read_exact(&mut bytes).ok()?;
            // -1 stands for a buffer that is not compressed after all.
            (-1..=LARGEST_BUFFER).contains(&i64::from_le_bytes(bytes)).then_some(())?;
        }
    }
    Some(())
}

fn u32_of(reader: &mut impl Read) -> Option<u32> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes).ok()?;
    Some(u32::from_le_bytes(bytes))
}
