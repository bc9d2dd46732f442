"""Methanol: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-methanol"

STUDY = """
tanheng: study/1
product: {name: {zh: 煤制甲醇, en: Methanol from coal}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2905.11"}}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
lines:
  - {stage: raw-materials, name: {zh: 原料煤, en: Coal},
     amount: 1.5 t, from: "factor:gb-2023-supply-coal-industrial-t"}
  - {stage: production, name: {zh: 气化与变换过程排放, en: Process emission of gasification and shift},
     emits: {CO2: 2.1 t}}
  - {stage: production, name: {zh: 电力, en: Power}, amount: 300 kWh, electricity: [{grid: CN}]}
"""


def base():
    return yaml.safe_load(STUDY)


CAPTURED = {
    "stage": "raw-materials",
    "name": {"zh": "捕集二氧化碳", "en": "Captured CO2"},
    "emits": [{"gas": "CO2", "amount": "1.4 t", "origin": "removal"}],
}

CASES = {
    "TH-ME-101": {
        "study": lambda s: s["lines"].pop(1),
        "quiet": lambda s: s["lines"].pop(1) and s["lines"][0].update(name={"zh": "可再生氢", "en": "Hydrogen"}),
    },
    "TH-ME-102": {
        "study": lambda s: s["lines"].append(CAPTURED),
        "quiet": lambda s: s["lines"].append(CAPTURED) or s.update(boundary="cradle-to-grave"),
    },
}
