//! Assessments of what was done to a person: the indicators of forced labour and exploitation.
//!
//! One column per item of three published lists, so that an answer that was not given differs from
//! a no: the 11 ILO indicators of forced labour (ILO 2012), the 67 operational indicators of the
//! ILO and the European Commission for adults in labour exploitation (2009, the Delphi survey) and
//! the four indices of art. 603-bis of the Italian criminal code.

use super::*;

/// The assessment's number in the office's register.
pub const ASSESSMENT_ID: Column = Column::new("assessment_id", Kind::Key(IdType::Assessment), Pseudonym)
    .required()
    .called("ID valutazione", "Assessment ID", &["id", "n valutazione", "progressivo"])
    .described(
        "Il numero della valutazione nel registro dell'ufficio.",
        "The assessment's number in the office's register.",
    );
/// The case it belongs to.
pub const CASE_ID: Column =
    of_case().required().described("Il caso a cui appartiene.", "The case it belongs to.");
/// Day.
pub const ON: Column = Column::new("on", Kind::Date, Ordinary)
    .required()
    .called("Data", "On", &["data valutazione", "giorno"])
    .described("Giorno.", "Day.");
/// First, later or follow-up assessment.
pub const KIND: Column = Column::new("kind", Kind::Code("assessment_kind"), Ordinary)
    .required()
    .called("Tipo di valutazione", "Assessment kind", &["tipo", "tipo valutazione", "momento"])
    .described("Prima valutazione, successiva o di follow-up.", "First, later or follow-up assessment.");
/// The operator who made it.
pub const ASSESSOR: Column = of_operator("assessor")
    .expected()
    .called("Valutatore", "Assessor", &["operatore", "id operatore", "valutato da"])
    .described("L'operatore che l'ha fatta.", "The operator who made it.");
/// Version of the form that was used.
pub const INSTRUMENT_VERSION: Column = Column::new("instrument_version", Kind::FreeText, Ordinary)
    .called("Versione della scheda", "Instrument version", &["versione scheda", "scheda"])
    .by_default(DROP)
    .described("Versione della scheda usata.", "Version of the form that was used.");
/// Means by which the person was controlled (HTCDS).
pub const MEANS_OF_CONTROL: Column =
    Column::new("means_of_control", Kind::Codes { list: "htcds_method_of_control", most: 17 }, Sensitive)
        .called("Mezzi di controllo", "Means of control", &["metodi di controllo", "mezzi di coercizione"])
        .described(
            "I mezzi con cui la persona è stata controllata (HTCDS).",
            "Means by which the person was controlled (HTCDS).",
        );
/// How many of the 11 ILO indicators are there, as the office counts them.
pub const SCORE: Column = Column::new("score", Kind::Whole { min: 0, max: 11 }, Sensitive)
    .measured(Unit::Points)
    .called("Punteggio", "Score", &["punti", "totale indicatori"])
    .described(
        "Quanti degli 11 indicatori ILO sono presenti, secondo il conto dell'ufficio.",
        "How many of the 11 ILO indicators are there, as the office counts them.",
    );
/// Level of risk.
pub const RISK_LEVEL: Column = Column::new("risk_level", Kind::Code("risk_level"), Sensitive)
    .expected()
    .called("Livello di rischio", "Risk level", &["rischio"])
    .described("Livello di rischio.", "Level of risk.");

/// The 11 ILO indicators of forced labour, in the order of their list.
pub const ILO: [Column; 11] = items!("ilo_forced_labour_11", true, "ilo_", "ILO ", "";
    "01" "1", "02" "2", "03" "3", "04" "4", "05" "5", "06" "6", "07" "7", "08" "8", "09" "9", "10" "10", "11" "11");

/// The four indices of exploitation of art. 603-bis c.p., in the order of their list.
pub const INDEX_603BIS: [Column; 4] = items!("art603bis_index", false, "index603bis_", "603-bis ", "";
    "1" "1", "2" "2", "3" "3", "4" "4");

