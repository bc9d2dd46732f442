"""Files to fill in: a study, a rule pack, a table of factors."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from tanheng.api.files import NO_NUL, attachment
from tanheng.factors.template import write_template
from tanheng.footprint.reading import new_study
from tanheng.rules.template import new_pack_file

router = APIRouter(prefix="/v1/templates", tags=["templates"])
YAML = "application/yaml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


@router.get("/factors", response_class=Response, responses={200: {"content": {CSV: {}, WORKBOOK: {}}}})
def get_factors_template(format: TableForm = TableForm.WORKBOOK) -> Response:  # noqa: A002
    """A table of factors to fill in, with an example row."""
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder:
        path = write_template(Path(folder) / f"factors.{format.value}")
        return _file(path.read_bytes(), CSV if format is TableForm.CSV else WORKBOOK, path.name)


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers=attachment(name))
