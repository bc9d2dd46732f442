"""Calcium carbide: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-calcium-carbide"

STUDY = """
tanheng: study/1
product: {name: {zh: 电石, en: Calcium carbide}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2849.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 石灰, en: Lime}, amount: 930 kg, from: "factor:us-quicklime-uslci"}
  - {stage: raw-materials, name: {zh: 兰炭, en: Semi-coke},
     amount: 620 kg, from: "factor:gb-2023-supply-coking-coal-t"}
  - {stage: production, name: {zh: 电炉用电, en: Power of the furnace},
     amount: 3250 kWh, electricity: [{grid: CN}]}
  - {stage: production, name: {zh: 炉气燃烧, en: Furnace gas burnt}, emits: {CO2: 0.9 t}}
"""


def base():
    return yaml.safe_load(STUDY)


GAS_SOLD = {
    "co_products": [{"name": {"zh": "炉气", "en": "Furnace gas"}, "amount": "400 kg", "share": "5 %"}],
    "allocation": {"basis": "given", "share": "95 %", "reason": {"zh": "热值", "en": "energy"}},
}

CASES = {
    "TH-CC-101": [
        {
            "study": lambda s: s["lines"][2].update(amount="325 kWh"),
            "quiet": lambda s: s["lines"][2].update(amount="3.9 MWh"),
        },
        {"study": lambda s: s["lines"][2].update(amount="4200 kWh")},
    ],
    "TH-CC-102": {
        "study": lambda s: s["lines"].pop(3),
        "quiet": lambda s: s["lines"].pop(3) and s.update(GAS_SOLD),
    },
    "TH-CC-103": {
        "study": lambda s: s["lines"][0].update(amount="1.7 t"),
        "quiet": lambda s: s["lines"][0].update(amount="1.7 t", name={"zh": "石灰石", "en": "Limestone"}),
    },
}
