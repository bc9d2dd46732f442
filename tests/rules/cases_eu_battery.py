"""Where each check of the regime eu-battery fires, and where it does not."""

from __future__ import annotations

REGIME = "eu-battery"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def put(**fields):
    return lambda study: study.update(fields)


def base():
    """A battery, with its end of life."""
    codes = {"hs": "8507.60"}
    return {
        "tanheng": "study/1",
        "product": {"name": {"zh": "电池", "en": "Battery"}, "maker": {"zh": "厂", "en": "Maker"}, "codes": codes},
        "unit": "1 kWh",
        "boundary": "cradle-to-grave",
        "period": "2024-01-01/2024-12-31",
        "site": "CN-53",
        "lines": [line(emits={"CO2": "1 kg"}), line(stage="end-of-life", emits={"CO2": "1 kg"})],
    }


def no_end(study):
    study["lines"] = study["lines"][:1]


CASES = {
    "TH-EUB-101": {"study": put(unit="1 t"), "quiet": put(unit="10 kWh")},
    "TH-EUB-102": {
        "study": add(amount="9 kWh", electricity=[{"contract": "wind", "share": "100 %"}]),
        "quiet": add(amount="9 kWh", electricity=[{"direct": "wind", "share": "100 %"}]),
    },
    "TH-EUB-103": {
        "study": add(stage="use", emits={"CO2": "1 kg"}),
        "quiet": add(stage="distribution", emits={"CO2": "1 kg"}),
    },
    "TH-EUB-104": {"study": no_end, "quiet": add(stage="end-of-life", emits={"CO2": "1 kg"})},
}
