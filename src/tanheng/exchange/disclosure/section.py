"""What corporate disclosure and public product reports ask for beyond a study."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tanheng.exchange.supplement import Amount, Section


class Disclosure(Section, frozen=True):
    """A volume of the product in the reporting period of a company.

    Attributes:
        entity: legal entity identifier (ISO 17442) of whoever reports.
        role: ``buyer`` of the product, or its ``maker`` (the company whose site the study is of).
        volume: bought or made in the period, in a unit of the same kind as the declared unit.
        first, last: reporting period, both days inside.
        decimals: of tonnes, to which figures are rounded; negative for tens, hundreds.
        taxonomy: entry point; the one that is known here where it is not given. namespace: of its concepts.
    """

    entity: str = ""
    role: Literal["buyer", "maker"] | None = None
    volume: Amount | None = None
    first: date | None = None
    last: date | None = None
    decimals: int = 0
    taxonomy: str = ""
    namespace: str = ""


class Report(Section, frozen=True):
    """Statements of a public product report that no study holds; each a sentence or an address.

    Attributes:
        date: of the inventory, with its version.
        gate_reason: why the boundary ends at the gate. process_map: address or words.
        non_attributable: processes included that are not attributable to the product. luc_method: for land-use change.
        recycling: how it is allocated, and displaced emissions. profile: of use and end of life.
        data_statement, uncertainty_statement: on significant processes; on the choice of methods.
        assurance_process, assurance_competence, assurance_conflicts: of whoever assured it.
        changes: since the report before. disclaimer: limits of use, and that results are not for comparison.
    """

    date: date | None = None
    version: str = ""
    gate_reason: str = ""
    process_map: str = ""
    non_attributable: str = ""
    luc_method: str = ""
    recycling: str = ""
    profile: str = ""
    data_statement: str = ""
    uncertainty_statement: str = ""
    assurance_process: str = ""
    assurance_competence: str = ""
    assurance_conflicts: str = ""
    changes: str = ""
    disclaimer: str = ""
