"""Many results of an organisation sampled together: one draw of a background database serves them all (C18, C19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table, select

from tanheng.accounts import Actor, Thing
from tanheng.errors import AssessmentError, TanhengError
from tanheng.footprint import Assessment as Result
from tanheng.footprint.montecarlo import Progress
from tanheng.footprint.portfolio import KEPT, SAMPLES, portfolio
from tanheng.footprint.portfolioresult import Portfolio, place_of
from tanheng.inventory.ports import Compute
from tanheng.services.studies import assessing, assessments, studies
from tanheng.services.studies.assessing import Order
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, at_once
from tanheng.storage.sql.tables import studies as tables
from tanheng.storage.sql.work import is_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sampled together; ids are the labels of results.

    Attributes:
        studies: that are assessed for it, and not kept. assessments: that are kept. order: how studies are assessed.
        pairs, reference: ids that are compared, and one that all others are compared with.
        ranked: whether places are told.
    """

    studies: Sequence[str] = ()
    assessments: Sequence[str] = ()
    order: Order = field(default_factory=Order)
    samples: int = SAMPLES
    seed: int = 1
    pairs: Sequence[tuple[str, str]] = ()
    reference: str = ""
    ranked: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Ids of all results, each once."""
        return tuple(dict.fromkeys((*self.studies, *self.assessments)))


def check(work: Work, organisation: str, wanted: Wanted) -> None:
    """Refuse what cannot be sampled together before any work is done.

    Raises:
        StoreError: TH-STO-001 what is not of the organisation. AccessError: not an engineer. AssessmentError: TH-ASM-132 no
            results, TH-ASM-134 an id of a pair that is none of them, TH-ASM-135 too many samples for places.
    """
    work.require("assessment.create", Thing("assessment", organisation=organisation))
    _own(work, tables.studies, organisation, wanted.studies, studies.KIND)
    _own(work, tables.assessments, organisation, wanted.assessments, assessments.KIND)
    labels = wanted.labels
    if not labels:
        raise AssessmentError("TH-ASM-132")
    for label in (*(one for pair in wanted.pairs for one in pair), *filter(None, [wanted.reference])):
        place_of(labels, label)
    count = len(labels) * wanted.samples
    if wanted.ranked and count > KEPT:
        raise AssessmentError("TH-ASM-135", studies=len(labels), count=count)


def sampled(
    platform: Platform,
    actor: Actor,
    organisation: str,
    wanted: Wanted,
    *,
    compute: Compute,
    assessed: Progress,
    progress: Progress,
) -> Portfolio:
    """Assess what is a study, and sample all results together.

    Args:
        assessed: told (results taken in, in all). progress: told (draws done, draws in all); raising in either stops the work.

    Raises:
        TanhengError: as of :func:`check` and :func:`tanheng.footprint.portfolio.portfolio`, with the id of the result as place.
    """
    platform.look(actor, check, organisation, wanted)
    return portfolio(
        _taken(platform, actor, wanted, assessed),
        backgrounds=platform.home,  # by the digests in results, which the platform made
        samples=wanted.samples,
        seed=wanted.seed,
        pairs=wanted.pairs,
        reference=wanted.reference,
        compute=compute,
        progress=progress,
    )


def _taken(platform: Platform, actor: Actor, wanted: Wanted, tell: Progress) -> Iterator[tuple[str, Result]]:
    """Every result by its id, one after the other."""

    def study(id: str) -> Result:  # noqa: A002
        needed = platform.look(actor, assessing.needs, id, wanted.order)
        return assessing.computed(platform, needed, wanted.order)

    def kept(id: str) -> Result:  # noqa: A002
        return assessments.result(platform, actor, id)

    makers: dict[str, Callable[[str], Result]] = dict.fromkeys(wanted.studies, study)
    makers |= dict.fromkeys(wanted.assessments, kept)
    for done, (label, make) in enumerate(makers.items()):
        tell(done, len(makers))
        try:
            found = make(label)
        except TanhengError as error:
            raise error.at(label) from error
        yield label, found
    tell(len(makers), len(makers))


def _own(work: Work, table: Table, organisation: str, wanted: Sequence[str], kind: str) -> None:
    there: set[str] = set()
    for some in at_once([one for one in wanted if is_id(one)]):
        query = select(table.c.id).where(table.c.organisation == organisation, table.c.id.in_(some))
        there.update(work.sql.execute(query).scalars())
    for one in wanted:
        if one not in there:
            raise work.missing(kind, one)
