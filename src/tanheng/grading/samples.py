"""Samples as tables: the values that limits are derived from, as anybody takes them from the register."""

from __future__ import annotations

import csv
import io
import math

from tanheng.errors import Fault, GradingError
from tanheng.grading.model import Peer

COLUMNS = ("certificate", "maker", "value")


def read_sample(content: bytes, *, place: str = "sample.csv") -> list[Peer]:
    r"""The sample in a CSV file with the columns ``certificate``, ``maker`` and ``value``; others are not looked at.

    Raises:
        GradingError: TH-STO-083 for each line that cannot be read.

    >>> read_sample(b"certificate,maker,value\nCFP-1,m1,612.5\n")
    [Peer(certificate='CFP-1', maker='m1', value=612.5)]
    """
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise GradingError("TH-STO-083", place=place, reason=str(error)) from error
    if not {*COLUMNS} <= {*(reader.fieldnames or ())}:
        raise GradingError("TH-STO-083", place=place, reason=f"columns: {', '.join(COLUMNS)}")
    made, faults, seen = list[Peer](), list[Fault](), set[str]()
    for at, row in enumerate(rows, start=2):
        try:
            peer = Peer(row["certificate"].strip(), row["maker"].strip(), float(row["value"]))
            if not peer.certificate or not peer.maker or not math.isfinite(peer.value) or peer.certificate in seen:
                raise ValueError(f"{peer.certificate}, {peer.maker}, {row['value']}")
        except (ValueError, TypeError, AttributeError) as error:
            faults.append(Fault("TH-STO-083", f"{place}:{at}", {"reason": str(error)[:120]}))
            continue
        seen.add(peer.certificate)
        made.append(peer)
    if faults:
        raise GradingError.of(faults[:100])
    return made
