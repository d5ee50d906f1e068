//! Why a query is not answered. A refusal depends on the query alone and never on the data: the
//! same text whatever the store holds, and nothing of the query is repeated in it.

use inlav_core::language::{Bilingual, Language};

/// A reason for which a query is refused.
///
/// # Guarantee
/// It is decided from the text of the query, the programme's lists and the names of views and
/// columns, before any row is read, and holds no text from query or data. Test
/// `a_refusal_does_not_depend_on_the_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer, or with more parts, than any evaluation needs.
    TooComplex,
    /// Not SQL, or SQL that the engine does not know.
    Syntax,
    /// More than one statement.
    SeveralStatements,
    /// Anything but `SELECT`: DDL, DML, `COPY`, `SET`, `EXPLAIN`, `DESCRIBE`, `SHOW`.
    NotASelect,
    /// A view, column or function that is not there; files and the engine's own tables are not.
    UnknownName,
    /// No view is read.
    NoView,
    /// Rows instead of counts.
    Rows,
    /// `DISTINCT` of rows.
    Distinct,
    /// `UNION`, `EXCEPT`, `INTERSECT`.
    SetOperation,
    /// A query that repeats itself.
    Recursive,
    /// A query within an expression.
    Subquery,
    /// Window functions.
    Window,
    /// `LIMIT`, `OFFSET`, `FETCH`.
    Limit,
    /// An aggregate that shows a single person's value, or a sum of values.
    Aggregate,
    /// `count` of something that is not a column to be counted.
    Counted,
    /// `GROUPING SETS`, `ROLLUP`, `CUBE`.
    GroupingSets,
    /// Pseudonyms and numbers of persons, cases and rows.
    Key,
    /// Amounts, hours, scores.
    Amount,
    /// `LIKE`, `SIMILAR TO`, regular expressions.
    Pattern,
    /// A function that is not on the list.
    Function,
    /// A cast of a column.
    Cast,
    /// A day, where only months, quarters and years are allowed.
    Day,
    /// A value that is none of the column's codes.
    Value,
    /// A condition of another form than those allowed.
    Condition,
    /// A grouping of another form than those allowed.
    Grouping,
    /// A `CASE` whose results are not texts written out.
    Case,
    /// Views joined without the keys that belong together, or not joined at all.
    JoinKey,
    /// A `FULL`, `RIGHT`, `SEMI`, `ANTI` or `NATURAL` join, or a `LEFT` one with conditions.
    JoinKind,
    /// A view joined with itself.
    SelfJoin,
    /// Rows counted of a join in which rows are repeated.
    Repeated,
    /// Rows counted of a view whose rows have no number of their own.
    Unnumbered,
    /// A grouped query within another query that groups again.
    Nested,
    /// More conditions than can be protected one by one.
    TooManyConditions,
    /// More cells than can be protected.
    TooManyCells,
    /// A result column that is neither a group nor reckoned from counts.
    Output,
    /// A `HAVING` of another form than a count compared with a number.
    Having,
    /// An `ORDER BY` of something that is not in the result.
    OrderBy,
}

