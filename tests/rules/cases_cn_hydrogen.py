"""Hydrogen: a study that its own checks are silent about, and what makes each of them speak."""

from __future__ import annotations

import yaml

PACK = "cn-hydrogen"

STUDY = """
tanheng: study/1
product: {name: {zh: 电解氢, en: Hydrogen by electrolysis}, maker: {zh: 测试企业, en: Maker}, codes: {hs: "2804.10"}}
unit: 1 kg
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-37
goal: {zh: 测试, en: test}
author: A. Tester
unit_text: {zh: 1 kg 氢气，3.0 MPa，纯度 99.999 %, en: "1 kg of hydrogen at 3.0 MPa, 99.999 % pure"}
lines:
  - {stage: raw-materials, name: {zh: 纯水, en: Deionised water},
     amount: 0.01 m3, from: "factor:gb-2023-water-supply"}
  - {stage: production, name: {zh: 电解用电, en: Power of electrolysis},
     amount: 54 kWh, electricity: [{own: wind}]}
  - {stage: production, name: {zh: 纯化压缩用电, en: Power of purification and compression},
     amount: 2 kWh, electricity: [{grid: CN}]}
co_products: [{name: {zh: 氧气, en: Oxygen}, amount: 7.9 kg, share: 0 %}]
allocation: {basis: given, share: 100 %, reason: {zh: 放空, en: vented}}
"""


def base():
    return yaml.safe_load(STUDY)


VENTED = {"stage": "production", "name": {"zh": "副产氧气放空", "en": "Oxygen vented"}, "emits": {"CO2": "0 kg"}}


def reforming(study):
    study["lines"][-2]["name"] = {"zh": "转化炉用电", "en": "Power of the reformer"}


CASES = {
    "TH-H2-101": [
        {"study": lambda s: s.pop("unit_text"), "quiet": lambda s: s.update(unit_text={"en": "liquid, purity 5N"})},
        {"study": lambda s: s.update(unit_text={"zh": "3.0 MPa 氢气"})},
    ],
    "TH-H2-102": [
        {
            "study": lambda s: s["lines"][1].update(amount="80 kWh"),
            "quiet": lambda s: s["lines"][1].update(amount="67 kWh"),
        },
        # Per normal cubic metre instead of kilogram.
        {"study": lambda s: s["lines"][1].update(amount="4.8 kWh"), "quiet": reforming},
    ],
    "TH-H2-103": {"study": lambda s: s["lines"].pop(0), "quiet": lambda s: s["lines"].pop(0) and reforming(s)},
    "TH-H2-104": {
        "study": lambda s: (s.pop("co_products"), s.pop("allocation")),
        "quiet": lambda s: (s.pop("co_products"), s.pop("allocation"), s["lines"].append(VENTED)),
    },
}
