"""The inputs that fuzzing starts from. Persons are made up; Zq8841Canary is the value that no
message may tell (fuzz/src/lib.rs).

    pip install pyarrow
    python fuzz/seeds.py fuzz/corpus

Those of `shares` and `audit_log` are what `inlav keys split` made of keys that were thrown away.
"""

import json
import pathlib
import sys

import pyarrow
import pyarrow.feather
import pyarrow.parquet

CANARY = "Zq8841Canary"
HEADINGS = ["ID persona", "Cognome", "Nome", "Genere", "Cittadinanza", "Data di nascita", "Codice fiscale"]
ROWS = [
    ["1", CANARY, "Vettore", "F", "UKR", "09/06/1985", "PRVVTR04P68E333G"],
    ["2", CANARY, "Zoë", "uomo", "ROU", "6/9/85", CANARY],
    ["3", "D'Àncona; " + CANARY, "", "ND", "PAK", "14611", ""],
]


def delimited(delimiter=";", quote="", end="\n", title=(), foot=()):
    def cell(text):
        if quote or delimiter in text:
            mark = quote or '"'
            return mark + text.replace(mark, mark * 2) + mark
        return text

    lines = [delimiter.join(cell(text) for text in row) for row in [HEADINGS, *ROWS]]
    return end.join([*title, *lines, *foot, ""])


def delimited_seeds():
    yield "usual", "0" + delimited()
    yield "bom", "0\ufeff" + delimited(",", '"', "\r\n")
    yield "sep", "0sep=;\n" + delimited()
    yield "tabs", "0" + delimited("\t", end="\r")
    yield "single", "2" + delimited(",", "'")
    yield "bars", "3" + delimited("|")
    yield "title", "4" + delimited(title=["Elenco al 30 giugno 2025"], foot=["Totale;3", "fine del file"])
    yield "month-first", "5" + delimited()
    yield "since-1904", "6" + delimited()
    yield "windows-1252", ("0" + delimited()).encode("windows-1252")
    yield "utf-16", b"0" + delimited().encode("utf-16")
    yield "macintosh", ("8" + delimited()).encode("mac_roman")
    yield "open-quote", "0" + delimited() + '4;"' + CANARY + ";x;F\n"
    yield "short-row", "0" + delimited() + f"{CANARY};{CANARY}\n"
    yield "long-row", "0" + delimited() + ";".join([CANARY] * 9) + "\n"


def columnar_seeds(folder):
    table = pyarrow.table(
        {
            "ID persona": pyarrow.array([1, 2, 3]),
            "Cognome": pyarrow.array([CANARY, CANARY, None]),
            "Genere": pyarrow.array(["F", "M", "F"]).dictionary_encode(),
            "Cittadinanza": pyarrow.array(["UKR", CANARY, "PAK"]),
            "Data di nascita": pyarrow.array(["1985-06-09", None, "1990-01-01"]),
        }
    )
    plain = table.set_column(2, "Genere", pyarrow.array(["F", "M", "F"]))
    for compression in ["none", "snappy", "zstd"]:
        path = folder / f"{compression}.parquet"
        pyarrow.parquet.write_table(plain, path, compression=compression, store_schema=False)
    pyarrow.parquet.write_table(
        plain, folder / "plain.parquet", compression="none", use_dictionary=False,
        write_statistics=False, store_schema=False, data_page_version="2.0",
    )
    pyarrow.feather.write_feather(plain, folder / "plain.arrow", compression="uncompressed")
    pyarrow.feather.write_feather(plain, folder / "lz4.arrow", compression="lz4")
    pyarrow.feather.write_feather(table, folder / "dictionary.arrow", compression="zstd")
    with pyarrow.ipc.new_stream(folder / "stream.arrow", plain.schema) as writer:
        writer.write_table(plain)


