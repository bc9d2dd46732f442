"""What a person chooses for a line: checked before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tanheng.errors import AssessmentError, Fault, TanhengError
from tanheng.factors import FactorKind, Release
from tanheng.factors import get as get_factor
from tanheng.footprint.matching.model import LineMatch
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.study import Line, Study
from tanheng.footprint.targets import is_bare_name
from tanheng.inventory.search import find_product, fold
from tanheng.quantities import find_unit

_OTHERS = frozenset({"study", "assessment", "cbam", "db"})
"""Prefixes of links that are neither to a factor nor to a database that the link names."""
_DIGITS = 10
"""Digits that no number of a line has; Python reads numbers of some thousand digits at most."""


def chosen_links(
    texts: Iterable[str], study: Study, matches: Iterable[LineMatch], release: Release, backgrounds: Backgrounds
) -> dict[int, str]:
    """Links by index of the line, of texts ``LINE=LINK``.

    Args:
        texts: LINE is the number in ``lines[…]`` or the line's id; LINK a link, or the number of a proposal (``3=1``).

    Raises:
        AssessmentError: TH-ASM-100 no such text, 101 no such proposal, 104 no such line, 105 a unit that does not fit,
            106 a generation CO2 factor (C07).
        FactorError, InventoryError: a factor or product that is not there, with near ones.
    """
    by_index = {match.index: match for match in matches}
    found: dict[int, str] = {}
    for text in texts:
        name, sign, link = (part.strip() for part in text.partition("="))
        if not (name and sign and link):
            raise AssessmentError("TH-ASM-100", choice=text)
        index = line_index(name, study)
        if link.isdigit():
            link = _proposal(index, int(link), by_index)
        check_link(link, study.lines[index], release, backgrounds)
        found[index] = link
    return found


def line_index(name: str, study: Study) -> int:
    """The index of the line with this id, or of this number (AssessmentError: TH-ASM-104)."""
    named = [i for i, line in enumerate(study.lines) if line.id and line.id == name]
    if named:
        return named[0]
    if name.isascii() and name.isdecimal() and len(name) < _DIGITS and int(name) < len(study.lines):
        return int(name)
    raise AssessmentError("TH-ASM-104", line=name, last=len(study.lines) - 1)


def _proposal(index: int, rank: int, matches: Mapping[int, LineMatch]) -> str:
    proposed = matches[index].candidates if index in matches else ()
    if not 1 <= rank <= len(proposed):
        raise AssessmentError("TH-ASM-101", line=index, rank=rank)
    return proposed[rank - 1].link


def check_link(link: str, line: Line, release: Release, backgrounds: Backgrounds) -> None:
    """Refuse a link to what is not there, to a generation CO2 factor, or in a unit that the amount cannot be given in.

    Names to look up, default values and links to studies and assessments are followed when the study is assessed.

    Raises:
        AssessmentError: TH-ASM-105, 106. FactorError, InventoryError: no such factor or product. HomeError: TH-HOM-001.
    """
    prefix, _, rest = link.partition(":")
    if prefix == "factor":
        factor = get_factor(release, rest.strip())
        if factor.kind is FactorKind.GENERATION_CO2:
            raise AssessmentError("TH-ASM-106", place=line.place, link=link)
        per = factor.per
    elif prefix in backgrounds.names():
        snapshot = backgrounds.snapshot(prefix)
        per = snapshot.product(find_product(snapshot, rest, exact=True)).unit
    else:
        if not (is_bare_name(link) or prefix in _OTHERS or _is_name(link, release)):
            backgrounds.snapshot(prefix)  # says which databases there are
        return
    unit = find_unit(per)
    if line.amount is not None and unit is not None and unit.dimension != line.amount.dimension:
        raise AssessmentError("TH-ASM-105", place=line.place, link=link, per=per, amount=str(line.amount))


def _is_name(link: str, release: Release) -> bool:
    wanted = fold(link)
    return any(wanted in map(fold, factor.names.values()) for factor in release.factors.values())


def link_faults(study: Study, release: Release, backgrounds: Backgrounds) -> Iterator[Fault]:
    """What is wrong with the links of a study's lines to factors and databases, line by line (see :func:`check_link`)."""
    known: dict[tuple[str, str], tuple[Fault, ...]] = {}
    for line in study.lines:
        key = line.link, line.amount.dimension if line.amount else ""
        if line.link and key not in known:  # what is not there is looked for among all, which takes its time
            known[key] = _faults(line, release, backgrounds)
        yield from (replace(fault, place=line.place) for fault in known.get(key, ()))


def _faults(line: Line, release: Release, backgrounds: Backgrounds) -> tuple[Fault, ...]:
    try:
        check_link(line.link, line, release, backgrounds)
    except TanhengError as error:
        return error.faults
    return ()
