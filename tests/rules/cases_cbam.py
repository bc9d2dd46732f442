"""Where each check of the regime cbam fires, and where it does not."""

from __future__ import annotations

REGIME = "cbam"


def line(**fields):
    return {"stage": "production", "name": {"zh": "甲", "en": "A"}, **fields}


def add(**fields):
    return lambda study: study["lines"].append(line(**fields))


def put(**fields):
    return lambda study: study.update(fields)


def base():
    """Clinker made of nothing but what burns."""
    return {
        "tanheng": "study/1",
        "product": {
            "name": {"zh": "熟料", "en": "Clinker"},
            "maker": {"zh": "厂", "en": "Maker"},
            "codes": {"cn": "25231000"},
        },
        "unit": "1 t",
        "boundary": "cradle-to-gate",
        "period": "2026-01-01/2026-12-31",
        "site": "CN-53",
        "lines": [line(emits={"CO2": "525 kg"})],
    }


def codes(found):
    return lambda study: study["product"].update(codes=found)


def burnt(study):
    for link in ("factor:gb-2023-supply-natural-gas-m3", "factor:cn-natural-gas-combustion-m3"):
        study["lines"].append(line(type="energy", amount="9 m3", **{"from": link}))


def steel(study):
    """Power of a good of which only direct emissions count."""
    study["product"]["codes"] = {"cn": "72061000"}
    study["lines"].append(line(amount="9 kWh", electricity=[{"grid": "CN", "share": "100 %"}]))


def iron(link, code):
    """Pig iron of sinter at its default value."""

    def change(study):
        study["product"].update(codes={"cn": code})
        study["lines"].append(
            line(stage="raw-materials", amount="1.5 t", codes={"cn": "26011200"}, **{"from": link}),
        )

    return change


CASES = {
    "TH-CBAM-101": {"study": codes({}), "quiet": codes({"cn": "25232900"})},
    "TH-CBAM-102": {"study": codes({"cn": "8507 60 00"}), "quiet": codes({"hs": "2523.29"})},
    "TH-CBAM-103": {
        "study": add(stage="raw-materials", amount="1 t", **{"from": "factor:cn-alumina-2017-calculated"}),
        "quiet": add(
            stage="raw-materials",
            amount="1 t",
            **{"from": "factor:cn-alumina-2017-calculated"},
            codes={"cn": "28182000"},
        ),
    },
    "TH-CBAM-104": {
        "study": add(type="energy", amount="9 m3", **{"from": "factor:gb-2023-supply-natural-gas-m3"}),
        "quiet": burnt,
    },
    "TH-CBAM-105": {
        "study": add(amount="9 kWh", electricity=[{"grid": "CN", "share": "100 %"}]),
        "quiet": steel,
    },
    "TH-CBAM-106": {
        "study": iron("cbam:26011200@CN", "7201 10 11"),
        "quiet": iron("cbam:26011200@CN#direct", "7201 10 11"),
    },
}