impl Refusal {
    /// Its code, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.told().0
    }

    /// What is refused, and what to do instead.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let (_, it, en) = self.told();
        Bilingual::of(it, en).text(language).to_owned()
    }

    /// Code, Italian, English.
    #[expect(clippy::too_many_lines, reason = "a list of texts")]
    const fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::TooComplex => (
                "SQL01-too-complex",
                "la domanda è troppo lunga o ha troppe parti: dividerla in domande più semplici",
                "the query is too long or has too many parts; split it into simpler ones",
            ),
            Self::Syntax => (
                "SQL02-syntax",
                "la domanda non si legge come SQL: controllare virgole, parentesi e virgolette",
                "the query cannot be read as SQL; check commas, brackets and quotation marks",
            ),
            Self::SeveralStatements => (
                "SQL03-several-statements",
                "una domanda alla volta: togliere quello che segue il punto e virgola",
                "one query at a time; take away what follows the semicolon",
            ),
            Self::NotASelect => (
                "SQL04-not-a-select",
                "si può solo chiedere con SELECT; le viste e le colonne le elenca: inlav sql --describe",
                "only SELECT can be asked; views and columns are listed by: inlav sql --describe",
            ),
            Self::UnknownName => (
                "SQL05-unknown-name",
                "una vista, colonna o funzione non esiste, o non è per le domande; si leggono solo le viste, mai file; l'elenco: inlav sql --describe",
                "a view, column or function does not exist or is not for queries; only views are read, never files; the list: inlav sql --describe",
            ),
            Self::NoView => (
                "SQL06-no-view",
                "la domanda non legge nessuna vista: aggiungere FROM",
                "the query reads no view; add FROM",
            ),
            Self::Rows => (
                "SQL07-rows",
                "le righe non si mostrano: contare con count(*) e GROUP BY",
                "rows are not shown; count them with count(*) and GROUP BY",
            ),
            Self::Distinct => (
                "SQL08-distinct",
                "SELECT DISTINCT mostra valori: usare GROUP BY con count(*), o count(DISTINCT person_no)",
                "SELECT DISTINCT shows values; use GROUP BY with count(*), or count(DISTINCT person_no)",
            ),
            Self::SetOperation => (
                "SQL09-set-operation",
                "UNION, EXCEPT, INTERSECT e VALUES combinano selezioni di persone: fare una domanda con GROUP BY",
                "UNION, EXCEPT, INTERSECT and VALUES combine selections of persons; ask one query with GROUP BY",
            ),
            Self::Recursive => (
                "SQL10-recursive",
                "le query ricorsive non sono ammesse: fare una domanda senza RECURSIVE",
                "recursive queries are not allowed; ask without RECURSIVE",
            ),
            Self::Subquery => (
                "SQL11-subquery",
                "una query dentro un'espressione (EXISTS, IN, scalare) non è ammessa: unire le viste con JOIN e contare con count(DISTINCT person_no)",
                "a query within an expression (EXISTS, IN, scalar) is not allowed; JOIN the views and use count(DISTINCT person_no)",
            ),
            Self::Window => (
                "SQL12-window",
                "le funzioni finestra lavorano su singole righe: usare GROUP BY; una riga per persona ha la vista pathway",
                "window functions work on single rows; use GROUP BY; the view pathway has one row per person",
            ),
            Self::Limit => (
                "SQL13-limit",
                "LIMIT e OFFSET possono isolare un gruppo: toglierli, la tabella è data per intero",
                "LIMIT and OFFSET can single a group out; leave them out, the whole table is given",
            ),
            Self::Aggregate => (
                "SQL14-aggregate",
                "si può solo contare: count(*), count(DISTINCT person_no), sum(CASE WHEN … THEN 1 ELSE 0 END), avg dello stesso; minimi, massimi, primi valori e somme di importi direbbero il valore di una persona",
                "only counting is allowed: count(*), count(DISTINCT person_no), sum(CASE WHEN … THEN 1 ELSE 0 END), avg of the same; minima, maxima, first values and sums of amounts would tell one person's value",
            ),
            Self::Counted => (
                "SQL15-counted",
                "si conta con count(*), count di una colonna, o count(DISTINCT …) di person_no, operator_no, del numero dei casi o di quello delle righe della vista",
                "count with count(*), count of a column, or count(DISTINCT …) of person_no, operator_no, the number of the case or that of the view's rows",
            ),
            Self::GroupingSets => (
                "SQL16-grouping-sets",
                "GROUPING SETS, ROLLUP e CUBE non sono ammessi: fare una domanda per ogni raggruppamento, sono protette insieme",
                "GROUPING SETS, ROLLUP and CUBE are not allowed; ask one query per grouping, they are protected together",
            ),
            Self::Key => (
                "SQL17-key",
                "pseudonimi e numeri di persone, casi e righe servono solo per count(DISTINCT …) e come chiavi di JOIN",
                "pseudonyms and numbers of persons, cases and rows serve count(DISTINCT …) and join keys only",
            ),
            Self::Amount => (
                "SQL18-amount",
                "importi, ore e punteggi non si possono ancora proteggere: usare colonne con codici, date o anni",
                "amounts, hours and scores cannot be protected yet; use columns of codes, dates or years",
            ),
            Self::Pattern => (
                "SQL19-pattern",
                "LIKE, SIMILAR TO ed espressioni regolari non sono ammessi: elencare i codici con IN (…)",
                "LIKE, SIMILAR TO and regular expressions are not allowed; list the codes with IN (…)",
            ),
            Self::Function => (
                "SQL20-function",
                "questa funzione non è nell'elenco: si possono usare date_trunc, date_part, extract, to_char con '%Y' o '%Y-%m', coalesce con un codice di valore mancante; sui conteggi anche round e nullif",
                "this function is not on the list; use date_trunc, date_part, extract, to_char with '%Y' or '%Y-%m', coalesce with a missing code; on counts also round and nullif",
            ),
            Self::Cast => (
                "SQL21-cast",
                "le colonne non si convertono: confrontarle con valori del loro tipo",
                "columns are not cast; compare them with values of their own type",
            ),
            Self::Day => (
                "SQL22-day",
                "giorni e settimane non sono ammessi: le date si usano per mese, trimestre o anno, e gli intervalli cominciano il primo del mese e finiscono l'ultimo",
                "days and weeks are not allowed; use dates by month, quarter or year, in ranges that begin on the first and end on the last day of a month",
            ),
            Self::Value => (
                "SQL23-value",
                "un valore non è tra i codici della colonna, che elenca: inlav sql --describe",
                "a value is none of the column's codes, which are listed by: inlav sql --describe",
            ),
            Self::Condition => (
                "SQL24-condition",
                "questa condizione non è ammessa: usare =, <>, IN, IS NULL su codici, e confronti con mesi o anni, uniti da AND, OR, NOT",
                "this condition is not allowed; use =, <>, IN, IS NULL on codes, and comparisons with months or years, joined by AND, OR, NOT",
            ),
            Self::Grouping => (
                "SQL25-grouping",
                "questo raggruppamento non è ammesso: usare una colonna con codici, una data per mese, trimestre o anno, un anno a fasce, o CASE con testi",
                "this grouping is not allowed; use a column of codes, a date by month, quarter or year, a year in bands, or CASE with texts",
            ),
            Self::Case => (
                "SQL26-case",
                "in CASE ogni risultato deve essere un testo breve scritto per esteso (o 1 e 0 in una somma)",
                "in CASE every result has to be a short text written out (or 1 and 0 in a sum)",
            ),
            Self::JoinKey => (
                "SQL27-join-key",
                "le viste si uniscono con le loro chiavi: il PUA e il numero del caso, il PUA e il numero della persona, o person_no; nient'altro le collega",
                "join views by their keys: the PUA and the case's number, the PUA and the person's number, or person_no; nothing else joins them",
            ),
            Self::JoinKind => (
                "SQL28-join-kind",
                "si può unire con JOIN, o con LEFT JOIN e le sole chiavi; le condizioni vanno in WHERE",
                "JOIN is allowed, and LEFT JOIN by keys alone; conditions go into WHERE",
            ),
            Self::SelfJoin => (
                "SQL29-self-join",
                "una vista può stare una volta sola in una domanda",
                "a view may stand in a query once only",
            ),
            Self::Repeated => (
                "SQL30-repeated",
                "questa unione ripete le righe: contare le persone con count(DISTINCT person_no)",
                "this join repeats rows; count the persons with count(DISTINCT person_no)",
            ),
            Self::Unnumbered => (
                "SQL31-unnumbered",
                "le righe di questa vista non hanno un numero: contare con count(DISTINCT operator_no)",
                "the rows of this view have no number; count with count(DISTINCT operator_no)",
            ),
            Self::Nested => (
                "SQL32-nested",
                "un raggruppamento dentro un altro non è ammesso: raggruppare una volta sola",
                "a grouping within a grouping is not allowed; group once",
            ),
            Self::TooManyConditions => (
                "SQL33-too-many-conditions",
                "le condizioni unite da AND sono troppe per proteggerle una per una: usarne al massimo cinque, o raggruppare",
                "there are too many conditions joined by AND to protect each; use at most five, or group",
            ),
            Self::TooManyCells => (
                "SQL34-too-many-cells",
                "la tabella avrebbe troppe celle: raggruppare per meno colonne o più in grande",
                "the table would have too many cells; group by fewer columns, or more coarsely",
            ),
            Self::Output => (
                "SQL35-output",
                "una colonna del risultato è o un raggruppamento o un calcolo con +, −, ×, ÷, round, nullif sui conteggi",
                "a result column is either a group or reckoned from counts by +, −, ×, ÷, round, nullif",
            ),
            Self::Having => (
                "SQL36-having",
                "HAVING può solo confrontare un conteggio con un numero; vale per i valori pubblicati",
                "HAVING may only compare a count with a number; it holds for published values",
            ),
            Self::OrderBy => (
                "SQL37-order-by",
                "ORDER BY può usare solo le colonne del risultato",
                "ORDER BY may use columns of the result only",
            ),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "refused ({}): {}", self.code(), self.text(Language::En))
    }
}

impl std::error::Error for Refusal {}
