"""The lines in braces at the top of a file: ``{CSV separator: Semicolon}``."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

# Old versions write their header without braces, in cells.
_SIGN = re.compile(r'^\s*"?(?:\{SimaPro\b|SimaPro\b[^\n]*[\t;,]"?processes\b)')
_LINE = re.compile(r'^\s*"?\{(?P<text>[^{}]*)\}"?[\s;,]*$')
_SEPARATORS = {"semicolon": ";", "comma": ",", "tab": "\t"}
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_simapro(head: bytes) -> bool:
    """Whether a file begins as SimaPro's do; ``head`` are its first bytes.

    >>> is_simapro(b"{SimaPro 9.5.0.0}")
    True
    """
    encoding = "utf-16" if head.startswith(_MARKS) else "utf-8-sig"
    return bool(_SIGN.match(head.decode(encoding, errors="replace")))


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself.

    Attributes:
        contents: ``processes``, ``methods`` …; empty where it is not said.
        separator, decimal: as declared, else as the file looks.
        assumed: those of the two that the file does not declare.
    """

    version: str = ""
    contents: str = ""
    project: str = ""
    separator: str = ";"
    decimal: str = "."
    assumed: tuple[str, ...] = ()


def read_header(beginning: Sequence[str]) -> Header:
    """The header of a file from its first lines; lines without braces say nothing."""
    entries: dict[str, str] = {}
    version = contents = ""
    for line in beginning:
        match = _LINE.match(line.lstrip("\ufeff"))
        if match is None:
            continue
        key, mark, value = match["text"].partition(":")
        if mark:
            entries.setdefault(key.strip().casefold(), value.strip())
        elif key.strip().casefold().startswith("simapro"):
            version = key.strip()[len("simapro") :].strip()
        elif not contents and "'" not in key:
            contents = key.strip().casefold()
    separator = _separator(entries.get("csv separator", ""))
    decimal = entries.get("decimal separator", "")
    assumed: tuple[str, ...] = ("CSV separator",) if not separator else ()
    if decimal not in (".", ","):
        assumed += ("Decimal separator",)
        decimal = ""
    separator = separator or max(";\t,", key=lambda mark: sum(line.count(mark) for line in beginning[:400]))
    return Header(version, contents, entries.get("project", ""), separator, decimal or _decimal(beginning), assumed)


def _separator(text: str) -> str:
    return _SEPARATORS.get(text.casefold(), text if text in (";", ",", "\t") else "")


def _decimal(beginning: Sequence[str]) -> str:
    """The mark in numbers that stand between separators."""
    commas = sum(len(re.findall(r"[;\t]-?\d+,\d+(?=[;\t])", line)) for line in beginning)
    points = sum(len(re.findall(r"[;\t,]-?\d+\.\d+(?=[;\t,])", line)) for line in beginning)
    return "," if commas > points else "."
