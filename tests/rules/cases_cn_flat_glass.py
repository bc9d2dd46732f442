"""Flat glass: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-flat-glass"

STUDY = """
tanheng: study/1
product: {name: {zh: 浮法玻璃, en: Float glass}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "7005"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 硅砂, en: Silica sand},
     amount: 600 kg, from: "factor:gb-2023-aggregates-primary"}
  - {stage: raw-materials, name: {zh: 纯碱, en: Soda ash}, amount: 190 kg, from: "factor:us-soda-ash-uslci"}
  - {stage: raw-materials, name: {zh: 碎玻璃, en: Cullet},
     amount: 180 kg, from: "factor:gb-2023-waste-glass-recycling"}
  - {stage: production, name: {zh: 碳酸盐分解, en: Decomposition of carbonates}, emits: {CO2: 165 kg}}
  - {stage: production, type: energy, name: {zh: 天然气燃烧, en: Natural gas burnt},
     amount: 170 m3, from: "factor:cn-natural-gas-combustion-m3"}
"""


def base():
    return yaml.safe_load(STUDY)


CASES = {
    "TH-GL-101": {
        "study": lambda s: s["lines"].pop(3),
        "quiet": lambda s: s["lines"][3].update(name={"zh": "过程排放", "en": "Process emission"}),
    },
    "TH-GL-102": {
        "study": lambda s: s["lines"][3].update(emits={"CO2": "540 kg"}),
        "quiet": lambda s: s["lines"][3].update(emits={"CO2": "250 kg"}),
    },
    "TH-GL-103": {"study": lambda s: s["lines"].pop(2)},
}
