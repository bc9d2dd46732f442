"""Cases: applied for, and taken through the steps of the procedure by both sides."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tanheng.client.certification_models import (
    Case,
    CaseComment,
    CaseFile,
    CaseRecomputation,
    CaseStep,
    Certificate,
    Reply,
    Sampled,
    Statement,
    TeamMember,
)
from tanheng.client.connection import ANY, Connection, at, id_of
from tanheng.client.jobs import Jobs
from tanheng.client.models import Evidence, Job, Told

Team = Mapping[str, Sequence[str]]
"""Functions by person: reviewer, inspector, verifier, decider."""


class Cases:
    """``client.cases``. Steps are given the case as it was seen (TH-STO-002 where somebody was first)."""

    def __init__(self, connection: Connection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    def all(self, *, state: str = "", body: Told | str = "", applicant: Told | str = "") -> Iterator[Case]:
        """Cases that you may read, the newest first."""
        wanted = {"state": state, "body": id_of(body), "applicant": id_of(applicant)}
        return self._connection.each(at("cases"), Case, wanted)

    def get(self, case: Case | str) -> Case:
        """A case with the steps that are yours to take, each with everything that it lacks."""
        return self._connection.get(at("cases", case), Case)

    def open(
        self, study: Told | str, scheme: Told | str, body: Told | str, *, kind: str = "initial", replaces: str = ""
    ) -> Case:
        """Begin an application for a study, as a draft.

        Args:
            kind: initial, renewal or change. replaces: number of the certificate that is renewed or changed.
        """
        told = {"study": id_of(study), "scheme": id_of(scheme), "body": id_of(body), "kind": kind, "replaces": replaces}
        return self._connection.post(at("cases"), Case, json=told)

    def take(self, seen: Case, step: str, *, reason: str = "", assessment: Told | str = "") -> Case:
        """Take a step that changes nothing but the state.

        Args:
            assessment: for ``submit`` and ``answer``: the result that is certified from now on.

        Raises:
            CertificationError: everything that the step lacks.
        """
        told = {"step": step, "reason": reason, "assessment": id_of(assessment)}
        return self._connection.post(at("cases", seen, "steps"), Case, json=told, seen=seen)

    def steps(self, case: Case | str) -> Iterator[CaseStep]:
        """The steps that were taken in a case, the newest first."""
        return self._connection.each(at("cases", case, "steps"), CaseStep)

    def team(self, case: Case | str) -> tuple[TeamMember, ...]:
        """Who works on a case."""
        return self._connection.get(at("cases", case, "team"), tuple[TeamMember, ...])

    def propose(self, seen: Case, team: Team) -> Case:
        """Name people who may work on a case, so that they can declare to be impartial."""
        return self._connection.change("PUT", at("cases", seen, "team"), Case, json=_named(team), seen=seen)

    def declare(self, case: Case | str) -> Case:
        """Declare to be impartial in a case, for oneself."""
        return self._connection.post(at("cases", case, "declaration"), Case)

    def plan(self, seen: Case, team: Team, *, visit: date | None = None) -> Case:
        """Take the step ``plan``: the team, and the day of the visit."""
        told = {**_named(team), "visit": visit.isoformat() if visit else None}
        return self._connection.post(at("cases", seen, "plan"), Case, json=told, seen=seen)

    def comment(
        self, case: Case | str, text: str, *, path: str = "", clause: str = "", weight: str = "minor"
    ) -> CaseComment:
        """Comment on a field of the dossier, or on the whole.

        Args:
            weight: major, which keeps the case from going on, minor or question.
        """
        told = {"text": text, "path": path, "clause": clause, "weight": weight}
        return self._connection.post(at("cases", case, "comments"), CaseComment, json=told)

    def comments(self, case: Case | str, *, state: str = "") -> Iterator[CaseComment]:
        """The comments of a case, the newest first; ``state``: open, answered, closed."""
        return self._connection.each(at("cases", case, "comments"), CaseComment, {"state": state})

    def answer(self, seen: CaseComment, text: str) -> CaseComment:
        """Answer a comment, for the applicant."""
        place = at("cases", seen.case, "comments", seen, "answer")
        return self._connection.post(place, CaseComment, json={"text": text}, seen=seen)

    def reply(self, seen: CaseComment, text: str, *, state: str = "closed") -> CaseComment:
        """Say more to a comment, close it or ask again (``open``), for the team."""
        place = at("cases", seen.case, "comments", seen, "replies")
        return self._connection.post(place, CaseComment, json={"text": text, "state": state}, seen=seen)

    def replies(self, comment: CaseComment) -> Iterator[Reply]:
        """What was said to a comment, the newest first."""
        return self._connection.each(at("cases", comment.case, "comments", comment, "replies"), Reply)

    def add_file(self, case: Case | str, path: str | Path, kind: str, *, name: str = "") -> CaseFile:
        """Put a file into a case.

        Args:
            kind: as the scheme names it; inspection-report, surveillance-report, review-record and meeting-record are the team's.
            name: that of the file by default.
        """
        path = Path(path)
        name = name or path.name
        media_type = mimetypes.guess_type(name)[0] or ANY
        wanted = {"kind": kind, "name": name}
        return self._connection.post(at("cases", case, "files"), CaseFile, wanted, content=path, media_type=media_type)

    def files(self, case: Case | str, *, kind: str = "") -> Iterator[CaseFile]:
        """The files of a case, the newest first."""
        return self._connection.each(at("cases", case, "files"), CaseFile, {"kind": kind})

    def download_file(self, file: CaseFile, target: str | Path) -> Path:
        """Keep a file of a case."""
        return self._connection.download(at("cases", file.case, "files", file.id), target)

    def evidence(self, case: Case | str) -> Iterator[Evidence]:
        """The files beside the study of a case, which its lines name, the newest first."""
        return self._connection.each(at("cases", case, "evidence"), Evidence)

    def download_evidence(self, case: Case | str, evidence: Evidence, target: str | Path) -> Path:
        """Keep a file that is beside the study of a case."""
        return self._connection.download(at("cases", case, "evidence", evidence.id), target)

    def download_dossier(self, case: Case | str, target: str | Path) -> Path:
        """Keep the frozen assessment of a case, as ``tanheng recompute`` reads it."""
        return self._connection.download(at("cases", case, "dossier"), target)

    def sampling_plan(
        self, case: Case | str, *, assurance: str = "reasonable", materiality: float | None = None
    ) -> tuple[Sampled, ...]:
        """The lines whose evidence is to be looked at; ``materiality`` as the scheme has it by default."""
        wanted = {"assurance": assurance, "materiality": materiality}
        return self._connection.get(at("cases", case, "sampling-plan"), tuple[Sampled, ...], wanted)

    def recompute(
        self, case: Case | str, *, timeout: float | None = None, progress: Callable[[Job], None] | None = None
    ) -> CaseRecomputation:
        """Have the assessment computed again by a job, and wait for it."""
        made = self._connection.post(at("cases", case, "recomputations"), Job)
        done = self._jobs.wait(made, timeout=timeout, progress=progress)
        return msgspec.convert(done.result, CaseRecomputation)

    def recomputations(self, case: Case | str) -> Iterator[CaseRecomputation]:
        """When the assessment was computed again, the newest first."""
        return self._connection.each(at("cases", case, "recomputations"), CaseRecomputation)

    def state(self, case: Case | str, *, assurance: str, misstatement: float, text: str = "") -> Statement:
        """State what was found, for the verifier.

        Args:
            assurance: reasonable or limited. misstatement: share of the total that misstatements that stay have together.
        """
        told: dict[str, Any] = {"assurance": assurance, "misstatement": misstatement, "text": text}
        return self._connection.post(at("cases", case, "statement"), Statement, json=told)

    def statement(self, case: Case | str) -> Statement:
        """The statement that counts, with those who signed it (TH-STO-001 where there is none)."""
        return self._connection.get(at("cases", case, "statement"), Statement)

    def sign(self, seen: Case) -> Case:
        """Take the step ``sign``: put one's name to the statement."""
        return self._connection.post(at("cases", seen, "signatures"), Case, seen=seen)

    def certify(self, seen: Case) -> Certificate:
        """Take the step ``certify``: issue the certificate."""
        return self._connection.post(at("cases", seen, "certificate"), Certificate, seen=seen)


def _named(team: Team) -> dict[str, Any]:
    return {"team": [{"person": person, "functions": list(functions)} for person, functions in team.items()]}
