"""Impact methods as tables, and a small database to apply them to."""

from __future__ import annotations

import csv
import io

from tanheng.formats import write_database
from tanheng.formats.methodtable.columns import COLUMNS
from tanheng.testing import database, process

CO2 = ("Carbon dioxide", "air", 1.0)
BIOGENIC = ("Carbon dioxide, biogenic", "air", 1.0)
SF6 = ("SF6", "air", 25200.0)


def table(*factors, unit="kg CO2e", **categories):
    """A table of characterisation factors: one category ``Climate`` of these, or several by keyword."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(column.head for column in COLUMNS)
    for category, listed in (categories or {"Climate": factors}).items():
        for name, compartment, value in listed:
            writer.writerow((category, unit, name, "", compartment, "", "", "", "kg", value, "output", ""))
    return file.getvalue().encode()


def steel(path):
    """A file of a database: power, steel on power with an input that nobody supplies, steel that is whole."""
    made = database(
        "mini",
        process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
        process("Steel, at plant", "1 kg", takes={"Power": "2 kWh", "Ghost": "1 kg"}, emits={"CO2": "1 kg"}),
        process("Steel, at works", "1 kg", takes={"Power": "1 kWh"}, emits={"CO2": "1 kg"}),
    )
    write_database(made, path)
    return path
