//! What can be wrong with an export, in Italian.
//!
//! The match has no arm for "all others": a new problem does not compile without its Italian.

use inlav_core::language::{Language, counted};
use inlav_core::registry::{Column, Table};
use inlav_core::text::printable;

use super::{EncodingFault, NoText, Place, Problem, shown};

/// What is wrong and what to do.
pub(super) fn problem(problem: &Problem) -> String {
    match problem {
        Problem::Io { path, source } => {
            format!("impossibile leggere {}: {}", shown(path), Language::It.refusal(source))
        }
        Problem::NotAnExport { path } => format!(
            "{} non è un'esportazione: indicare una cartella con un file .csv, .parquet o .arrow per ogni tabella, uno solo di questi file con una riga per caso, oppure un file .xlsx, .xls o .ods",
            shown(path)
        ),
        Problem::MissingTable { table, workbook, accepted } => format!(
            "manca la tabella {}: aggiungere un {} con uno di questi nomi: {accepted}; oppure indicarlo nel file di mappatura",
            of_table(table),
            if *workbook { "foglio" } else { "file" }
        ),
        Problem::UnknownTable { place, hidden, key } => format!(
            "{}{} non contiene nessuna tabella conosciuta: indicarlo sotto [tables.…] nel file di mappatura, oppure aggiungerlo lì a {key}",
            at(place),
            if *hidden { " (un foglio nascosto)" } else { "" }
        ),
        Problem::WorkbookInFolder { file } => format!(
            "il file {} è un file di Excel o LibreOffice dentro una cartella: indicare il file stesso, oppure salvarne i fogli in CSV, oppure aggiungerlo a ignore_files nel file di mappatura",
            printable(file)
        ),
        Problem::NoFile { file } => format!(
            "il file {} è una cartella, una pipe, un dispositivo o un collegamento a qualcosa che non c'è: mettere lì il file stesso, oppure aggiungerlo a ignore_files nel file di mappatura",
            printable(file)
        ),
        Problem::UnknownEnding { file, table } => format!(
            "il file {} ha il nome della tabella {} ma un'estensione che inlav non legge: salvarlo in CSV UTF-8, oppure aggiungerlo a ignore_files nel file di mappatura",
            printable(file),
            of_table(table)
        ),
        Problem::TwoSources { table, first, second } => format!(
            "{} e {} contengono entrambi la tabella {}: tenerne uno, oppure ignorarne uno nel file di mappatura",
            at(first),
            at(second),
            of_table(table)
        ),
        Problem::MappedSourceMissing { table, place } => format!(
            "il file di mappatura indica {} per la tabella {}, ma non c'è: correggere il nome o aggiungerlo",
            at(place),
            of_table(table)
        ),
        Problem::Encoding { file, fault, byte, line } => format!(
            "il file {} non si può leggere come testo: {} (byte {byte}, riga {line}); salvarlo di nuovo in CSV UTF-8, oppure indicarne la codifica nel file di mappatura",
            printable(file),
            encoding_fault(*fault)
        ),
        Problem::Changed { file } => format!(
            "il file {} è cambiato durante la lettura: chiuderlo negli altri programmi e ricominciare",
            printable(file)
        ),
        Problem::OpenQuote { place, row } => format!(
            "{}: le virgolette si aprono e non si chiudono più; forse il file è incompleto",
            at_row(place, *row)
        ),
        Problem::AfterQuote { place, row } => format!(
            "{}: c'è del testo dopo le virgolette di chiusura; le virgolette dentro una cella si scrivono doppie",
            at_row(place, *row)
        ),
        Problem::RowsInCell { place, row } => format!(
            "{}: una cella tra virgolette contiene righe che sembrano righe della tabella; manca una virgoletta o ce n'è una di troppo? Se la cella è giusta, scriverla su una riga sola",
            at_row(place, *row)
        ),
        Problem::LongCell { place, row } => {
            format!("{}: una cella è più lunga di 65.536 byte; manca una virgoletta?", at_row(place, *row))
        }
        Problem::LongRow { place, row, most } => {
            format!("{}: più di {most} celle; è davvero una tabella?", at_row(place, *row))
        }
        Problem::MergedCells { place, row, position } => format!(
            "{}: celle unite a partire dalla colonna {position}; dividerle e compilarle una per una",
            at_row(place, *row)
        ),
        Problem::RowLength { place, row, expected, found } => format!(
            "{}: {}, ma {}",
            at_row(place, *row),
            counted(*found, "cella", "celle"),
            counted(*expected, "intestazione", "intestazioni")
        ),
        Problem::NoHeading { place, row, position } => format!(
            "{}: c'è un valore nella colonna {position}, che non ha intestazione; c'è un separatore di troppo?",
            at_row(place, *row)
        ),
        Problem::NoHeadings { place, table, searched, example } => format!(
            "{}: nessuna delle prime {searched} righe ha le intestazioni della tabella {}; le intestazioni stanno in una riga sola, per esempio: {example}",
            at(place),
            of_table(table)
        ),
        Problem::MissingColumn { place, table, column, accepted } => format!(
            "{}: manca la colonna {} della tabella {}; intestazioni accettate: {accepted}; oppure indicare la sua intestazione nel file di mappatura",
            at(place),
            of_column(column),
            of_table(table)
        ),
        Problem::UnknownHeading { place, table, position, heading } => {
            let heading = heading.as_deref().map(|heading| format!(", \"{}\",", printable(heading)));
            format!(
                "{}: l'intestazione della colonna {position}{} non è conosciuta; assegnarla a una colonna della tabella {}, oppure ignorarla nel file di mappatura",
                at(place),
                heading.unwrap_or_default(),
                of_table(table)
            )
        }
        Problem::TwoHeadings { place, column, first, second } => format!(
            "{}: le intestazioni delle colonne {first} e {second} indicano entrambe {}; ignorarne una nel file di mappatura",
            at(place),
            of_column(column)
        ),
        Problem::HeadingRow { place, row } => format!(
            "{}: secondo il file di mappatura le intestazioni sono alla riga {row}, ma quella riga è vuota o non ne ha nessuna conosciuta; correggere heading_row",
            at(place)
        ),
        Problem::Contradiction { place, row, position } => format!(
            "{}: la cella nella colonna {position} non è scritta come dicono date_order, date_system o decimal nel file di mappatura",
            at_row(place, *row)
        ),
        Problem::Columnar { place, what } => format!(
            "{} non si può leggere come {what}; forse è incompleto o scritto con una compressione che inlav non conosce: scriverlo di nuovo",
            at(place)
        ),
        Problem::ColumnType { place, position, found } => {
            let (found, instead) = no_text(*found);
            format!(
                "{}: la colonna {position} è di tipo {found}, che non è testo; scriverla come {instead}",
                at(place)
            )
        }
        Problem::OfTwoTables { place, position, first, second } => format!(
            "{}: l'intestazione della colonna {position} può essere {}.{} o {}.{}; dire nel file di mappatura quale delle due, sotto la tabella giusta",
            at(place),
            first.0,
            first.1,
            second.0,
            second.1
        ),
        Problem::TwoDialects { place, table } => format!(
            "secondo il file di mappatura, sotto la tabella {}, {} è scritto in un altro modo che sotto le tabelle precedenti; dirlo una volta sola",
            of_table(table),
            at(place)
        ),
        Problem::MadeTwice { place, table, column } => format!(
            "{} ha un'intestazione per {}.{} ({}), che il file di mappatura ricava da un valore costante o dai numeri di riga; togliere una delle due cose",
            at(place),
            table.name,
            column.name,
            column.label_it
        ),
        Problem::RowKeyReferred { table, by } => format!(
            "le righe della tabella {} sono numerate secondo la loro posizione (key = \"row\" nel file di mappatura), ma la tabella {} vi si riferisce con un numero dell'ufficio: esportare quel numero, oppure tenere le due tabelle in un foglio solo",
            of_table(table),
            of_table(by)
        ),
        Problem::DifferentRows { place, table, first, row } => format!(
            "{}: ha lo stesso numero della riga {first} nella tabella {}, ma altri valori; renderli uguali, oppure lasciare vuoti quelli successivi, oppure dare due numeri diversi",
            at_row(place, *row),
            of_table(table)
        ),
        Problem::Workbook { place } => format!(
            "{} non si può leggere come foglio di calcolo; aprirlo in Excel o LibreOffice e salvarlo di nuovo come .xlsx",
            at(place)
        ),
        Problem::LargeWorkbook { place } => format!(
            "{} è più grande dei file che inlav legge: copiare le sue tabelle in un file nuovo, senza righe e colonne vuote ma compilate, oppure salvarne i fogli in CSV UTF-8",
            at(place)
        ),
        Problem::Password { place } => {
            format!("{} è protetto da una password; toglierla in Excel e salvare di nuovo il file", at(place))
        }
        Problem::ErrorCell { place, row, position } => format!(
            "{}: la formula nella colonna {position} dà un errore; correggerla nel foglio di calcolo",
            at_row(place, *row)
        ),
        Problem::NotCalculated { place, row, position } => format!(
            "{}: la formula nella colonna {position} non è mai stata calcolata; aprire il file in Excel e salvarlo",
            at_row(place, *row)
        ),
    }
}

