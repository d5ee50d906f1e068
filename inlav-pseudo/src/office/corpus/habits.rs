//! What offices do to their files.

/// Declares the habits with their names.
macro_rules! habits {
    ($( $(#[$doc:meta])* $habit:ident = $name:literal, )*) => {
        /// Something an office does to its files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Habit { $( $(#[$doc])* $habit, )* }

        /// Every habit, in the order in which files get them.
        pub(super) const ALL: &[Habit] = &[$( Habit::$habit, )*];

        impl Habit {
            /// A short name for tables of results.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$habit => $name, )* }
            }
        }
    };
}

habits! {
    /// Semicolons and Windows-1252, as Italian Excel saves.
    Windows1252 = "windows-1252",
    /// ISO-8859-1: no curly marks, no €.
    Latin1 = "iso-8859-1",
    /// UTF-8 without a mark.
    Utf8 = "utf-8",
    /// UTF-8 after a byte order mark.
    Utf8Mark = "utf-8-bom",
    /// UTF-16 LE after a mark.
    Utf16 = "utf-16",
    /// UTF-16 BE after a mark.
    Utf16Be = "utf-16be",
    /// UTF-16 LE without a mark.
    Utf16Bare = "utf-16-no-mark",
    /// Commas.
    Commas = "comma",
    /// Tabs.
    Tabs = "tab",
    /// Pipes.
    Pipes = "pipe",
    /// Excel's first line that declares the delimiter.
    SepLine = "sep-line",
    /// Carriage returns alone.
    OldMacLines = "cr-lines",
    /// No end of line after the last row.
    NoLastLineEnd = "no-final-newline",
    /// Every cell in quotation marks.
    AllQuoted = "all-quoted",
    /// Every cell in apostrophes.
    SingleQuoted = "single-quoted",
    /// A blank after every delimiter.
    BlankAfterDelimiter = "blank-after-delimiter",
    /// Lines and quotation marks inside cells.
    LinesInCells = "newlines-in-cells",
    /// Delimiters inside cells.
    DelimitersInCells = "delimiters-in-cells",
    /// Straight and curly apostrophes.
    Apostrophes = "apostrophes",
    /// Letters outside Windows-1252.
    ForeignLetters = "foreign-letters",
    /// Accents as separate characters.
    LooseAccents = "decomposed-accents",
    /// No-break spaces around cells.
    NoBreakSpaces = "no-break-spaces",
    /// Numbers with zeros in front.
    LeadingZeros = "leading-zeros",
    /// A title above the headings.
    Title = "title",
    /// Several lines of remarks above the headings.
    Remarks = "remarks-above",
    /// Blank lines between rows.
    BlankLines = "blank-lines",
    /// A remark below the rows.
    Footer = "footer",
    /// A row with the total.
    Total = "total",
    /// The headings again after every page.
    Pages = "page-breaks",
    /// Delimiters after the last cell.
    TrailingDelimiters = "trailing-delimiters",
    /// Blank cells at the end of rows left out.
    Ragged = "ragged-rows",
    /// Columns without heading or cells.
    EmptyColumns = "empty-columns",
    /// Headings over two rows.
    TwoHeadingRows = "two-heading-rows",
    /// Headings in capitals with blanks and points.
    Capitals = "capital-headings",
    /// ISO days.
    IsoDays = "iso-days",
    /// `9-6-2024`.
    DashedDays = "dashed-days",
    /// `09.06.2024`.
    DottedDays = "dotted-days",
    /// `9-6-24`.
    ShortYears = "two-digit-years",
    /// `9 giugno 2024`.
    NamedMonths = "named-months",
    /// `09-giu-24`.
    ShortMonths = "short-months",
    /// `20240609`.
    CompactDays = "compact-days",
    /// `45452`.
    Serials = "serial-days",
    /// `09/06/2024 00:00:00`.
    Hours = "days-with-hours",
    /// Decimal points.
    Points = "decimal-points",
    /// Decimal commas.
    CommasInNumbers = "decimal-commas",
    /// An .xlsx workbook.
    Workbook = "xlsx",
    /// An .xlsx workbook whose days are text.
    WorkbookTextDays = "xlsx-text-days",
    /// An .xlsx workbook whose days are bare numbers.
    WorkbookSerials = "xlsx-serials",
    /// An .xlsx workbook with merged headings.
    MergedHeadings = "xlsx-merged-headings",
    /// An .xlsx workbook with formulas.
    Formulas = "xlsx-formulas",
    /// An .xlsx workbook with hidden and empty sheets.
    HiddenSheets = "xlsx-hidden-sheets",
    /// An .ods workbook.
    OpenDocument = "ods",
    /// A Parquet file.
    Parquet = "parquet",
    /// An Arrow IPC file.
    Arrow = "arrow",
}

/// Files that cannot be read without being told how, or at all. Each of them has to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hard {
    /// Code page 850, of a DOS program.
    Dos,
    /// The month first.
    MonthFirst,
    /// Half UTF-8, half Windows-1252.
    TwoEncodings,
    /// Cut off in the middle of a row.
    Cut,
}

impl Hard {
    pub(super) const ALL: [Self; 4] = [Self::Dos, Self::MonthFirst, Self::TwoEncodings, Self::Cut];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Dos => "code-page-850",
            Self::MonthFirst => "month-first",
            Self::TwoEncodings => "two-encodings",
            Self::Cut => "cut-off",
        }
    }
}
