"""What a person chooses for a line: checked before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tanheng.errors import AssessmentError
from tanheng.factors import FactorKind, Release
from tanheng.factors import get as get_factor
from tanheng.footprint.matching.model import LineMatch
from tanheng.footprint.ports import Backgrounds
from tanheng.footprint.study import Line, Study
from tanheng.inventory.search import find_product
from tanheng.quantities import find_unit


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
        index = _line(name, study)
        if link.isdigit():
            link = _proposal(index, int(link), by_index)
        check_link(link, study.lines[index], release, backgrounds)
        found[index] = link
    return found


def _line(name: str, study: Study) -> int:
    named = [i for i, line in enumerate(study.lines) if line.id and line.id == name]
    if named:
        return named[0]
    if name.isdecimal() and int(name) < len(study.lines):
        return int(name)
    raise AssessmentError("TH-ASM-104", line=name, last=len(study.lines) - 1)


def _proposal(index: int, rank: int, matches: Mapping[int, LineMatch]) -> str:
    proposed = matches[index].candidates if index in matches else ()
    if not 1 <= rank <= len(proposed):
        raise AssessmentError("TH-ASM-101", line=index, rank=rank)
    return proposed[rank - 1].link


def check_link(link: str, line: Line, release: Release, backgrounds: Backgrounds) -> None:
    """Refuse a link to what is not there, to a generation CO2 factor, or in a unit that the amount cannot be given in.

    Links to studies and assessments are checked when they are assessed.
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
        return
    unit = find_unit(per)
    if line.amount is not None and unit is not None and unit.dimension != line.amount.dimension:
        raise AssessmentError("TH-ASM-105", place=line.place, link=link, per=per, amount=str(line.amount))
