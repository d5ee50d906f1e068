//! What stands in a file beside the rows of its table, and rows that are not where they should be.

use super::*;

#[test]
fn rows_between_two_stray_quotation_marks_are_told() {
    let rows = |first: &str, last: &str| {
        let text = format!(
            "ID persona;Cognome;Data di nascita;Genere;Cittadinanza\n1;{first};28/09/1994;F;UKR\n\
             2;{CANARY};01/02/1990;M;PAK\n3;{last};01/02/1991;M;PAK\n"
        );
        Bundle::new().with("persone.csv", text)
    };
    one(
        rows("\"Rossi", "Verdi\"").problems(),
        "file persone.csv, row 2: a cell in quotation marks holds lines",
    );
    let next = "ID persona;Cognome;Data di nascita;Genere;Cittadinanza\n1;\"Rossi;28/09/1994;F;UKR\n\
                2;Neri\";01/02/1990;M;PAK\n";
    one(Bundle::new().with("persone.csv", next).problems(), "row 2: a cell in quotation marks holds lines");
    let note = rows("\"Rossi\nRossa; ora Neri; prima Bianchi; poi altro; e altro\"", "Verdi");
    assert_eq!(family_names(&note.open().unwrap()).len(), 3);
}

/// A count of the rows, the title and the headings of a second table: no persons.
#[test]
fn what_stands_alone_in_a_row_is_no_row() {
    for cell in ["34", "Operatori", "RSSMRA"] {
        let bundle = Bundle::new().changed("persone.csv", "PAK;\n", &format!("PAK;\n{cell};;;;;\n"));
        let export = bundle.open().unwrap();
        assert_eq!(family_names(&export), ["Provafalso", "Aiea"], "{cell}");
        let person = export.tables().iter().find(|table| table.table().name == "person").unwrap();
        let left_out: Vec<u64> = person
            .batches()
            .unwrap()
            .flat_map(|batch| {
                batch.unwrap().left_out().iter().map(|left_out| left_out.row).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(left_out, [4], "{cell}");
    }
}
