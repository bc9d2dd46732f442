"""A new study to fill in: valid as it is, with example lines that a person replaces, and words that say how."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from tanheng.errors import StudyError
from tanheng.footprint.reading.building import build_study
from tanheng.footprint.reading.fields import CHOICES, Field, fields
from tanheng.footprint.reading.files import WORKBOOK_SUFFIX, YAML_SUFFIXES, write_atomically, write_text
from tanheng.footprint.reading.node import Faults
from tanheng.footprint.reading.values import language_of
from tanheng.footprint.reading.workbook_out import write_workbook
from tanheng.footprint.reading.writing import authored_document, study_document
from tanheng.footprint.reading.yaml_in import read_yaml
from tanheng.footprint.reading.yaml_out import write_entry
from tanheng.footprint.study import Names, Study
from tanheng.texts import text

Kind = Literal["yaml", "workbook"]
_SUFFIXES: Mapping[str, tuple[str, ...]] = {"yaml": YAML_SUFFIXES, "workbook": (WORKBOOK_SUFFIX,)}


def new_study(
    product: str, kind: Kind, path: str | os.PathLike[str], lang: str = "zh", *, overwrite: bool = False
) -> Path:
    """Write a commented study to fill in, and return its path.

    Args:
        product: name of the product.
        kind: ``yaml`` or ``workbook``.
        path: of the new file; its ending must fit the kind.
        lang: language of the examples and comments (a workbook is bilingual).
        overwrite: whether a file that is there already may be replaced.

    Raises:
        StudyError: TH-STU-042 where the file exists, TH-STU-049 where its ending does not fit, TH-STU-001 where it
            cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in _SUFFIXES[kind]:
        raise StudyError("TH-STU-049", place=path.name, suffix=path.suffix)
    if path.exists() and not overwrite:
        raise StudyError("TH-STU-042", place=path.name, path=str(path))
    study = _example(product.strip(), lang)
    if kind == "workbook":
        write_atomically(path, lambda target: write_workbook(study_document(study), target))
    else:
        words = _commented(study, path.name, lang)
        write_atomically(path, lambda target: write_text(words, target))
    return path


@cache
def _template() -> Study:
    words = files("tanheng").joinpath("data/templates/study.yaml").read_text(encoding="utf-8")
    faults = Faults()
    return build_study(read_yaml(words, "study.yaml", faults), faults)


def _example(product: str, lang: str) -> Study:
    """The template in one language, for the product."""

    def only(names: Names) -> Names:
        return {lang: names[lang]} if lang in names else names

    study = _template()
    names = {language_of(product): product} if product else only(study.product.names)
    return replace(
        study,
        product=replace(study.product, names=names, maker=only(study.product.maker)),
        goal=only(study.goal),
        limits=tuple(only(limit) for limit in study.limits),
        lines=tuple(replace(line, names=only(line.names)) for line in study.lines),
    )


def _commented(study: Study, name: str, lang: str) -> str:
    return "\n".join(_paragraphs(study, name, lang)) + "\n"


def _paragraphs(study: Study, name: str, lang: str) -> Iterator[str]:
    document = authored_document(study)
    document.setdefault("unit_kind", study.unit_kind.value)
    yield f"# {text('template', 'title', lang)}"
    yield f"# {text('template', 'how', lang)}"
    yield f"# {text('template', 'texts', lang)}"
    yield f"# {text('template', 'next', lang, file=name)}"
    yield ""
    known = fields("study")
    for key, field in known.items():
        if key not in document:
            continue
        if key == "lines":
            yield from _line_help(lang)
        elif key != "tanheng":
            yield f"# {field.texts[lang]}{_options(field)}"
        yield write_entry(key, document[key]).rstrip("\n")
    yield ""
    yield f"# {text('template', 'optional', lang)}"
    yield from (
        f"#   {key}: {field.texts[lang]}{_options(field)}" for key, field in known.items() if key not in document
    )


def _line_help(lang: str) -> Iterator[str]:
    yield ""
    for record in ("line", "electricity", "leg"):
        yield f"# {text('template', record, lang)}"
        for key, field in fields(record).items():
            example = (
                f"  ({field.example})" if field.example and field.kind in ("quantity", "text", "geography") else ""
            )
            yield f"#   {key}: {field.texts[lang]}{_options(field)}{example}"


def _options(field: Field) -> str:
    return f" [{', '.join(CHOICES[field.refers])}]" if field.kind == "choice" else ""
