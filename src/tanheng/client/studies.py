"""Studies, their versions and evidence."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tanheng.client.connection import ANY, Connection, at, id_of
from tanheng.client.models import Assessment, Evidence, Organisation, Study, StudyVersion
from tanheng.client.resultmodels import Levers, Regimes, Tried
from tanheng.client.study_models import CheckedStudy, Gaps, LinkChoice, Match, Matches, StudyDifference

Source = str | Path | bytes | Mapping[str, Any]
"""A study: the path of a file (YAML, JSON, workbook), what stands in one, or a document in the study format."""


class Studies:
    """``client.studies``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, *, organisation: Organisation | str = "", text: str = "", archived: bool = False) -> Iterator[Study]:
        """Studies that you may read, the newest first; ``archived``: those that are put away, instead of the others."""
        wanted = {"organisation": id_of(organisation), "text": text, "archived": archived}
        return self._connection.each(at("studies"), Study, wanted)

    def get(self, id: str) -> Study:  # noqa: A002 - as the field is called
        """A study."""
        return self._connection.get(at("studies", id), Study)

    def create(self, organisation: Organisation | str, source: Source, *, note: str = "") -> Study:
        """Begin a study.

        Raises:
            StudyError: every fault of the file, with its line or cell.
        """
        content, file = _read(source)
        wanted = {"organisation": id_of(organisation), "file": file, "note": note}
        return self._connection.post(at("studies"), Study, wanted, content=content)

    def revise(self, seen: Study, source: Source, *, note: str = "") -> Study:
        """Give a study a new version.

        Args:
            seen: the study as you saw it.

        Raises:
            StoreError: TH-STO-002 somebody gave it another version since; get it anew. StudyError: the file's faults.
        """
        content, file = _read(source)
        return self._connection.post(
            at("studies", seen, "versions"), Study, {"file": file, "note": note}, content=content, seen=seen
        )

    def archive(self, seen: Study, *, archived: bool = True) -> Study:
        """Put a study away, or take it out again (TH-STO-002 where somebody changed it since)."""
        return self._connection.change("PATCH", at("studies", seen), Study, json={"archived": archived}, seen=seen)

    def versions(self, study: Study | str) -> Iterator[StudyVersion]:
        """The versions of a study without their documents, the newest first."""
        return self._connection.each(at("studies", study, "versions"), StudyVersion)

    def version(self, study: Study | str, number: int) -> StudyVersion:
        """A version of a study with its document."""
        return self._connection.get(at("studies", study, "versions", number), StudyVersion)

    def assess(
        self,
        study: Study | str,
        *,
        version: int | None = None,
        regime: str = "",
        rules: str = "",
        database: str = "",
        scenario: str = "",
        samples: int = 0,
        seed: int = 1,
    ) -> Assessment:
        """Assess a version of a study; the result is frozen.

        Args:
            version: number, the latest by default. rules: rule pack, as id or id@version.
            database: where links without a prefix are looked up. samples, seed: of the Monte Carlo view.
        """
        order = {"version": version, "regime": regime, "rules": rules, "database": database, "scenario": scenario}
        order |= {"samples": samples, "seed": seed}
        return self._connection.post(at("studies", study, "assessments"), Assessment, json=order)

    def what_if(
        self,
        study: Study | str,
        *changes: Mapping[str, Any] | str,
        version: int | None = None,
        regime: str = "",
        samples: int = 10_000,
        seed: int = 1,
    ) -> Tried:
        """The result of a study with changes beside the one without; nothing is kept.

        Args:
            changes: as ``{"line": "steel", "amount": "12 t"}``, or as the command line writes them: ``"steel.amount=12 t"``.
            samples: of the comparison of the two; 0 for none.
        """
        sent = [{"set": one} if isinstance(one, str) else one for one in changes]
        order = {"changes": sent, "version": version, "regime": regime, "samples": samples, "seed": seed}
        return self._connection.post(at("studies", study, "what-if"), Tried, json=order)

    def levers(self, study: Study | str, *, version: int | None = None, regime: str = "", limit: int = 50) -> Levers:
        """What would lower the result of a study, the greatest effect first."""
        wanted = {"version": version, "regime": regime, "limit": limit}
        return self._connection.get(at("studies", study, "levers"), Levers, wanted)

    def regimes(self, study: Study | str, *regimes: str, version: int | None = None) -> Regimes:
        """A study under several regimes, all that ship by default, and why each result differs from the first."""
        order = {"regimes": regimes, "version": version}
        return self._connection.post(at("studies", study, "regimes"), Regimes, json=order)

    def check(self, organisation: Organisation | str, source: Source) -> CheckedStudy:
        """Read a study, and keep nothing.

        Args:
            organisation: whose factors and databases its links lead to.

        Raises:
            StudyError: every fault of the file, with its line or cell.
        """
        content, file = _read(source)
        wanted = {"organisation": id_of(organisation), "file": file}
        return self._connection.post(at("studies", "check"), CheckedStudy, wanted, content=content)

    def download(self, study: Study | str, number: int, target: str | Path, *, form: str = "yaml") -> Path:
        """Keep a version of a study as a file: ``yaml``, ``json`` or ``xlsx``."""
        return self._connection.download(at("studies", study, "versions", number, "file"), target, {"format": form})

    def difference(
        self, study: Study | str, before: int, after: int | None = None, *, first: int = 0, limit: int = 500
    ) -> StudyDifference:
        """What changed from one version of a study to another, the latest by default; ``limit`` lines from ``first``."""
        wanted = {"before": before, "after": after, "first": first, "limit": limit}
        return self._connection.get(at("studies", study, "difference"), StudyDifference, wanted)

    def gaps(
        self, study: Study | str, number: int, *, regime: str = "", database: str = "", first: int = 0, limit: int = 500
    ) -> Gaps:
        """What is missing or assumed in the links of a version; ``limit`` of it from ``first``."""
        wanted = {"regime": regime, "database": database, "first": first, "limit": limit}
        return self._connection.get(at("studies", study, "versions", number, "gaps"), Gaps, wanted)

    def candidates(
        self,
        study: Study | str,
        number: int,
        *,
        lines: Sequence[int | str] = (),
        databases: Sequence[str] = (),
        accept: float = 0.9,
    ) -> Iterator[Match]:
        """Candidates for lines of a version, those that need a link by default; asked for fifty at a time.

        Args:
            lines: numbers or ids. databases: names of those to search besides the factors. accept: least score that may be
                taken unasked.
        """
        wanted = {"lines": [str(line) for line in lines], "databases": list(databases), "accept": accept}
        first: int | None = 0
        while first is not None:
            found = self._connection.post(
                at("studies", study, "versions", number, "candidates"), Matches, json={**wanted, "first": first}
            )
            yield from found.items
            first = found.next

    def link(self, seen: Study, links: Mapping[int | str, str], *, note: str = "", remember: bool = True) -> Study:
        """Give a study a new version with links that were chosen.

        Args:
            seen: the study as you saw it. links: by number or id of the line.
            remember: for lines like these in other studies of the organisation.

        Raises:
            StoreError: TH-STO-002 somebody gave it another version since. AssessmentError: a link that does not do.
        """
        chosen = [{"line": str(line), "link": link} for line, link in links.items()]
        sent = {"links": chosen, "note": note, "remember": remember}
        return self._connection.post(at("studies", seen, "links"), Study, json=sent, seen=seen)

    def link_choices(self, organisation: Organisation | str) -> Iterator[LinkChoice]:
        """Links that an organisation remembers, the newest first."""
        return self._connection.each(at("organisations", id_of(organisation), "link-choices"), LinkChoice)

    def forget_link(self, choice: LinkChoice) -> None:
        """Let an organisation remember a link no longer; studies that have it keep it."""
        self._connection.delete(at("organisations", choice.organisation, "link-choices", choice.id))

    def evidence(self, study: Study | str) -> Iterator[Evidence]:
        """The files beside a study, the newest first."""
        return self._connection.each(at("studies", study, "evidence"), Evidence)

    def add_evidence(self, study: Study | str, path: str | Path, *, name: str = "") -> Evidence:
        """Put a file beside a study.

        Args:
            name: by which lines name it; that of the file by default.
        """
        path = Path(path)
        name = name or path.name
        kind = mimetypes.guess_type(name)[0] or ANY
        return self._connection.post(
            at("studies", study, "evidence"), Evidence, {"name": name}, content=path, media_type=kind
        )

    def download_evidence(self, evidence: Evidence, target: str | Path) -> Path:
        """Keep a file that is beside a study."""
        return self._connection.download(at("studies", evidence.study, "evidence", evidence.id), target)


def _read(source: Source) -> tuple[bytes, str]:
    """What is sent, and the name by which faults are placed in it."""
    if isinstance(source, bytes):
        return source, ""
    if isinstance(source, Mapping):
        return msgspec.json.encode(source), "study.json"
    return Path(source).read_bytes(), Path(source).name
