"""A rule pack to begin with: every field is there, explained in both languages, made from the table of fields."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.rules.fields import Field, records
from tanheng.rules.loading import read_pack

_EXAMPLES = {
    "sources": "[{title: Public document, number: '', date: '2025', url: ''}]",
    "configurable": "[band, limits]",
    "processes": "",
    "without": "",
    "method": "{cut_off_single: 0.01, cut_off_total: 0.05}",
    "band": "{low: 100, high: 5000, per: t, source: {zh: 本软件自定的示例值, en: ours; an example}}",
    "limits": "{rating_warning: 3.0}",
    "units": "[t]",
    "scope": "{hs: ['9999']}",
    "follows": "{zh: 参照公开资料；不声明符合任何文本未公开的标准, en: follows public sources; no conformity is claimed}",
}
_PROCESS = """processes:
  - id: main-process
    names: {zh: 主要过程, en: Main process}
    stages: [production]
    words: [主要过程, main process]
"""
_CHECK = """checks:
  - code: MY-PACK-101
    severity: warning
    scope: lines
    clause: {zh: 自有规则, en: rule of our own}
    when: 'item.stage == "production" && item.weight > 0.5 && item.data != "primary"'
    quote: 'percent(item.weight)'
    message: {zh: "“{name}”占 {quote}，却不是初级数据", en: "“{name}” makes up {quote}, and is not primary data"}
    question: {zh: "能否取得现场数据？", en: "Can it be measured on site?"}
"""
_OPTIONAL = ("superseded_by", "valid_from", "valid_until", "without")


def new_pack(pack_id: str, name: str) -> str:
    """The text of a rule pack ``pack_id`` that extends the general rule and passes ``tanheng rules check``.

    Args:
        name: of the product, in one language; the other is to be filled in.
    """
    return "".join(_field(field, pack_id, name) for field in records()["pack"].values())


def new_pack_file(pack_id: str, name: str, *, place: str) -> bytes:
    """The file of a new rule pack (see :func:`new_pack`).

    Args:
        place: name of the file, for the places of faults.

    Raises:
        RuleError: an id or a name that does not do.
    """
    content = new_pack(pack_id, name).encode()
    read_pack(content, place=place)
    return content


def _field(field: Field, pack_id: str, name: str) -> str:
    head = f"\n# {field.texts['en']}\n# {field.texts['zh']}\n"
    if field.key == "checks":
        return head + "".join(_explained("check")) + _CHECK
    if field.key == "processes":
        return head + "".join(_explained("process")) + _PROCESS
    if field.key == "method":
        return head + "".join(_explained("method")) + f"method: {_EXAMPLES['method']}\n"
    value = {
        "tanheng": field.example,
        "id": pack_id,
        "version": "1.0.0",
        "names": f"{{zh: {_quoted(name)}, en: {_quoted(name)}}}",
    }.get(field.key, _EXAMPLES.get(field.key) or field.example)
    if field.key in _OPTIONAL:
        shown = value or "[{code: TH-GEN-206, reason: {zh: 理由, en: reason}}]"
        return f"{head}# {field.key}: {shown}\n"
    return f"{head}{field.key}: {value}\n"


def _explained(record: str) -> Iterator[str]:
    for field in records()[record].values():
        yield f"#   {field.key}: {field.texts['en']}\n#   {' ' * len(field.key)}  {field.texts['zh']}\n"


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
