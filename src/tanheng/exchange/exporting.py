"""An assessment as a file of a protocol: the checks that hold for all of them, and then the protocol's own writer."""

from __future__ import annotations

from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Verified
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.protocols import Objection, Protocol, Received, Written
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.assessment import Assessment


def exported(
    assessment: Assessment,
    protocol: Protocol,
    supplement: Supplement | None = None,
    *,
    verified: Verified | None = None,
) -> Written:
    """The file of an assessment.

    Args:
        verified: who verified it; nobody where it is not given.

    Raises:
        ExchangeError: TH-EXC-011 an assessment under another regime, TH-EXC-014 a protocol that is only read; as of
            :func:`~tanheng.exchange.declaring.of_assessment` and of the protocol, TH-EXC-010 for every value that is needed and
            not known.
    """
    if protocol.write is None:
        raise ExchangeError("TH-EXC-014", protocol=protocol.id)
    if protocol.regimes and assessment.regime not in protocol.regimes:
        raise ExchangeError("TH-EXC-011", found=assessment.regime, wanted=", ".join(protocol.regimes))
    given = supplement or Supplement()
    return protocol.write(of_assessment(assessment, given, verified=verified), given)


def imported(content: bytes, protocol: Protocol) -> tuple[Received, ...]:
    """The footprints of a file.

    Raises:
        ExchangeError: TH-EXC-015 a protocol that is only written, TH-EXC-020 a file that is none of it.
    """
    if protocol.read is None:
        raise ExchangeError("TH-EXC-015", protocol=protocol.id)
    return protocol.read(content)


def is_refused(objections: tuple[Objection, ...]) -> bool:
    """Whether receivers may refuse the document."""
    return any(one.severity == "error" for one in objections)
