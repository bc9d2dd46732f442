"""Class schemes, the limits between classes, and the classes that certificates have had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tanheng.client.class_models import ClassChange, ClassDraft, ClassMove, ClassScheme, ClassTrial, Spread, Thresholds
from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Collection, Job, Organisation

YAML = "application/yaml"


class Classes:
    """``client.classes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def schemes(self, *, category: str = "", current: bool = False) -> Iterator[ClassScheme]:
        """Class schemes, the newest first; anybody reads them.

        Args:
            category: series of a rule pack, as ``cn-cement@1``. current: without those that are withdrawn.
        """
        wanted = {"category": category, "current": current}
        return self._connection.each(at("class-schemes"), ClassScheme, wanted)

    def get(self, id: str) -> ClassScheme:  # noqa: A002 - as the field is called
        """A class scheme with its file."""
        return self._connection.get(at("class-schemes", id), ClassScheme)

    def publish_scheme(self, organisation: Organisation | str, path: str | Path) -> ClassScheme:
        """Publish a class scheme (regulators).

        Raises:
            RuleError, GradingError: every fault of the file, with its line; TH-GRD-006 … TH-GRD-009.
        """
        wanted = {"organisation": id_of(organisation), "file": Path(path).name}
        content = Path(path).read_bytes()
        return self._connection.post(at("class-schemes"), ClassScheme, wanted, content=content, media_type=YAML)

    def withdraw_scheme(self, seen: ClassScheme) -> ClassScheme:
        """Derive no further limits by a release (TH-STO-002 where somebody changed it since)."""
        return self._connection.post(at("class-schemes", seen, "withdraw"), ClassScheme, seen=seen)

    def histogram(self, scheme: ClassScheme | str) -> Spread:
        """How the valid values of a peer group lie; five makers or more stand behind a bar, counts are rounded to five."""
        return self._connection.get(at("class-schemes", scheme, "histogram"), Spread)

    def derive(self, scheme: ClassScheme | str) -> ClassDraft:
        """Derive limits from the register as it is, and keep them as a draft (regulators).

        Raises:
            GradingError: TH-GRD-001 too few products or makers, TH-GRD-002 limits that do not rise, TH-GRD-022 a value that is no
                number, TH-GRD-023 tied values.
        """
        return self._connection.post(at("class-schemes", id_of(scheme), "drafts"), ClassDraft)

    def drafts(self, scheme: ClassScheme | str) -> Iterator[ClassDraft]:
        """Drafts of a scheme, the newest first (the regulator)."""
        return self._connection.each(at("class-schemes", scheme, "drafts"), ClassDraft)

    def trial(self, limits: ClassDraft | Thresholds) -> ClassTrial:
        """What limits would do to the register; of published ones, anybody is told what five makers stand behind."""
        return self._connection.get(at(_kind(limits), limits.id, "trial"), ClassTrial)

    def moves(self, limits: ClassDraft | Thresholds) -> Iterator[ClassMove]:
        """The certificates that would have another class (the regulator)."""
        return self._connection.each(at(_kind(limits), limits.id, "moves"), ClassMove)

    def publish(self, draft: ClassDraft, *, effective: date | None = None) -> Thresholds:
        """Sign the limits of a draft; they take effect on a day, or as early as can be: today (the regulator)."""
        sent = {"effective": effective.isoformat()} if effective else {}
        return self._connection.post(at("class-drafts", draft.id, "publication"), Thresholds, json=sent)

    def thresholds(self, scheme: ClassScheme | str) -> Iterator[Thresholds]:
        """All limits of a scheme, the newest first; anybody reads them."""
        return self._connection.each(at("class-schemes", scheme, "thresholds"), Thresholds)

    def changes(self, *, certificate: str = "", thresholds: Thresholds | str = "") -> Iterator[ClassChange]:
        """The classes that certificates got, the newest first; anybody reads them.

        Args:
            certificate: number of one. thresholds: those that followed from these limits.
        """
        named = thresholds.id if isinstance(thresholds, Thresholds) else thresholds
        wanted = {"certificate": certificate, "thresholds": named}
        return self._connection.each(at("class-changes"), ClassChange, wanted)

    def preview_impact(self, of: Collection | ClassDraft | str) -> Job:
        """Have the whole register solved with the next release of a collection, or looked at with the limits of a draft.

        The result of the job has the sums, its file (:meth:`~tanheng.client.jobs.Jobs.download`) the certificates.
        """
        sent = {"draft": of.id} if isinstance(of, ClassDraft) else {"collection": id_of(of)}
        return self._connection.post(at("impact-previews"), Job, json=sent)


def _kind(limits: ClassDraft | Thresholds) -> str:
    return "class-drafts" if isinstance(limits, ClassDraft) else "class-thresholds"
