"""A bill of materials of many lines, from the file to the frozen result: time and peak memory of each step.

    python benchmarks/bill.py [--lines 300000] [--format csv|xlsx] [--out FOLDER] [--json FILE]

Every run is a process of its own, so that the peak belongs to it. The bill is made here: assemblies eight levels deep, bought
parts with a factor each, some with transport, some with electricity.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SEED = 20240522
DEPTH = 8
PARTS_PER_ASSEMBLY = 12
HEAD = (
    "stage", "type", "name.en", "name.zh", "id", "part_of", "amount", "amount.unit", "from", "electricity", "transport", "data",
)  # fmt: skip
STUDY = """\
tanheng: study/1
product: {{name: {{zh: 大型装备, en: Large machine}}}}
unit: 1 pcs
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN
lines: {lines}
"""


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of the bill: a tree of assemblies, parts below each."""
    from tanheng.factors import embedded

    chance = random.Random(SEED)  # noqa: S311 - a bill, not a secret
    links = [f"factor:{f.id}" for f in embedded().factors.values() if f.kind == "footprint" and f.per in ("kg", "t")]
    assemblies: list[tuple[str, int]] = [("", 0)]
    for made in range(1, count + 1):
        # Every new assembly gets a part at once: one that is empty would be a line without a factor.
        fresh = len(assemblies) > 1 and assemblies[-1][0] == f"A{made - 1}"
        parent, depth = assemblies[-1] if fresh else chance.choice(assemblies)
        kind = 1.0 if fresh else chance.random()
        row = dict.fromkeys(HEAD, "") | {"part_of": parent}
        if kind < 1 / PARTS_PER_ASSEMBLY and depth < DEPTH and made < count:
            assemblies.append((f"A{made}", depth + 1))
            row |= {"stage": "production", "type": "material", "name.en": f"Assembly {made}", "name.zh": f"组件 {made}"}
            row |= {"id": f"A{made}", "amount": str(chance.randint(1, 2)), "amount.unit": "pcs"}
        elif kind < 0.15:
            row |= {"stage": "production", "type": "electricity", "name.en": f"Power {made}", "name.zh": f"用电 {made}"}
            row |= {"amount": f"{chance.uniform(0.01, 2):.4f}", "amount.unit": "kWh", "electricity": "grid:CN"}
        else:
            row |= {"stage": "raw-materials", "type": "material", "name.en": f"Part {made}", "name.zh": f"零件 {made}"}
            row |= {"amount": f"{chance.uniform(0.001, 3):.5f}", "amount.unit": "kg", "from": chance.choice(links)}
            row |= {"transport": "road 300 km; rail 1200 km" if kind < 0.35 else "", "data": "secondary"}
        yield tuple(row[key] for key in HEAD)


def write_bill(folder: Path, count: int, form: str) -> Path:
    """The study and its bill in ``folder``; the path of the study."""
    bill = folder / "bill.csv"
    with bill.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        writer.writerows(rows(count))
    study = folder / "study.yaml"
    study.write_text(STUDY.format(lines="bill.csv"), encoding="utf-8")
    if form == "csv":
        return study
    import xlsxwriter

    path = folder / "study.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    form_sheet = book.add_worksheet("Study")
    values = {
        "tanheng": "study/1", "product.name": "Large machine", "unit": "1 pcs", "boundary": "cradle-to-gate",
        "period": "2024-01-01/2024-12-31", "site": "CN",
    }  # fmt: skip
    for number, (key, value) in enumerate(values.items()):
        form_sheet.write_row(number, 0, (key, "", value))
    sheet = book.add_worksheet("Lines")
    for number, row in enumerate((HEAD, *rows(count))):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def peak_mb() -> float:
    """Peak of resident memory of this process, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    from tanheng.footprint import assess, write_assessment
    from tanheng.footprint.reading import read_study

    steps: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = options.out or Path(made)
        path = write_bill(folder, options.lines, options.format)
        start = time.perf_counter()
        study = read_study(path)
        steps["read"] = (time.perf_counter() - start, peak_mb())
        start = time.perf_counter()
        result = assess(study)
        steps["assess"] = (time.perf_counter() - start, peak_mb())
        start = time.perf_counter()
        write_assessment(result, folder / "result.json")
        steps["write"] = (time.perf_counter() - start, peak_mb())
        size = (folder / "result.json").stat().st_size / 2**20
    for step, (seconds, memory) in steps.items():
        print(f"{step:8} {seconds:8.1f} s   peak {memory:7.0f} MB")
    print(
        f"total    {result.total:.6g} {result.unit}, complete: {result.complete}\nfindings {len(result.findings)}, "
        f"file {size:.0f} MB"
    )
    if options.json:
        measured = {"lines": len(study.lines), "steps": steps, "total": result.total}
        options.json.write_text(json.dumps(measured))


if __name__ == "__main__":
    sys.exit(main())
