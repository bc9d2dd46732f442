"""Fuel oil: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-fuel-oil"

STUDY = """
tanheng: study/1
product: {name: {zh: 船用燃料油, en: Marine fuel oil}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2710.19"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
co_products: [{name: {zh: 柴油, en: Diesel}, amount: 2 t}]
allocation: {basis: physical, reason: {zh: 质量, en: mass}}
lines:
  - {stage: raw-materials, name: {zh: 原油, en: Crude oil},
     amount: 3.2 t, from: "factor:gb-2023-supply-fuel-oil-t"}
  - {stage: production, name: {zh: 加热炉燃料气燃烧, en: Fuel gas burnt in the heaters}, emits: {CO2: 600 kg}}
"""


def base():
    return yaml.safe_load(STUDY)


IN_USE = {"stage": "use", "name": {"zh": "燃烧", "en": "Burning"}, "emits": {"CO2": "3120 kg"}, "allocate": False}


def whole_life(study, mass="3120 kg"):
    study["boundary"] = "cradle-to-grave"
    study["lines"].append({**IN_USE, "emits": {"CO2": mass}})


CASES = {
    "TH-FO-101": {"study": lambda s: (s.pop("co_products"), s.pop("allocation"))},
    "TH-FO-102": [
        {"study": lambda s: s.update(boundary="cradle-to-grave"), "quiet": whole_life},
        {"study": lambda s: whole_life(s, "860 kg"), "quiet": whole_life},
    ],
}
