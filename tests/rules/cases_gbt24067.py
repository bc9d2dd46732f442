"""Where each check of the regime gbt24067 fires, and where it does not."""

from __future__ import annotations

REGIME = "gbt24067"


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


def geography(code):
    def change(result):
        power = next(row for row in result["lines"] if row["type"] == "electricity")
        power["parts"][0]["provenance"]["geography"] = code

    return change


CASES = {
    "TH-GBT-101": {"study": add(emits=STORED), "quiet": stored_to_grave},
    "TH-GBT-102": {
        "study": moved("air"),
        "quiet": moved("rail"),
    },
    "TH-GBT-103": {"result": geography("US"), "quiet_result": geography("CN-53")},
}
