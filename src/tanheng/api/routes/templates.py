"""Files to fill in: a study, a rule pack, a report, tables of factors, inventories and impact methods."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from tanheng.api.files import NO_NUL, attachment
from tanheng.api.routing import Router
from tanheng.factors.template import write_template
from tanheng.footprint.reading import new_study
from tanheng.formats import write_inventory_template, write_method_template
from tanheng.reporting.wordml import shipped_template
from tanheng.rules.template import new_pack_file

router = Router(prefix="/v1/templates", tags=["templates"])
YAML = "application/yaml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv"
Name = Annotated[str, Query(min_length=1, max_length=200, pattern=NO_NUL, description="Of the product.")]
PackId = Annotated[str, Query(min_length=1, max_length=64, description="Small letters, digits, hyphens.")]


class StudyForm(StrEnum):
    """A kind of file for studies."""

    YAML = "yaml"
    WORKBOOK = "xlsx"


class TableForm(StrEnum):
    """A kind of file for tables."""

    CSV = "csv"
    WORKBOOK = "xlsx"


_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {}, WORKBOOK: {}}}}


@router.get("/study", response_class=Response, responses={200: {"content": {YAML: {}, WORKBOOK: {}}}})
def get_study_template(
    product: Name,
    format: StudyForm = StudyForm.WORKBOOK,  # noqa: A002
    lang: Annotated[Literal["zh", "en"], Query(description="Of examples and comments; a workbook has both.")] = "zh",
) -> Response:
    """A study to begin with, everything explained: valid as it is, with example lines to replace."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = Path(folder) / f"study.{format.value}"
        new_study(product, "yaml" if format is StudyForm.YAML else "workbook", path, lang=lang)
        return _file(path.read_bytes(), YAML if format is StudyForm.YAML else WORKBOOK, path.name)


@router.get("/rules", response_class=Response, responses={200: {"content": {YAML: {}}}})
def get_rules_template(id: PackId, name: Name) -> Response:  # noqa: A002
    """A rule pack to begin with, every field explained in both languages; valid as it is."""
    file = f"{id}.yaml"
    return _file(new_pack_file(id, name, place=file), YAML, file)


@router.get("/report", response_class=Response, responses={200: {"content": {WORD: {}}}})
def get_report_template() -> Response:
    """The Word template of reports that ships, to make one's own from."""
    return _file(shipped_template(), WORD, "template.docx")


@router.get("/factors", response_class=Response, responses=_TABLE)
def get_factors_template(format: TableForm = TableForm.WORKBOOK) -> Response:  # noqa: A002
    """A table of factors to fill in, with an example row."""
    return _table("factors", format, write_template)


@router.get("/inventory", response_class=Response, responses=_TABLE)
def get_inventory_template(format: TableForm = TableForm.WORKBOOK, lang: Literal["zh", "en"] = "zh") -> Response:  # noqa: A002
    """A table of an inventory to fill in and to import, for people without LCA software, with a worked example."""
    return _table("inventory", format, partial(write_inventory_template, lang=lang))


@router.get("/method", response_class=Response, responses=_TABLE)
def get_method_template(format: TableForm = TableForm.WORKBOOK) -> Response:  # noqa: A002
    """A table of characterisation factors to fill in, with example rows."""
    return _table("method", format, write_method_template)


def _table(name: str, form: TableForm, write: Callable[[Path], Path]) -> Response:
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = write(Path(folder) / f"{name}.{form.value}")
        return _file(path.read_bytes(), CSV if form is TableForm.CSV else WORKBOOK, path.name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers=attachment(name))
