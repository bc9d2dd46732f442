"""The exception tree of Tanheng.

::

    TanhengError
    ├── QuantityError      TH-QTY-…  units, dimensions, gases, GWP sets
    ├── EngineError        TH-ENG-…  matrices and solvers
    ├── InventoryError     TH-INV-…  databases, linking, snapshots
    ├── MappingError       TH-MAP-…  flows of a database on a method
    ├── FormatError        TH-FMT-…  files that are read or written
    ├── FactorError        TH-FAC-…  factor records and releases
    ├── RuleError          TH-RUL-…  regimes and rule packs
    ├── StudyError         TH-STU-…  studies (carries every fault at once)
    ├── AssessmentError    TH-ASM-…  footprints
    ├── ReportError        TH-REP-…  reports
    ├── GradingError       TH-GRD-…  class schemes and thresholds
    ├── CertificationError TH-CER-…  cases and certificates
    ├── VerifyingError     TH-VER-…  what strangers verify, and the log that they watch
    ├── RegisterError      TH-REG-…  the public register and what is disclosed
    ├── RecognitionError   TH-REC-…  certificates and factors of elsewhere
    ├── HomeError          TH-HOM-…  the data directory
    ├── ComputeError       TH-CMP-…  where heavy work runs
    ├── AccessError        TH-ACC-…  who somebody is, and what they may do
    ├── StoreError         TH-STO-…  the platform's database, its blobs and backups
    ├── AuditError         TH-AUD-…  the history, its chain, its log and its keys
    ├── JobError           TH-JOB-…  long work
    └── RequestError       TH-API-…  requests over HTTP

Every error has a stable ``code`` and ``params``; its sentence and its remedy live in both languages in
``data/texts/errors/`` under that code, a file for each family. Codes are never reused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tanheng import texts


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Attributes:
        code: stable code, a key of the error catalogue.
        place: file, sheet, cell, line or path at fault; empty where there is none.
        params: values named in the sentence.
    """

    code: str
    place: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def message(self, lang: str = "en") -> str:
        """The sentence that says what is wrong, in ``lang``."""
        return texts.error_text(self.code, "message", self.params, lang)

    def hint(self, lang: str = "en") -> str:
        """What to do about it; empty where the message says it all."""
        return texts.error_text(self.code, "hint", self.params, lang)

    def line(self, lang: str = "en") -> str:
        """Code, place, message and remedy on one line."""
        head = f"{self.code} {self.place}: " if self.place else f"{self.code}: "
        hint = self.hint(lang)
        return head + self.message(lang) + (f" → {hint}" if hint else "")

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """The JSON shape of a fault."""
        return {"code": self.code, "place": self.place, "message": self.message(lang), "hint": self.hint(lang)}


class TanhengError(Exception):
    """Base of all errors that Tanheng raises on purpose; carries one or more :class:`Fault`.

    Attributes:
        status: HTTP status where a server told the error, else 0.
        request: the server's number of the request, as in its log; empty where no server told the error.

    >>> raise_ = TanhengError("TH-QTY-001", unit="kWhh")
    >>> raise_.code
    'TH-QTY-001'
    """

    status: int = 0
    request: str = ""

    def __init__(self, code: str, /, *, place: str = "", **params: Any) -> None:
        self.faults: tuple[Fault, ...] = (Fault(code, place, params),)
        super().__init__(code)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> TanhengError:
        """An error of this class that carries all ``faults`` at once (at least one)."""
        made = cls.__new__(cls)
        made.faults = tuple(faults)
        Exception.__init__(made, made.faults[0].code)
        return made

    @property
    def code(self) -> str:
        """Code of the first fault."""
        return self.faults[0].code

    def text(self, lang: str = "en") -> str:
        """All faults, a line each."""
        return "\n".join(fault.line(lang) for fault in self.faults)

    def at(self, place: str) -> TanhengError:
        """The same error with ``place`` put before the place of every fault."""
        found = type(self).of(replace(f, place=f"{place}: {f.place}" if f.place else place) for f in self.faults)
        found.status, found.request = self.status, self.request
        return found

    def __str__(self) -> str:
        return self.text("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self).of, (self.faults,), dict(self.__dict__))


class QuantityError(TanhengError):
    """Units, dimensions, gases, GWP sets."""


class EngineError(TanhengError):
    """Matrices and solvers."""


class InventoryError(TanhengError):
    """Databases, linking, snapshots."""


class MappingError(TanhengError):
    """Elementary flows of a database on an impact method; carries every fault of a mapping file at once."""


class FormatError(TanhengError):
    """Files that are read or written."""


class FactorError(TanhengError):
    """Factor records and releases."""


class RuleError(TanhengError):
    """Regimes and rule packs."""


class StudyError(TanhengError):
    """Studies; carries every fault that reading found."""


class AssessmentError(TanhengError):
    """Footprints."""


class ReportError(TanhengError):
    """Reports."""


class GradingError(TanhengError):
    """Class schemes and the limits between classes."""


class CertificationError(TanhengError):
    """Cases of certification, and certificates."""


class SupplierError(TanhengError):
    """Requests for footprints to suppliers, and their answers."""


class ExchangeError(TanhengError):
    """Protocols that footprints are exchanged by: what they need, and files in their forms."""


class VerifyingError(TanhengError):
    """Credentials, labels and logs that strangers verify."""


class RegisterError(TanhengError):
    """The public register, and what is disclosed of a certificate."""


class RecognitionError(TanhengError):
    """Certificates and factors of elsewhere, and who recognises them."""


class HomeError(TanhengError):
    """The data directory."""


class ComputeError(TanhengError):
    """Where heavy work runs."""


class AccessError(TanhengError):
    """Who somebody is, and what they may do."""


class StoreError(TanhengError):
    """The platform's database, its blobs and backups."""


class AuditError(TanhengError):
    """The history, its chain, its log and its keys."""


class JobError(TanhengError):
    """Long work."""


class RequestError(TanhengError):
    """Requests over HTTP."""
