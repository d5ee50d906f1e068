//! What is wrong with the bytes of a file, and with the type of a column.

/// What is wrong with the bytes of a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingFault {
    /// A byte that no Windows-1252 text of an office has, in a file that is not UTF-8 either.
    #[error("a byte that is neither UTF-8 nor Windows-1252, perhaps from an old Mac,")]
    Undefined,
    /// Most of the file is UTF-8, this byte is not.
    #[error("the file is UTF-8 but one part of it is not")]
    Mixed,
    /// Not the encoding that the byte order mark or the mapping file says.
    #[error("the file does not keep to the encoding that its byte order mark or the mapping file announces")]
    Broken,
    /// Letters of code page 850 or of old Macs, which would be other characters in Windows-1252.
    #[error("a byte that looks like an accented letter of a DOS program or an old Mac")]
    Dos,
    /// A zero byte: not text, or cut off by a crash.
    #[error("a zero byte, which no text has")]
    Nul,
}

/// A type of columns that has no single text per cell, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoText {
    /// A moment: midnight in Italy is the day before in Greenwich.
    #[error("timestamp with a time zone, which has no text; write it as a day")]
    ZonedTimestamp,
    /// Several values in one cell.
    #[error("list, which has no text; write it as one value per row")]
    List,
    /// Several fields in one cell.
    #[error("struct, which has no text; write it as one column per field")]
    Struct,
    /// Several named values in one cell.
    #[error("map or union, which has no text; write it as one column per value")]
    Map,
    /// Bytes.
    #[error("binary, which has no text; write it as text")]
    Binary,
    /// A time of day, or how long something took.
    #[error("time or duration, which has no text; write it as hours with decimals")]
    Time,
    /// Runs of equal values.
    #[error("run-end encoding, which has no text; write it as plain values")]
    Runs,
}
