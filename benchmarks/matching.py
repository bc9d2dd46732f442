"""Matching of lines: how many right factors are found, and how long ten thousand lines take.

python benchmarks/matching.py [--lines 10000] [--accept 0.7]
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

from tanheng.footprint import match_study
from tanheng.footprint.matching import Case, measure
from tanheng.footprint.reading import study_from_document
from tanheng.footprint.study import LineType
from tanheng.inventory.synonyms import concepts

CASES = Path(__file__).resolve().parents[1] / "tests" / "footprint" / "matching_cases.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--accept", type=float, default=0.7)
    options = parser.parse_args()
    terms = [term for concept in concepts() if not concept.is_quality for term in concept.terms]
    lines = [
        {"stage": "raw-materials", "name": f"{terms[i % len(terms)]} {i}", "amount": "1 kg"}
        for i in range(options.lines)
    ]
    head = {"tanheng": "study/1", "product": {"name": "x"}, "unit": "1 t", "boundary": "cradle-to-gate"}
    study = study_from_document({**head, "period": "2024", "site": "CN", "lines": lines})
    start = time.perf_counter()
    matches = match_study(study)
    print(
        f"{len(matches)} lines, {sum(not m.is_gap for m in matches)} with proposals: {time.perf_counter() - start:.1f} s"
    )
    with CASES.open(encoding="utf-8") as stream:
        cases = [
            Case(r["name"], LineType(r["type"]), r["amount"], tuple(f"factor:{i}" for i in r["links"].split("|") if i))
            for r in csv.DictReader(stream)
        ]
    found = measure(cases, accept=options.accept)
    print(
        f"{found.cases} labelled names at {options.accept}: accepted {found.accepted}, precision {found.precision:.2f}, "
        f"recall@1 {found.recall_at_1:.2f}, recall@3 {found.recall_at_3:.2f}, gaps told {found.gaps_told:.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
