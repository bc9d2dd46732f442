"""The file of a release: JSON Lines, a head that is signed, then each record in its canonical form.

The digest is taken of the head without signature, and of the digest of every record: whoever has the digests of what is kept
from them can check the rest. No export gives such digests yet, so only those who see all of a release can check it themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson
import rfc8785

from tanheng.errors import FactorError
from tanheng.factors.model import Factor, Release
from tanheng.factors.record import Confidentiality, Record, digest_of, read_record, redacted

SCHEMA = "tanheng-release-1"


@dataclass(frozen=True, slots=True)
class Head:
    """What a release says of itself.

    Attributes:
        name: of the collection. version: of the release. number: 1 for the first of the collection.
        previous: digest of the release before; empty for the first. published_at: ISO 8601, UTC. count: of factors.
    """

    name: str
    version: str
    number: int
    previous: str
    published_at: str
    count: int


def digest_of_release(head: Head, digests: Mapping[str, str]) -> str:
    """``sha256:`` of the head, and of the id and digest of every record in the order of their ids.

    Args:
        digests: of the records, by id.
    """
    hashed = hashlib.sha256(rfc8785.dumps({"schema": SCHEMA, **asdict(head)}))
    for key in sorted(digests):
        hashed.update(rfc8785.dumps([key, digests[key]]))
    return "sha256:" + hashed.hexdigest()


def signed_text(digest: str) -> bytes:
    """What is signed of a release."""
    return rfc8785.dumps({"digest": digest, "tanheng": "release/1"})


def lines(head: Head, *, digest: str, signature: str, key: str, texts: Iterable[str]) -> Iterator[bytes]:
    """The file, line by line.

    Args:
        texts: of the records, canonical, in the order of their ids.
    """
    told = {"schema": SCHEMA, **asdict(head), "digest": digest, "signature": signature, "key": key}
    yield orjson.dumps(told) + b"\n"
    for text in texts:
        yield text.encode() + b"\n"


def read_lines(content: Iterable[bytes], *, place: str) -> tuple[Mapping[str, Any], list[str]]:
    """The head and the texts of the records of a file, checked against its digest.

    Raises:
        FactorError: TH-FAC-053 it is not what was signed.
    """
    rows = iter(content)
    try:
        told = orjson.loads(next(rows))
        head = Head(**{name: told[name] for name in Head.__slots__})
        texts = [row.decode().rstrip("\n") for row in rows]
        digests = {orjson.loads(text)["id"]: digest_of(text) for text in texts}
    except (StopIteration, ValueError, KeyError, TypeError) as error:
        raise FactorError("TH-FAC-053", name=place, reason=type(error).__name__) from error
    if digest_of_release(head, digests) != told["digest"] or len(digests) != head.count or len(texts) != head.count:
        raise FactorError("TH-FAC-053", name=place, reason="digest")
    return told, texts


def release_in(told: Mapping[str, Any], texts: Iterable[str], *, owned: bool) -> Release:
    """The release as those see it who own it, or as everybody else does.

    Args:
        owned: whether nothing is held back.
    """
    factors: dict[str, Factor] = {}
    for text in texts:
        shown = shown_to(read_record(orjson.loads(text)), owned=owned)
        if shown is not None:
            factors[shown.factor.id] = shown.factor
    return Release(told["name"], told["version"], factors, told["digest"])


def shown_to(record: Record, *, owned: bool) -> Record | None:
    """What is seen of a record: all of it by its owner, and by others what its confidentiality lets them see."""
    if owned or record.confidentiality is Confidentiality.PUBLIC:
        return record
    return redacted(record) if record.confidentiality is Confidentiality.RESULT_ONLY else None
