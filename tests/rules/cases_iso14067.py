"""Where each check of the regime iso14067 fires, and where it does not."""

from __future__ import annotations

REGIME = "iso14067"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def moved(mode):
    link = {"from": "factor:cn-alumina-2017-calculated"}
    return add(amount="1 kg", **link, transport=[{"mode": mode, "distance": "9 km"}])


STORED = {"CO2": {"amount": "9 kg", "origin": "removal"}}


def stored_to_grave(study):
    study["lines"].append(line(emits=STORED))
    study["boundary"] = "cradle-to-grave"


CASES = {
    "TH-ISO-101": {"study": add(emits=STORED), "quiet": stored_to_grave},
    "TH-ISO-102": {
        "study": moved("air"),
        "quiet": moved("rail"),
    },
    "TH-ISO-103": {
        "study": add(amount="9 kWh", electricity=[{"contract": "wind", "share": "100 %"}]),
        "quiet": add(amount="9 kWh", electricity=[{"own": "wind", "share": "100 %"}]),
    },
}
