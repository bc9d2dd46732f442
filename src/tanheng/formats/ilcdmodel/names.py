"""What data sets are called and where they belong: names, categories, synonyms."""

from __future__ import annotations

from collections.abc import Mapping

from tanheng.formats.ilcdmodel.node import Node, by_language, content, node, nodes, text, to_number, values

# The parts of a name in the order in which the format puts them together.
_PARTS = (
    "baseName",
    "treatmentStandardsRoutes",
    "mixAndLocationTypes",
    "functionalUnitFlowProperties",
    "flowProperties",
)


def full_names(information: Node) -> dict[str, str]:
    """Name by language: base name, treatment, mix and location, quantitative properties, as far as given.

    ``information`` is a ``dataSetInformation``; a name that is a plain text (as of flow properties) will do.
    """
    name = node(information, "name")
    parts = [by_language(name, part) for part in _PARTS] if name else []
    found: dict[str, str] = {}
    for language in parts[0] if parts else ():
        found[language] = "; ".join(" ".join(part[language].split()) for part in parts if language in part)
    return found or by_language(information, "name") or by_language(information, "shortName")


def categories(information: Node) -> tuple[str, ...]:
    """Path of the elementary flow categorization (the compartments), else of the classification; outermost first.

    Of several classifications, that of the ILCD system is taken, else the first that says anything.
    """
    outer = node(information, "classificationInformation")
    for kind, item in (("elementaryFlowCategorization", "category"), ("classification", "class")):
        paths = sorted(nodes(outer, kind), key=lambda found: "ilcd" not in text(found, "@name").casefold())
        for path in paths:
            if levels := _levels(path, item):
                return levels
    return ()


def _levels(path: Node, item: str) -> tuple[str, ...]:
    found: list[tuple[float, str]] = []
    for position, value in enumerate(values(path, item)):
        level = to_number(content(value.get("@level"))) if isinstance(value, dict) else None
        if written := " ".join(content(value).split()):
            found.append((position if level is None else level, written))
    return tuple(written for _, written in sorted(found, key=lambda pair: pair[0]))


def synonyms(information: Node, names: Mapping[str, str]) -> tuple[str, ...]:
    """Other names in all languages, each once, the names themselves left out."""
    known = {name.casefold() for name in names.values()}
    found: dict[str, str] = {}
    for listed in by_language(information, "synonyms").values():
        for written in listed.replace("；", ";").replace("\n", ";").split(";"):
            plain = " ".join(written.split())
            if plain and plain.casefold() not in known:
                found.setdefault(plain.casefold(), plain)
    return tuple(found.values())
