"""Crude steel: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-crude-steel"

STUDY = """
tanheng: study/1
product: {name: {zh: 粗钢, en: Crude steel}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "7207"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 铁水, en: Hot metal},
     amount: 930 kg, from: "factor:us-steel-billet-uslci"}
  - {stage: raw-materials, name: {zh: 废钢, en: Scrap},
     amount: 160 kg, from: "factor:gb-2023-waste-metal-recycling"}
  - {stage: raw-materials, name: {zh: 石灰, en: Lime}, amount: 45 kg, from: "factor:us-quicklime-uslci"}
  - {stage: production, name: {zh: 转炉冶炼过程排放, en: Process emission of the converter},
     emits: {CO2: 150 kg}}
  - {stage: production, name: {zh: 电力, en: Power}, amount: 60 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


GAS = {
    "stage": "production",
    "type": "energy",
    "name": {"zh": "转炉煤气", "en": "Converter gas"},
    "amount": "10 kg",
    "from": "factor:ipcc-oxygen-steel-furnace-gas-combustion-kg",
}
SHARED = {
    "co_products": [{"name": {"zh": "外供煤气", "en": "Gas sold"}, "amount": "90 kg"}],
    "allocation": {"basis": "physical", "reason": {"zh": "质量", "en": "mass"}},
}

CASES = {
    "TH-ST-101": {"study": lambda s: s["lines"].pop(1)},
    "TH-ST-102": {
        "study": lambda s: s["lines"].pop(3),
        "quiet": lambda s: (s["lines"].pop(3), s["lines"].append(GAS)),
    },
    "TH-ST-103": {
        "study": lambda s: s["lines"].append(GAS),
        "quiet": lambda s: s["lines"].append(GAS) or s.update(SHARED),
    },
    "TH-ST-104": {
        "study": lambda s: s["lines"][0].update(amount="100 kg"),
        # Melting scrap alone may well be below any route from ore.
        "quiet": lambda s: s["lines"][0].update(amount="1 kg") or s["lines"][1].update(amount="1.08 t"),
    },
}