const fn encoding_fault(fault: EncodingFault) -> &'static str {
    match fault {
        EncodingFault::Undefined => "un byte che non è né UTF-8 né Windows-1252, forse di un vecchio Mac",
        EncodingFault::Mixed => "il file è in UTF-8 ma una sua parte non lo è",
        EncodingFault::Broken => {
            "il file non rispetta la codifica annunciata dai suoi primi byte o dal file di mappatura"
        }
        EncodingFault::Dos => {
            "un byte che sembra una lettera accentata di un programma DOS o di un vecchio Mac"
        }
        EncodingFault::Nul => "un byte zero, che in un testo non c'è mai",
    }
}

/// What the type is called, and what to write instead.
const fn no_text(found: NoText) -> (&'static str, &'static str) {
    match found {
        NoText::ZonedTimestamp => ("data e ora con fuso orario", "un giorno"),
        NoText::List => ("elenco", "un valore per riga"),
        NoText::Struct => ("struttura", "una colonna per campo"),
        NoText::Map => ("mappa o unione", "una colonna per valore"),
        NoText::Binary => ("binario", "testo"),
        NoText::Time => ("ora o durata", "ore con decimali"),
        NoText::Runs => ("sequenza di valori ripetuti", "valori semplici"),
    }
}

fn at(place: &Place) -> String {
    let file = printable(&place.file);
    match &place.sheet {
        Some(sheet) => format!("foglio {} di {file}", printable(sheet)),
        None => format!("file {file}"),
    }
}

fn at_row(place: &Place, row: u64) -> String {
    format!("{}, riga {row}", at(place))
}

fn of_table(table: &Table) -> String {
    format!("{} ({})", table.name, table.label_it)
}

fn of_column(column: &Column) -> String {
    format!("{} ({})", column.name, column.label_it)
}
