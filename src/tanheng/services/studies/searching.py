"""Studies among what can be searched: as products of their organisation, by the names and codes of their latest version."""

from __future__ import annotations

from tanheng.footprint import Study
from tanheng.services.search import Entry, Kind, index, unindex
from tanheng.storage.sql import Work


def write(work: Work, id: str, organisation: str, model: Study) -> None:  # noqa: A002 - as the column is called
    """Let the organisation find a study by what its latest version says."""
    index(work, [entry(id, organisation, model)])


def entry(id: str, organisation: str, model: Study) -> Entry:  # noqa: A002
    """What is searched of a study."""
    product = model.product
    others = (*product.codes.values(), *product.maker.values(), *product.description.values())
    return Entry(
        kind=Kind.PRODUCT,
        reference=id,
        names=product.names,
        organisation=organisation,
        text=" ".join(others),
        geography=model.site,
        year=model.year,
        unit=model.unit.unit,
    )


def remove(work: Work, id: str) -> None:  # noqa: A002
    """Let nobody find a study, as one that is put away."""
    unindex(work, Kind.PRODUCT, [id])
