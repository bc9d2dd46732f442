"""Which sheets, columns and rows a study's workbook has; shared by reading and writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tanheng.footprint.reading.fields import CODE_SCHEMES, Field, fields, fold
from tanheng.texts import LANGUAGES

STUDY, LINES, CO_PRODUCTS, CUT_OFFS, HELP = "Study", "Lines", "Co-products", "Cut-offs", "Help"
PARAMETERS, SCENARIOS, WAIVERS = "Parameters", "Scenarios", "Waivers"
SHEETS: Mapping[str, str] = {
    STUDY: "Study 研究",
    LINES: "Lines 清单",
    CO_PRODUCTS: "Co-products 共生产品",
    CUT_OFFS: "Cut-offs 取舍",
    PARAMETERS: "Parameters 参数",
    SCENARIOS: "Scenarios 情景",
    WAIVERS: "Waivers 豁免",
    HELP: "Help 说明",
}
"""Name of each sheet in a workbook that we write; a reader takes either language, or both."""

TABLES: Mapping[str, tuple[str, str]] = {
    LINES: ("lines", "line"),
    CO_PRODUCTS: ("co_products", "co_product"),
    CUT_OFFS: ("cut_offs", "cut_off"),
    PARAMETERS: ("parameters", "parameter"),
    SCENARIOS: ("scenarios", "scenario"),
    WAIVERS: ("waivers", "waiver"),
}
"""Key of the study and record of each sheet that holds a row for each item."""

FORM_COLUMNS: Mapping[str, tuple[str, str]] = {
    "key": ("Key", "键"),
    "label": ("Item", "项目"),
    "zh": ("Value / Chinese", "内容 / 中文"),
    "en": ("English", "英文"),
    "help": ("Explanation", "说明"),
}
REPEATED = ("limits", "sources")
"""Keys of the form that may have several rows, an item each."""

IGNORED = "#"
"""A header that starts with this is a person's own column."""

_LANGUAGE_NAMES = {"zh": ("Chinese", "中文"), "en": ("English", "英文")}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet of items.

    Attributes:
        key: unique in its sheet: ``stage``, ``name.zh``, ``amount.unit``, ``quality.te``.
        field: field that it belongs to.
        part: which part of the field: a language, ``value``, ``unit``, a key of a record; empty for the whole.
        label: header in English and Chinese.
    """

    key: str
    field: Field
    part: str
    label: tuple[str, str]

    @property
    def header(self) -> str:
        """The bilingual header."""
        return "\n".join(dict.fromkeys(self.label))


@cache
def columns(record: str) -> tuple[Column, ...]:
    """Columns of the sheet of a record, in order."""
    made: list[Column] = []
    for field in fields(record).values():
        label = (field.names["en"], field.names["zh"])
        if field.kind == "names":
            made += [Column(f"{field.key}.{lang}", field, lang, _in_language(label, lang)) for lang in LANGUAGES]
        elif field.kind == "quantity":
            made += [
                Column(field.key, field, "value", label),
                Column(f"{field.key}.unit", field, "unit", ("Unit", "单位")),
            ]
        elif field.type == "record:quality":
            made += [
                Column(f"{field.key}.{key}", part, key, (part.names["en"], part.names["zh"]))
                for key, part in fields(field.refers).items()
            ]
        else:
            made.append(Column(field.key, field, "", label))
    return tuple(made)


def _in_language(label: tuple[str, str], lang: str) -> tuple[str, str]:
    english, chinese = _LANGUAGE_NAMES[lang]
    return f"{label[0]} ({english})", f"{label[1]}\uff08{chinese}\uff09"


@cache
def column_spellings(record: str) -> Mapping[str, Column]:
    """Columns by everything that a header may say: key, either language, both."""
    known: dict[str, Column] = {}
    plain_names = [
        Column(f.key, f, "", (f.names["en"], f.names["zh"])) for f in fields(record).values() if f.kind == "names"
    ]
    # A table with one column of names needs not say the language: it is seen from the script.
    for column in (*columns(record), *plain_names):
        for words in (
            column.key,
            column.header,
            *column.label,
            column.part if column.key.startswith("quality") else "",
        ):
            if words:
                known.setdefault(_plain(words), column)
    return known


def find_column(record: str, header: str) -> Column | None:
    """The column that a header means."""
    return column_spellings(record).get(_plain(header))


def _plain(words: str) -> str:
    return fold(words).rstrip("*").replace("\uff08", "(").replace("\uff09", ")")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form: where its value belongs, and its field.

    Attributes:
        key: ``unit``, ``product.name``, ``product.codes.hs``, ``allocation.basis``.
        label: English and Chinese.
    """

    key: str
    field: Field
    label: tuple[str, str]


@cache
def form_rows() -> tuple[Row, ...]:
    """Rows of the form, product first."""
    rows: list[Row] = [_row("", "tanheng")]
    for key, field in fields("product").items():
        if field.kind == "codes":
            labels = {scheme: scheme.upper() for scheme in CODE_SCHEMES}
            rows += [
                Row(f"product.codes.{scheme}", field, (f"Code {label}", f"{label} 代码"))
                for scheme, label in labels.items()
            ]
        else:
            rows.append(_row("product", key))
    simple = [key for key, f in fields("study").items() if f.kind not in ("record", "records", "schema")]
    rows += [_row("", key) for key in simple]
    rows += [_row("allocation", key) for key in fields("allocation")]
    return tuple(rows)


def _row(record: str, key: str) -> Row:
    field = fields(record or "study")[key]
    return Row(f"{record}.{key}" if record else key, field, (field.names["en"], field.names["zh"]))


@cache
def _row_spellings() -> Mapping[str, Row]:
    known: dict[str, Row] = {}
    for row in form_rows():
        for words in (row.key, " ".join(row.label), " ".join(row.label[::-1]), *row.label):
            known.setdefault(_plain(words), row)
    return known


def find_row(words: str) -> Row | None:
    """The row of the form that a key or label means; further code schemes are rows of their own."""
    plain = _plain(words)
    found = _row_spellings().get(plain)
    if found is None and plain.startswith("product.codes.") and len(plain) > len("product.codes."):
        return Row(words.strip(), fields("product")["codes"], (words, words))
    return found


def sheet_of(name: str) -> str | None:
    """Which of our sheets a sheet's name means."""
    for key, title in SHEETS.items():
        if fold(name) in (fold(key), fold(title), fold(title.removeprefix(key))):
            return key
    return None
