"""Errors that a server tells (RFC 9457), as the classes of :mod:`tanheng.errors`; codes of newer servers, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import httpx
import msgspec

from tanheng import errors
from tanheng.client.models import Told, ToldFault
from tanheng.errors import Fault, TanhengError

_FAMILIES: dict[str, type[TanhengError]] = {
    "QTY": errors.QuantityError,
    "ENG": errors.EngineError,
    "INV": errors.InventoryError,
    "MAP": errors.MappingError,
    "FMT": errors.FormatError,
    "FAC": errors.FactorError,
    "RUL": errors.RuleError,
    "STU": errors.StudyError,
    "ASM": errors.AssessmentError,
    "REP": errors.ReportError,
    "GRD": errors.GradingError,
    "REG": errors.RegisterError,
    "HOM": errors.HomeError,
    "CMP": errors.ComputeError,
    "ACC": errors.AccessError,
    "STO": errors.StoreError,
    "AUD": errors.AuditError,
    "JOB": errors.JobError,
    "API": errors.RequestError,
    "EXC": errors.ExchangeError,
    "SUP": errors.SupplierError,
    "CER": errors.CertificationError,
    "IMP": errors.RequestError,
}


@dataclass(frozen=True, slots=True)
class ServerFault(Fault):
    """A fault with the sentences of the server, which alone knows the values in them, and may know newer codes.

    Attributes:
        said: what is wrong. remedy: what to do about it. Both in the language that the client asked for.
    """

    said: str = ""
    remedy: str = ""

    def message(self, lang: str = "en") -> str:  # noqa: ARG002 - in the language of the answer
        """What is wrong, as the server said it."""
        return self.said

    def hint(self, lang: str = "en") -> str:  # noqa: ARG002 - in the language of the answer
        """What to do about it, as the server said it."""
        return self.remedy


class _Problem(Told, frozen=True):
    title: str
    faults: tuple[ToldFault, ...]
    request: str = ""


def error_of(faults: Iterable[ToldFault]) -> TanhengError:
    """The error of the class that the first code belongs to; the base class where this version has no such class."""
    told = [ServerFault(one.code, one.place, {}, one.message, one.hint) for one in faults]
    family = told[0].code.split("-")[1:2]
    return _FAMILIES.get("".join(family), TanhengError).of(told)


def problem_of(answer: httpx.Response) -> TanhengError:
    """The error of an answer whose body was read.

    Returns:
        what the server tells; TH-API-021 where the answer is of something else, a proxy or another program.
    """
    try:
        told = msgspec.json.decode(answer.content, type=_Problem)
        error = error_of(told.faults or (ToldFault(code=told.title),))
        error.request = told.request
    except msgspec.MsgspecError:
        error = errors.RequestError(
            "TH-API-021", url=str(answer.request.url.copy_with(query=None)), status=answer.status_code
        )
    error.status = answer.status_code
    return error
