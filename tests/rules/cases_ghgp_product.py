"""Where each check of the regime ghgp-product fires, and where it does not."""

from __future__ import annotations

REGIME = "ghgp-product"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def put(**fields):
    return lambda study: study.update(fields)


def located(value):
    return lambda result: result["electricity"].update(location_based=value)


CASES = {
    "TH-GHGP-101": {
        "study": add(amount="9 kWh", electricity=[{"contract": "wind", "share": "100 %"}]),
        "quiet": add(amount="9 kWh", electricity=[{"own": "wind", "share": "100 %"}]),
    },
    "TH-GHGP-102": {"result": located(None), "quiet_result": located(1.0)},
    "TH-GHGP-103": {
        "study": add(emits={"CO2": {"amount": "9 kg", "origin": "biogenic"}}),
        "quiet": add(emits={"CO2": "9 kg"}),
    },
    "TH-GHGP-104": {"study": put(boundary="gate-to-gate"), "quiet": put(boundary="cradle-to-grave")},
}
