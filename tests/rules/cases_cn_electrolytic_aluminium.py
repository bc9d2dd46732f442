"""Electrolytic aluminium: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-electrolytic-aluminium"

STUDY = """
tanheng: study/1
product: {name: {zh: 重熔用铝锭, en: Remelt aluminium ingot}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "7601.10"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 氧化铝, en: Alumina},
     amount: 1913 kg, from: "factor:cn-alumina-2017-calculated"}
  - {stage: raw-materials, name: {zh: 预焙阳极, en: Prebaked anode},
     amount: 410 kg, from: "factor:cn-prebaked-anode-2017-calculated"}
  - stage: production
    name: {zh: 电解用电, en: Power of electrolysis}
    amount: 13 400 kWh
    electricity: [{own: hydro, share: 40 %}, {grid: CN, share: 60 %}]
    evidence: [meter.csv]
  - {stage: production, name: {zh: 阳极消耗, en: Anode consumption}, emits: {CO2: 1450 kg}}
  - {stage: production, name: {zh: 阳极效应, en: Anode effects}, emits: {CF4: 30 g, C2F6: 3 g}}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-AL-101": [
        {
            "study": lambda s: s["lines"][2].update(amount="16 000 kWh"),
            "quiet": lambda s: s["lines"][2].update(amount="15 400 kWh"),
        },
        # The same metal per kilogram: 12 400 kWh/t is 12.4 kWh/kg.
        {
            "study": lambda s: s.update(unit="1 kg", basis="1 t") or s["lines"][2].update(amount="12 400 kWh"),
            "quiet": lambda s: s.update(unit="1 kg", basis="1 t"),
        },
    ],
    "TH-AL-102": {
        "study": lambda s: s["lines"].pop(4),
        "quiet": lambda s: s["lines"][4].update(emits={"C2F6": "3 g"}),
    },
    "TH-AL-103": {
        "study": lambda s: s["lines"][4].update(emits={"CF4": "30 kg"}),
        "quiet": lambda s: s["lines"][4].update(emits={"CF4": "0.39 kg"}),
    },
    "TH-AL-104": {
        "study": lambda s: s["lines"].pop(3),
        "quiet": lambda s: s["lines"][3].update(name={"zh": "阳极氧化的碳平衡", "en": "Carbon balance of the anode"}),
    },
    "TH-AL-105": {
        "study": lambda s: s["lines"][1].update(amount="520 kg"),
        "quiet": lambda s: s["lines"][1].update(amount="0.47 t"),
    },
}
