"""Ethylene: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-ethylene"

STUDY = """
tanheng: study/1
product: {name: {zh: 乙烯, en: Ethylene}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2901.21"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
co_products: [{name: {zh: 丙烯, en: Propylene}, amount: 0.5 t}]
allocation: {basis: physical, reason: {zh: 质量, en: mass}}
lines:
  - {stage: raw-materials, name: {zh: 石脑油, en: Naphtha},
     amount: 3.0 t, from: "factor:gb-2023-supply-naphtha-t"}
  - {stage: production, name: {zh: 裂解炉燃料气燃烧, en: Fuel gas burnt in the furnaces}, emits: {CO2: 1.1 t}}
  - {stage: production, name: {zh: 电力, en: Power}, amount: 90 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


BURNT = {
    "stage": "production",
    "type": "energy",
    "name": {"zh": "石脑油燃烧", "en": "Naphtha burnt"},
    "amount": "1 kg",
    "from": "factor:ipcc-naphtha-combustion-kg",
}

CASES = {
    "TH-ET-101": {"study": lambda s: (s.pop("co_products"), s.pop("allocation"))},
    "TH-ET-102": {
        "study": lambda s: s["lines"][0].update({"from": "factor:ipcc-naphtha-combustion-kg", "type": "material"}),
        "quiet": lambda s: s["lines"].append(BURNT),
    },
}
