"""Where each check of the regime pef31 fires, and where it does not."""

from __future__ import annotations

REGIME = "pef31"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def put(**fields):
    return lambda study: study.update(fields)


def cut(share):
    return {"name": {"zh": "漆", "en": "Paint"}, "reason": {"zh": "少", "en": "little"}, "share": share}


def recycled(study):
    study["boundary"] = "cradle-to-grave"
    study["lines"][0]["recycling"] = {"recycled_content": "0 %"}


CASES = {
    "TH-PEF-101": [
        {"study": put(unit_kind="functional"), "quiet": put(unit_kind="functional", boundary="cradle-to-grave")},
        {"study": put(boundary="gate-to-gate")},
    ],
    "TH-PEF-102": {
        "study": put(cut_offs=[cut("2 %"), cut("1.5 %")]),
        "quiet": put(cut_offs=[cut("2 %"), cut("0.9 %")]),
    },
    "TH-PEF-103": {"study": put(boundary="cradle-to-grave"), "quiet": recycled},
}
