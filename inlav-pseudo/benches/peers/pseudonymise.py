"""Pseudonymising a large CSV: inlav and DuckDB on the same file, in alternation.

DuckDB copies the CSV to Parquet (zstd) with plain sha256() of three columns: no key, no
normalisation, no checks, no order, no vault. inlav makes what its policy says: keyed pseudonyms
and tokens, rows sorted, files hashed, searched and signed.

    cargo build --profile bench -p inlav-pseudo --example large_export
    python3 inlav-pseudo/benches/peers/pseudonymise.py --rows 5000000 --rounds 3

Makes a virtual environment for DuckDB (from PyPI) beside its files, in --folder.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OURS = ROOT / "target" / "release" / "examples" / "large_export"
HASHED = ["site_person_id", "codice_fiscale", "passport_number"]
COPY = """
import sys, duckdb
source, target, hashed = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
duckdb.execute("SET threads = 2")
columns = ", ".join(f"sha256({c}) AS {c}" for c in hashed if c)
replace = f" REPLACE ({columns})" if columns else ""
duckdb.execute(
    f"COPY (SELECT *{replace} FROM read_csv('{source}', all_varchar = true)) "
    f"TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
)
"""


def measured(name, command):
    """Runs a command; prints seconds, CPU seconds and the largest memory of it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        start = os.times().elapsed
        code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        seconds = os.times().elapsed - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        line = f"{code} {seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss // 1024}"
        os.write(write, line.encode())
        os._exit(0)
    os.close(write)
    code, seconds, cpu, memory = os.fdopen(read).read().split()
    os.waitpid(child, 0)
    if code != "0":
        sys.exit(f"{name} failed")
    print(f"{name:34} {float(seconds):6.1f} s {float(cpu):6.1f} CPU s {int(memory):6} MB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "target" / "peers")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb"], check=True)
    source = folder / f"{arguments.rows}.csv"
    if not source.exists():
        subprocess.run([OURS, "write", source, str(arguments.rows)], check=True)
    print(f"{source.stat().st_size / 1e6:.0f} MB of CSV, {arguments.rows} rows of 12 columns")
    copied = folder / "copied.parquet"
    for _ in range(arguments.rounds):
        for name, hashed in [("duckdb COPY", []), ("duckdb COPY, sha256 of 3 columns", HASHED)]:
            measured(name, [python, "-c", COPY, source, copied, ",".join(hashed)])
            copied.unlink()
        for name, policy in [("inlav, 3 columns keyed", "three"), ("inlav, default policy and vault", "default")]:
            target = folder / "out"
            measured(name, [OURS, "run", source, target, policy])
            shutil.rmtree(target)


if __name__ == "__main__":
    main()