/// The 67 operational indicators of the ILO and the European Commission, in the order of their list.
pub const DELPHI: [Column; 67] = items!("delphi_adult_labour_67", false, "delphi_", "Delphi ", "D";
    "1_01" "1.01", "1_02" "1.02", "1_03" "1.03", "1_04" "1.04", "1_05" "1.05", "1_06" "1.06", "1_07" "1.07",
    "1_08" "1.08", "1_09" "1.09", "1_10" "1.10",
    "2_01" "2.01", "2_02" "2.02", "2_03" "2.03", "2_04" "2.04", "2_05" "2.05", "2_06" "2.06", "2_07" "2.07",
    "2_08" "2.08", "2_09" "2.09", "2_10" "2.10",
    "3_01" "3.01", "3_02" "3.02", "3_03" "3.03", "3_04" "3.04", "3_05" "3.05", "3_06" "3.06", "3_07" "3.07",
    "3_08" "3.08", "3_09" "3.09", "3_10" "3.10", "3_11" "3.11", "3_12" "3.12", "3_13" "3.13", "3_14" "3.14",
    "3_15" "3.15", "3_16" "3.16",
    "4_01" "4.01", "4_02" "4.02", "4_03" "4.03", "4_04" "4.04", "4_05" "4.05", "4_06" "4.06", "4_07" "4.07",
    "4_08" "4.08", "4_09" "4.09",
    "5_01" "5.01", "5_02" "5.02", "5_03" "5.03", "5_04" "5.04", "5_05" "5.05", "5_06" "5.06", "5_07" "5.07",
    "5_08" "5.08", "5_09" "5.09", "5_10" "5.10", "5_11" "5.11", "5_12" "5.12", "5_13" "5.13", "5_14" "5.14",
    "5_15" "5.15",
    "6_01" "6.01", "6_02" "6.02", "6_03" "6.03", "6_04" "6.04", "6_05" "6.05", "6_06" "6.06", "6_07" "6.07");

/// Whether each of the six Delphi dimensions is positive, as the office judged it.
pub const DIMENSIONS: [Column; 6] = [
    dimension("dimension_1", "Dimensione 1", "Dimension 1", "D1"),
    dimension("dimension_2", "Dimensione 2", "Dimension 2", "D2"),
    dimension("dimension_3", "Dimensione 3", "Dimension 3", "D3"),
    dimension("dimension_4", "Dimensione 4", "Dimension 4", "D4"),
    dimension("dimension_5", "Dimensione 5", "Dimension 5", "D5"),
    dimension("dimension_6", "Dimensione 6", "Dimension 6", "D6"),
];

/// The table.
pub const TABLE: Table = Table {
    name: "assessment",
    entity: "Assessment",
    label_it: "Valutazioni",
    label_en: "Assessments",
    description_it: "Le valutazioni: indicatori di lavoro forzato e di sfruttamento.",
    description_en: "Assessments: indicators of forced labour and exploitation.",
    aliases: &["valutazione", "schede di valutazione", "assessment", "indicatori di sfruttamento"],
    about_persons: true,
    required: false,
    columns: &COLUMNS,
};

const FIRST: [Column; 6] = [ASSESSMENT_ID, CASE_ID, ON, KIND, ASSESSOR, INSTRUMENT_VERSION];
const LAST: [Column; 3] = [MEANS_OF_CONTROL, SCORE, RISK_LEVEL];

#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, which refuses a wrong index")]
static COLUMNS: [Column; 97] = {
    let parts: [&[Column]; 6] = [&FIRST, &ILO, &INDEX_603BIS, &DELPHI, &DIMENSIONS, &LAST];
    let mut all = [ASSESSMENT_ID; 97];
    let (mut part, mut next) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            all[next] = parts[part][index];
            next += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(next == all.len(), "every column has its place");
    all
};

const fn dimension(name: &'static str, it: &'static str, en: &'static str, code: &'static str) -> Column {
    Column::new(name, Kind::YesNo, Sensitive)
        .called(it, en, &[])
        .item("delphi_dimension", code)
        .field("dim_positive")
        .described(
            "Se la dimensione è positiva, secondo l'ufficio.",
            "Whether the dimension is positive, as the office judged it.",
        )
}
