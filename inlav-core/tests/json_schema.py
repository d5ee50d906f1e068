"""Holds the generated JSON Schema against the rows of made-up persons, with another implementation.

    pip install "jsonschema[format]"
    cargo run -p inlav-core --features synthetic --example canonical_rows | python3 inlav-core/tests/json_schema.py

Every row as it is must be accepted. Of every table and column, a row in which only that cell is spoilt
must be refused: a value of another type, a code of no list, a number outside its bounds, nothing where
something is required, a column that does not exist.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator, FormatChecker


def resolved(schema, cell):
    """The part of a cell's schema that is not null, and whether null is allowed."""
    nullable = False
    if "anyOf" in cell:
        nullable = any(part.get("type") == "null" for part in cell["anyOf"])
        cell = next(part for part in cell["anyOf"] if part.get("type") != "null")
    if "$ref" in cell:
        cell = schema["$defs"][cell["$ref"].removeprefix("#/$defs/")]
    return cell, nullable


def spoilt(cell, nullable):
    """Values that the cell may not have."""
    values = [{"a": 1}]
    if not nullable:
        values.append(None)
    kind = cell.get("type")
    if "enum" in cell:
        values += ["no such code", "", 7]
    elif kind == "array":
        values += [[], "text", ["no such code"], [None]]
        if "maxItems" in cell:
            values.append([str(number) for number in range(cell["maxItems"] + 1)])
    elif kind in ("integer", "number"):
        values += [cell["minimum"] - 1, cell["maximum"] + 1, "1"]
        if kind == "integer":
            values.append(cell["minimum"] + 0.5)
    elif kind == "boolean":
        values += ["si", 1]
    elif kind == "string":
        values += [7, ""]
        if "pattern" in cell:
            values += ["?", "rossi mario", "123456789012345678901234567890"]
        if cell.get("format") == "date":
            values += ["2024-02-30", "09/06/2024"]
    return values


def main():
    given = json.load(sys.stdin)
    schema, export = given["schema"], given["export"]
    Draft202012Validator.check_schema(schema)
    whole = Draft202012Validator(schema, format_checker=FormatChecker())
    whole.validate(export)
    accepted = refused = 0
    filled = set()
    for table, rows in export.items():
        validator = Draft202012Validator(
            {"$ref": f"#/$defs/{table}", "$defs": schema["$defs"]}, format_checker=FormatChecker()
        )
        definition = schema["$defs"][table]
        for row in rows:
            validator.validate(row)
            accepted += 1
            filled |= {(table, name) for name, value in row.items() if value is not None}
        for name, cell in definition["properties"].items():
            for value in spoilt(*resolved(schema, cell)):
                row = copy.deepcopy(rows[0])
                row[name] = value
                assert not validator.is_valid(row), f"{table}.{name} accepts {value!r}"
                refused += 1
        for name in definition["required"]:
            row = {other: value for other, value in rows[0].items() if other != name}
            assert not validator.is_valid(row), f"{table} does without {name}"
            refused += 1
        assert not validator.is_valid({**rows[0], "no such column": 1})
        refused += 1
    assert not whole.is_valid({**export, "no such table": []})
    columns = sum(len(schema["$defs"][table]["properties"]) for table in schema["properties"])
    tables = f"{len(export)} of {len(schema['properties'])} tables"
    print(f"{accepted} rows accepted ({tables}, {len(filled)} of {columns} columns filled), {refused} spoilt rows refused")


main()
