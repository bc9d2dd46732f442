"""Where each check of the regime pact3 fires, and where it does not."""

from __future__ import annotations

REGIME = "pact3"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def put(**fields):
    return lambda study: study.update(fields)


def cut(share):
    return {"name": {"zh": "漆", "en": "Paint"}, "reason": {"zh": "少", "en": "little"}, "share": share}


CASES = {
    "TH-PACT-101": {"study": put(boundary="gate-to-gate"), "quiet": put(boundary="cradle-to-grave")},
    "TH-PACT-102": {
        "study": put(cut_offs=[cut("2 %"), cut("1.5 %")]),
        "quiet": put(cut_offs=[cut("2 %"), cut("0.9 %")]),
    },
    "TH-PACT-103": {
        "study": add(emits={"CO2": {"amount": "9 kg", "origin": "removal"}}),
        "quiet": add(emits={"CO2": {"amount": "9 kg", "origin": "biogenic"}}),
    },
    "TH-PACT-104": {"study": add(stage="distribution", emits={"CO2": "1 kg"}), "quiet": add(emits={"CO2": "1 kg"})},
}
