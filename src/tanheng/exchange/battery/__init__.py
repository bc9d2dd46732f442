"""Declarations of the carbon footprint of batteries.

- ``battery-eu``: Regulation (EU) 2023/1542, Article 7(1) and Annex II, with the draft delegated act of 30 April 2024, which is
  not adopted.
- ``battery-cn``: China's declaration of traction batteries, 工信厅通装函〔2025〕551号; its form is not public here, and its
  fields are data.

Both tell kg CO2e per kWh delivered over life, in four stages (:mod:`tanheng.exchange.lifetime`), as JSON of our own form, since
no act fixes one, and to print with ``-pdf`` and ``-word``. No limits of performance classes are in force: without limits given
the class is not known.
"""

from __future__ import annotations

from functools import partial

from tanheng.exchange.battery.classes import Class, classify
from tanheng.exchange.battery.declaring import FOLLOWS, Form, document, fields, values
from tanheng.exchange.battery.model import Document
from tanheng.exchange.battery.reading import Declared, declared, read
from tanheng.exchange.battery.section import NAME, BatteryDeclaration
from tanheng.exchange.battery.writing import MEDIA, write, write_document
from tanheng.exchange.lifetime import SECTION, Battery
from tanheng.exchange.protocols import Protocol, Read, Write
from tanheng.footprint.study import Names

__all__ = [
    "PROTOCOLS",
    "BatteryDeclaration",
    "Class",
    "Declared",
    "Document",
    "classify",
    "declared",
    "document",
    "fields",
    "read",
    "values",
    "write",
    "write_document",
]

_NAMES: dict[Form, Names] = {
    "eu": {"en": "EU battery carbon footprint declaration", "zh": "欧盟电池碳足迹声明"},
    "cn": {"en": "China traction battery declaration", "zh": "中国动力电池碳足迹申报"},
}
_STANDARDS: dict[Form, Names] = {
    "eu": {
        "en": f"follows {FOLLOWS['eu']}",
        "zh": "参照法规 (EU) 2023/1542 第 7 条第 1 款、附件二及 2024-04-30 授权法规草案（未通过）",
    },
    "cn": {
        "en": f"follows {FOLLOWS['cn']}; the form of the declaration is not public here",
        "zh": f"参照{FOLLOWS['cn']}；申报表格式在此未公开",
    },
}
_URLS: dict[Form, str] = {
    "eu": "https://eur-lex.europa.eu/eli/reg/2023/1542/oj",
    "cn": "https://www.miit.gov.cn/",
}
_REGIMES: dict[Form, tuple[str, ...]] = {"eu": ("eu-battery",), "cn": ("eu-battery", "gbt24067", "iso14067")}


def _protocol(form: Form, ending: str, make: Write, take: Read | None = None) -> Protocol:
    tail = {"json": "", "pdf": "-pdf", "docx": "-word"}[ending]
    more = {"json": "", "pdf": " (PDF)", "docx": " (Word)"}[ending]
    return Protocol(
        id=f"battery-{form}{tail}",
        form_of=f"battery-{form}" if tail else "",
        names={lang: name + more for lang, name in _NAMES[form].items()},
        standard=_STANDARDS[form],
        url=_URLS[form],
        media_type=MEDIA[ending],
        suffix=f".{ending}",
        regimes=_REGIMES[form],
        sections={SECTION: Battery, NAME: BatteryDeclaration},
        write=make,
        read=take,
    )


def _both(form: Form) -> tuple[Protocol, ...]:
    return (
        _protocol(form, "json", partial(write, form=form), read),
        _protocol(form, "pdf", partial(write_document, form=form, ending="pdf")),
        _protocol(form, "docx", partial(write_document, form=form, ending="docx")),
    )


PROTOCOLS = (*_both("eu"), *_both("cn"))