def workbook_seeds():
    head = ["ID servizio", "ID caso", "Tipo di servizio", "Data", "Ore", "Esito"]

    def inline(column, row, text):
        return f'<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>'

    heads = "".join(inline(column, 2, text) for column, text in zip("ABCDEF", head))
    sheet = (
        '<worksheet><dimension ref="A1:F5"/><sheetData>'
        f'<row r="1">{inline("A", 1, "Elenco al 30 giugno 2025")}</row><row r="2">{heads}</row>'
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3"><v>10</v></c><c r="C3" t="s"><v>1</v></c>'
        '<c r="D3" s="1"><v>45452</v></c><c r="E3"><v>1.5</v></c><c r="F3" t="s"><v>2</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>A3&amp;"x"</f><v>0017x</v></c><c r="B4" t="b"><v>1</v></c>'
        f'<c r="C4" t="e"><v>#N/A</v></c><c r="D4" t="d"><v>2024-06-09</v></c><c r="E4"><f>1+1</f></c>'
        f'{inline("F", 4, CANARY)}</row></sheetData><mergeCells><mergeCell ref="A1:F1"/></mergeCells></worksheet>'
    )
    texts = f"<sst><si><t>{CANARY}</t></si><si><r><t>COLLO</t></r><r><t>QUIO</t></r></si><si><t>SVOLTO</t></si></sst>"
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    )
    book = (
        '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/><sheets><sheet name="Servizi" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    yield "sheet.xml", f"x{sheet}\0{texts}\0{styles}"
    yield "sheet-1904.xml", f"x{sheet}\0{texts}\0{styles}\0{book}"

    def text(content, more=""):
        kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}{more}><text:p>{content}</text:p></table:table-cell>"

    rows = [
        "".join(text(heading) for heading in head),
        text("0017") + '<table:table-cell office:value-type="float" office:value="10"/>' + text("COLLOQUIO")
        + '<table:table-cell office:value-type="date" office:date-value="2024-06-09"/>'
        + '<table:table-cell office:value-type="time" office:time-value="PT01H30M00S"/>' + text(CANARY),
        text(CANARY, ' table:number-columns-repeated="3"'),
    ]
    body = "".join(f'<table:table-row table:number-rows-repeated="1">{row}</table:table-row>' for row in rows)
    yield "content.xml", (
        'o<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Servizi">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def mapping_seeds():
    yield "whole.toml", f"""version = 1
ignore_files = ["riepilogo.csv", "{CANARY}"]
ignore_sheets = ["Note"]
[tables.person]
file = "utenti 2024.csv"
sheet = "Utenti"
encoding = "utf-8"
delimiter = ";"
quote = "\\""
heading_row = 2
date_order = "dmy"
date_system = "1900"
decimal = ","
ignore = ["Altro", "{CANARY}", "#8"]
[tables.person.columns]
"Cod. interno" = "site_person_id"
"#2" = "family_name"
[tables.person.values.gender]
"Signora" = "F"
"{CANARY}" = "M"
[tables.person.values.birth_date]
"estate" = "01/07/1985"
"""
    yield "positions.toml", """version = 1
[tables.person]
date_order = "mdy"
ignore = ["#6"]
[tables.person.columns]
"#1" = "site_person_id"
"#2" = "family_name"
"""
    yield "no-code.toml", f'version = 1\n[tables.person.values.gender]\n"{CANARY}" = "{CANARY}"\n'
    yield "no-words.toml", f'version = 1\n[tables.person.values.family_name]\n"{CANARY}" = "{CANARY}"\n'
    yield "two-meanings.toml", (
        f'version = 1\n[tables.person]\nignore = ["{CANARY}"]\n'
        f'[tables.person.columns]\n"{CANARY}" = "phone"\n'
    )
    yield "no-mark.toml", 'version = 1\n[tables.service_event]\ndelimiter = "a"\n'
    yield "version.toml", "version = 2\n"
    yield "syntax.toml", f'version = 1\n"{CANARY}" = \n'


def policy_seeds():
    def head(purpose="evaluation"):
        return (
            f'version = 1\npurpose = "{purpose}"\nlegal_basis = "{CANARY}"\nretention_months = 60\n'
            '[exclude]\nconsent_withdrawn = ["RICERCA"]\nminors = 16\n'
        )

    yield "whole.toml", (
        head() + '[tables.person]\nsite_person_id = ["pseudonym", "seal"]\ncodice_fiscale = ["token", "seal"]\n'
        'birth_date = [{ generalise = "band", years = 5 }, "seal"]\ngender = ["keep"]\nnotes = ["flag"]\n'
        'phone = ["drop"]\n[tables.employment]\nateco = [{ generalise = "sector" }]\n'
    )
    yield "parameters.toml", head() + (
        '[tables.person]\narrival_year_it = [{ bins = [2000, 2010, 2020] }]\n'
        'household_children = [{ top = 5 }]\ngender = [{ code = { F = "X", "*" = "Y" } }]\n'
        '[tables.case]\ntaken_on = [{ generalise = "quarter" }]\nreported_on = [{ shift = 30 }]\n'
    )
    yield "keep.toml", head() + '[tables.person]\nfamily_name = ["keep"]\n'
    yield "twice.toml", head() + '[tables.person]\ngender = ["drop", "keep"]\n'
    yield "purpose.toml", head(CANARY) + "[tables]\n"
    yield "syntax.toml", head() + f'[tables.person]\ngender = ["{CANARY}"]\n'


PROGRAMME = """name = "Prova"
project_id = "00112233445566778899aabbccddeeff"
cup = ""
fund = ""
start = "2026-01-01"
end = "2027-12-31"
application_deadline = "2026-02-01"
[targets]
pua = 1
territorial_pacts = 1
operators_trained = 1
operators_trained_reintegration = 1
operators_trained_preliminary_identification = 1
ambiti_involved = 1
beneficiaries = 1
[[sites]]
id = "S-01"
name = "Uno"
province = "AQ"
istat_province = "066"
nuts3 = "ITF11"
"""


def programme_seeds():
    yield "small.toml", PROGRAMME
    yield "lists.toml", PROGRAMME + (
        '[code_lists.gender]\nmode = "replace"\ncodes = [{ code = "F", label_it = "Alfa", label_en = "Alpha", '
        'words = ["la prima"], valid_from = "2026-01-01", valid_to = "2026-02-01" }]\n'
        '[code_lists.service_type]\nmode = "extend"\n'
        'codes = [{ code = "MENSA_AZ", label_it = "Mensa aziendale", label_en = "Company canteen", maps_to = "A1" }]\n'
    )
    yield "blank.toml", PROGRAMME.replace('"Uno"', '" "')
    yield "site.toml", PROGRAMME.replace("S-01", CANARY)
    yield "project.toml", PROGRAMME.replace("00112233445566778899aabbccddeeff", CANARY)


def exchange_seeds():
    def spelt(document):
        return json.dumps(document, separators=(",", ":"), sort_keys=True)

    digest, project = "ab" * 32, "0e8dd2f1928f2afb65b8f4da4c6028f9"
    table = {"bytes": 1, "file": "person.parquet", "rows": 2, "sha256": digest, "table": "person"}
    tokens = {"bytes": 1, "file": "tokens.ilt", "rows": 2, "sha256": digest, "table": "tokens"}
    signature = {"algorithm": "Ed25519", "format": 1, "key_id": "0011223344556677", "signature": "00" * 64}
    public = {"algorithm": "Ed25519", "format": 1, "key_id": "0011223344556677", "public_key": "00" * 32}
    yield "manifest.json", spelt({
        "algorithm": "HMAC-SHA-256/128", "as_of": "2025-06-30", "audit_head": digest,
        "custodian_key": "0011223344556677", "epochs": [{"epoch": 2025, "linkage_key": "00"}],
        "excluded": [{"persons": 1, "reason": "minor", "rows": 7}], "format": 1, "legal_basis": "x",
        "linkage_mode": "B", "normaliser": 1, "policy": digest, "project_id": project,
        "purpose": "evaluation", "retention_months": 60, "schema": digest, "site": "PUA01",
        "site_key": "01", "software": "inlav", "synthetic": True, "tables": [table], "tokens": tokens,
    })
    yield "manifest.sig", spelt(signature)
    yield "public-key.json", spelt(public | {"site": "PUA01"})
    yield "custodian.json", spelt(public | {
        "project_id": project, "sealing_key": "42" * 32, "sealing_key_id": "8899aabbccddeeff",
        "sealing_algorithm": "HPKE DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305",
    })
    yield "relink.json", spelt({
        "algorithm": "HMAC-SHA-256/128", "epochs": [{"epoch": 2025, "relink_key": "01"}],
        "extract": digest, "format": 1, "project_id": project, "purpose": "evaluation",
        "site": "PUA01", "software": "inlav", "tokens": tokens | {"file": "tokens.parquet"},
    })
    yield "destruction.json", spelt({
        "destruction": {
            "actor": "Anna", "epoch": 2025, "format": 1, "key": "00", "key_site": None,
            "project_id": project, "reason": "fine", "role": "linkage", "site": "PUA01",
            "time": "2026-01-01T00:00:00Z",
        },
        "signature": signature,
    })
    yield "digest.json", f'"{digest}"'
    yield "project.json", f'"{project}"'


def key_file_seeds():
    """What stands before the root in a key file."""

    def header(role, site, epoch, memory=64 * 1024):
        cost = b"".join(number.to_bytes(4, "big") for number in (memory, 3, 4))
        label = bytes([1, role]) + b"P" * 16 + bytes([len(site)]) + site + epoch.to_bytes(4, "big")
        return b"INLAVILK" + label + b"\x01" + cost + b"S" * 16 + b"K" * 8 + b"N" * 24

    yield "site", header(1, b"PUA05", 0)
    yield "linkage", header(2, b"", 2025)
    yield "relink", header(5, b"", 2026)
    yield "dear", header(3, b"PUA05", 0, memory=1 << 30)
    yield "nobody", header(4, b"pua 5", 0)


def vault_seeds():
    """The first byte says what the others are: see fuzz/targets/vault.rs."""
    site = b"PUA05"
    header = b"INLAVILV\x03" + b"P" * 16 + bytes([len(site)]) + site + (2025).to_bytes(4, "big")
    header += b"K" * 8 + b"S" * 8 + b"F" * 16 + b"N" * 16 + b"D" * 64
    columns, end = b"\x02\x0bfamily_name\x0abirth_date", b"E" * 32 + b"C" * 16
    forged, header = header + b"\x02\x03cui\x03cui" + end, header + columns + end
    person = b"\x01" + b"p" * 16 + (80).to_bytes(4, "big") + b"s" * 80
    forgotten = b"\x03" + b"p" * 16 + (32).to_bytes(4, "big") + b"m" * 32
    last = b"\x02" + (24).to_bytes(4, "big") + b"t" * 24
    yield "whole", b"0" + header + person + forgotten + last
    yield "header", b"0" + header
    yield "short", b"0" + header[:40]
    yield "columns", b"0" + forged
    yield "older", b"0" + header.replace(b"\x03", b"\x02", 1)
    yield "records", b"1" + person + forgotten + last
    yield "long", b"1" + b"\x01" + b"p" * 16 + b"\xff" * 4
    yield "unchanged", b"2"
    yield "changed", b"2" + bytes([0, 208, 1, 0, 60, 2])
    yield "back", b"2" + bytes([0, 7, 1, 0, 7, 255])


DATES = [
    "09/06/2024", "9-6-24", "2024-06-09T12:30:00", "2024-06-09 12:30:00+02:00", "09.06.2024 00:00",
    "20240609", "09062024", "9 giugno 2024", "mar 5 marzo '24, 14:30", "1° gen 1990", "45452.5", "06/13/2024",
    "1990", "90624",
]

IDENTIFIERS = [
    "PRVVTR04P68E333G", "prv vtr 04p68 e333g", "12345678903", "STP0123456789012", "ENI-012-3456789012",
    "I0912345", "012345678901", "+39 030 765432", "0039 (333) 1234567", "nome.cognome@esempio.it",
    "CUI 04A1B2C", "AB1234567", "PAK:AB1234567", "N.D.", "XXXXXXX",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "nc\x06",
]


def main(corpus):
    named = {
        "delimited": delimited_seeds(),
        "workbook": workbook_seeds(),
        "mapping": mapping_seeds(),
        "policy": policy_seeds(),
        "programme": programme_seeds(),
        "exchange": exchange_seeds(),
        "key_file": key_file_seeds(),
        "vault": vault_seeds(),
        "dates": ((f"{number:02}", text) for number, text in enumerate(DATES)),
        "identifiers": ((f"{number:02}", text) for number, text in enumerate(IDENTIFIERS)),
    }
    for target, seeds in named.items():
        folder = corpus / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds:
            content = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(content)
    columnar = corpus / "columnar"
    columnar.mkdir(parents=True, exist_ok=True)
    columnar_seeds(columnar)


main(pathlib.Path(sys.argv[1]))
