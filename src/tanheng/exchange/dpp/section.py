"""What a passport asks for beyond a study."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tanheng.exchange.supplement import Section


class Untp(Section, frozen=True):
    """A passport of one product model, batch or item.

    Attributes:
        issuer: DID of who issues the passport, ``did:web:…``; issuer_name: the maker's where it is not given.
        id: of the passport (URI); made from the digest of the assessment where it is not given.
        product: id of the product (URI), best one that resolves; the first of ``product.ids`` where it is not given.
        granularity: what the passport is of; ``batch`` and ``serial`` are its numbers.
        produced: day of production.
        facility: id of the plant (URI), with its name.
        standard: URI of the standard of the footprint; standard_owner: URI of who published it, with its name.
        credential: address of the conformity credential of the certificate; that of the certificate where it is not given.
        credential_sha256: hex digest of that file.
    """

    issuer: str = ""
    issuer_name: str = ""
    id: str = ""
    product: str = ""
    granularity: Literal["item", "batch", "model"] = "model"
    batch: str = ""
    serial: str = ""
    produced: date | None = None
    facility: str = ""
    facility_name: str = ""
    standard: str = ""
    standard_owner: str = ""
    standard_owner_name: str = ""
    credential: str = ""
    credential_sha256: str = ""
