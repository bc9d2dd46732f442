"""Urea: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-fertiliser"

STUDY = """
tanheng: study/1
product: {name: {zh: 尿素, en: Urea}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "3102.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 液氨, en: Ammonia}, amount: 575 kg, from: "factor:us-soda-ash-uslci"}
  - {stage: raw-materials, name: {zh: 二氧化碳原料（氨厂副产）, en: Carbon dioxide from the ammonia plant},
     emits: {CO2: 1 kg}}
  - {stage: production, name: {zh: 电力, en: Power}, amount: 130 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


FIELD = {"stage": "use", "name": {"zh": "施用", "en": "Field"}, "emits": {"CO2": "733 kg"}}

CASES = {
    "TH-FZ-101": [
        {
            "study": lambda s: s["lines"][0].update(amount="640 kg"),
            "quiet": lambda s: s["lines"][0].update(amount="0.61 t"),
        },
        {"study": lambda s: s["lines"][0].update(amount="500 kg")},
    ],
    "TH-FZ-102": {
        "study": lambda s: s["lines"][1].update(emits=[{"gas": "CO2", "amount": "733 kg", "origin": "removal"}]),
    },
    "TH-FZ-103": {
        "study": lambda s: s.update(boundary="cradle-to-grave") or s["lines"].append(FIELD),
        "quiet": lambda s: (
            s.update(boundary="cradle-to-grave")
            or s["lines"].append({**FIELD, "emits": {"CO2": "733 kg", "N2O": "9 kg"}})
        ),
    },
}
