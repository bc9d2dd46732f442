"""Reading EcoSpold 1 impact categories into an :class:`~tanheng.inventory.methods.model.ImpactMethod`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from tanheng.formats.archive import Archive, Limits, open_archive
from tanheng.formats.characterising import FactorList, direction_of, filled
from tanheng.formats.ecospold1.build import uncertainty_of
from tanheng.formats.ecospold1.dataset import IMPACT_CATEGORY, RawDataset, RawExchange, read_dataset
from tanheng.formats.ecospold1.identity import names_of
from tanheng.formats.ecospold1.read import is_ecospold1, is_impact
from tanheng.formats.notebook import Notebook
from tanheng.formats.progress import Progress, Steps
from tanheng.formats.units import UnitBook
from tanheng.formats.values import UniqueIds, cas_number, chemical_formula
from tanheng.formats.xmlsafe import elements, root_of
from tanheng.inventory.methods.model import ImpactCategory, ImpactMethod
from tanheng.inventory.model import Flow, FlowKind

FORMAT = "ecospold1-impact"
_FUNCTION = "referenceFunction"
# Group of an exchange → what its flow is; those of the technosphere have no place here, but are told apart.
_KINDS: Mapping[str, FlowKind] = {"o3": FlowKind.WASTE} | dict.fromkeys(
    ("i1", "i2", "i3", "i5", "o0", "o1", "o2"), FlowKind.PRODUCT
)
_TEXTS: Mapping[str, tuple[str, str]] = {
    "method": (_FUNCTION, "category"),
    "impact category": (_FUNCTION, "subCategory"),
    "geography": ("geography", "location"),
    "geography text": ("geography", "text"),
    "time": ("timePeriod", "text"),
    "version": ("dataSetInformation", "version"),
    "review": ("validation", "proofReadingDetails"),
}


def read_method(
    path: str | os.PathLike[str], *, name: str, progress: Progress | None = None, limits: Limits | None = None
) -> ImpactMethod:
    """Read EcoSpold 1 impact categories from an XML file, a zip or a folder, each with any number of data sets.

    A category is called as its data set and the subcategory before it (``climate change: GWP 100a``). Several methods
    (the format's categories) are read as one, their names before those of their categories.

    Args:
        path: of the file, zip or folder; files and data sets of other kinds in it are passed over.
        name: of the method.
        progress: called with bytes done and bytes in all.
        limits: what is refused as too large.

    Raises:
        FormatError: TH-FMT-001 to 010, 017, 018 as :func:`~tanheng.formats.archive.open_archive`; TH-FMT-013 for
            broken XML, TH-FMT-014 for a DOCTYPE, TH-FMT-055 where there is no factor.

    Source: EcoSpold01ImpactDataset.xsd, EcoSpold01FlowData.xsd.
    """
    notes = Notebook()
    with open_archive(path, limits=limits or Limits()) as archive:
        place = archive.path.name
        datasets = list(_datasets(archive, Steps(progress)))
    book = UnitBook(notes)
    methods = list(dict.fromkeys(filter(None, (dataset.get(_FUNCTION, "category") for dataset in datasets))))
    if len(methods) > 1:
        notes.add("methods-joined", place, names="; ".join(methods))
    ids = UniqueIds()
    categories = [_category(dataset, book, notes, ids, methods) for dataset in datasets]
    versions = {dataset.get("dataSetInformation", "version") for dataset in datasets}
    return ImpactMethod(
        name=name,
        format=FORMAT,
        categories=filled(categories, place),
        local_units=book.local,
        notes=notes.close(),
        description="; ".join(methods),
        version=next(iter(versions)) if len(versions) == 1 else "",
    )


def _datasets(archive: Archive, steps: Steps) -> Iterator[RawDataset]:
    members = [m for m in archive.members if m.name.lower().endswith(".xml") or len(archive.members) == 1]
    steps.total = sum(member.size for member in members)
    for member in members:
        before = steps.done
        place = archive.place(member)
        with archive.open(member) as stream:
            namespace, root = root_of(stream, place=place)
        if is_impact(namespace, root) or is_ecospold1(namespace, root):
            with archive.open(member) as stream:
                for element in elements(stream, "dataset", place=place):
                    raw = read_dataset(element, place)
                    steps.step(max(0, min(stream.tell(), member.size) + before - steps.done))
                    if is_impact(namespace, root) or raw.kind == IMPACT_CATEGORY:
                        yield raw
        steps.step(before + member.size - steps.done)


def _category(
    raw: RawDataset, book: UnitBook, notes: Notebook, ids: UniqueIds, methods: Sequence[str]
) -> ImpactCategory:
    method = raw.get(_FUNCTION, "category") if len(methods) > 1 else ""

    def called(name: str, sub: str) -> str:
        parts = (method, sub if sub != name else "", name)
        return ": ".join(filter(None, (" ".join(part.split()) for part in parts)))

    name = called(raw.get(_FUNCTION, "name"), raw.get(_FUNCTION, "subCategory")) or raw.number or "–"
    local = raw.get(_FUNCTION, "localName")
    unit = raw.get(_FUNCTION, "unit")
    if not unit:
        notes.add("category-unit-unknown", name, said="–")
    factors = FactorList(notes, name)
    for exchange in raw.exchanges:
        if exchange.name:
            _add(factors, exchange, raw, book)
        else:
            notes.count("factor-without-flow", name, f"#{exchange.number}")
    identifier, _ = ids.take("/".join(filter(None, (raw.get(_FUNCTION, "category"), name))))
    texts = {heading: raw.get(*field) for heading, field in _TEXTS.items()}
    return ImpactCategory(
        id=identifier,
        names=names_of(raw, name, called(local, raw.get(_FUNCTION, "localSubCategory")) if local else ""),
        unit=unit,
        factors=factors.close(),
        comment=raw.get(_FUNCTION, "generalComment"),
        texts={heading: text for heading, text in texts.items() if text},
    )


def _add(factors: FactorList, exchange: RawExchange, raw: RawDataset, book: UnitBook) -> None:
    unit = book.lone(exchange.unit) if exchange.unit else ""
    category = tuple(filter(None, (exchange.get("category"), exchange.get("subCategory"))))
    flow = Flow(
        id="",
        kind=_KINDS.get(exchange.group, FlowKind.ELEMENTARY),
        names=names_of(raw, exchange.name, exchange.get("localName")),
        unit=unit,
        category=category,
        cas=cas_number(exchange.get("CASNumber")),
        formula=chemical_formula(exchange.get("formula")),
    )
    is_input = exchange.group.startswith("i") if exchange.group else direction_of(category[0] if category else "")
    factors.add(
        flow,
        exchange.amount,
        unit,
        is_input=is_input,
        location=exchange.location,
        uncertainty=uncertainty_of(exchange),
    )
