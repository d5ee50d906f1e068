"""Other readers on the corpus of office files, with no option given.

    cargo run -p inlav-pseudo --features synthetic --example write_corpus -- FOLDER
    pip install duckdb polars fastexcel pyarrow
    python inlav-pseudo/tests/corpus/peers.py FOLDER > inlav-pseudo/tests/corpus/peers.txt

A file is read right if its headings, its rows and every cell are there. A cell is right as the text
that stands in the file or as a value that is the same: a day as a date, a number as a number.
Anything else without an error is silently wrong. The readers are called as a person would who does
not know the file: by its ending, and nothing else said. DuckDB reads .xlsx with its excel extension
if that can be loaded; what a reader has no function for counts as failed.
"""

import datetime
import json
import pathlib
import sys
import unicodedata
from collections import Counter

import duckdb
import polars

KINDS = ["read right", "failed", "silently wrong"]


def by_duckdb(path, connection):
    ending = path.suffix
    function = {".csv": "read_csv", ".tsv": "read_csv", ".xlsx": "read_xlsx", ".parquet": "read_parquet"}[ending]
    relation = connection.execute(f"SELECT * FROM {function}(?)", [str(path)])
    return [column[0] for column in relation.description], relation.fetchall()


def by_polars(path, _):
    ending = path.suffix
    if ending in (".csv", ".tsv"):
        frame = polars.read_csv(path)
    elif ending == ".xlsx":
        frame = polars.read_excel(path)
    elif ending == ".ods":
        frame = polars.read_ods(path)
    elif ending == ".parquet":
        frame = polars.read_parquet(path)
    else:
        frame = polars.read_ipc(path)
    return frame.columns, frame.rows()


def text(value):
    return unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").strip()


def same(value, written, truth):
    """Whether a value is what stands in the file or what it means."""
    if value is None or value == "" or isinstance(value, float) and value != value:
        return written == ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() == truth
    if isinstance(value, datetime.date):
        return value.isoformat() == truth
    if text(value) in (text(written), text(truth)):
        return True
    if isinstance(value, bool):
        return text(written).lower() in (("si", "sì", "true") if value else ("no", "false"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        plain = text(written)
        # A number has lost the zeros in front of it.
        if len(plain) > 1 and plain[0] == "0" and plain[1].isdigit():
            return False
        try:
            return float(value) == float(truth or plain)
        except ValueError:
            return False
    return False


def judge(read, path, truth, connection):
    try:
        headings, rows = read(path, connection)
    except Exception:  # whatever it says, it said something
        return "failed"
    if [text(heading) for heading in headings if text(heading)] != [text(h) for h in truth["headings"]]:
        return "silently wrong"
    if len(rows) != len(truth["truth"]):
        return "silently wrong"
    for row, written, true in zip(rows, truth["written"], truth["truth"]):
        cells = [cell for heading, cell in zip(headings, row) if text(heading)]
        if not all(map(same, cells, written, true)):
            return "silently wrong"
    return "read right"


def main():
    folder = pathlib.Path(sys.argv[1])
    connection = duckdb.connect()
    excel = "loaded"
    try:
        connection.execute("INSTALL excel; LOAD excel")
    except Exception:
        excel = "not to be had: .xlsx counts as failed"
    readers = {"DuckDB": by_duckdb, "Polars": by_polars}
    counts = {name: Counter() for name in readers}
    endings = {name: Counter() for name in readers}
    files = sorted(path for path in folder.iterdir() if path.suffix != ".json")
    hard = 0
    for path in files:
        truth = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        hard += truth["hard"]
        for name, read in readers.items():
            outcome = judge(read, path, truth, connection)
            counts[name][outcome] += 1
            endings[name][path.suffix, outcome] += 1
    print(f"{len(files)} files, no option given; {hard} of them have to be refused")
    print(f"DuckDB {duckdb.__version__} (excel extension {excel}), Polars {polars.__version__}")
    print()
    print(f"{'':<22}" + "".join(f"{kind:>16}" for kind in KINDS))
    for name in readers:
        print(f"{name:<22}" + "".join(f"{counts[name][kind]:>16}" for kind in KINDS))
        for ending in sorted({path.suffix for path in files}):
            numbers = [endings[name][ending, kind] for kind in KINDS]
            print(f"  {ending:<20}" + "".join(f"{number:>16}" for number in numbers))


main()
