"""Gathering what a credential is verified by, from its issuer and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from tanheng.errors import Fault, VerifyingError
from tanheng.exchange.credentials import dids, labels, statuslist
from tanheng.exchange.credentials.bundles import read_proof
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.facts import Document, opened
from tanheng.exchange.credentials.presenting import Presented, PresentedAs, read_presented
from tanheng.exchange.credentials.trust import anchors_of, parsed, read_anchors, write_anchors
from tanheng.services.strangers.fetching import Fetcher, is_loopback

T = TypeVar("T")
_PAGE = re.compile(r"(?P<base>https?://[^#?]+?)/c/(?P<number>[^/#?]{1,120})/?")
_KINDS = "application/vc, application/json;q=0.9, application/vc+jwt;q=0.8"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to verify now, whom to trust, and what could not be got."""

    presented: Presented
    anchors: Anchors
    problems: tuple[Fault, ...]


def at_address(fetcher: Fetcher, address: str) -> Presented:
    """What an address leads to: the page of a certificate, its credential, or the text of a code.

    Raises:
        VerifyingError: TH-VER-001 to TH-VER-008.
    """
    if "#" in address:
        return read_presented(address.encode(), place=address.partition("#")[0])
    page = _PAGE.fullmatch(address.partition("?")[0])
    wanted = f"{page['base']}/v1/certificates/{page['number']}/credential" if page else address
    return read_presented(fetcher.get(wanted, accept=_KINDS), place=wanted)


def gathered(fetcher: Fetcher, it: Presented, anchors: Anchors | None) -> Gathered:
    """What belongs to something that was held out, fetched from the host that its issuer names.

    What cannot be got is told and left out: checks that need it are not made.

    Args:
        anchors: whom to trust; ``None``: whoever answers under the address of the issuer, and its log.
    """
    if not it.issuer:
        return Gathered(it, anchors or Anchors(), ())
    gathering = _Gathering(fetcher, it.issuer)
    trusted = gathering.anchors() if anchors is None else anchors
    return Gathered(gathering.completed(it), trusted, tuple(gathering.problems))


def base_of(did: str) -> str:
    """The address of the installation that an issuer belongs to; ValueError where the issuer has none.

    >>> base_of("did:web:cfp.example.org:app:bodies:7")
    'https://cfp.example.org/app'
    """
    document = dids.address_of(did)
    host = urlsplit(document).hostname or ""
    path = [unquote(part) for part in did.removeprefix("did:web:").split(":")[1:]]
    if len(path) >= 2 and path[-2] == "bodies":
        path = path[:-2]
    # did:web knows no http; whoever tries an installation on the own machine has no certificate for it
    scheme = "http" if is_loopback(host) else "https"
    return "/".join([f"{scheme}://{urlsplit(document).netloc}", *(quote(part, safe="") for part in path)])


class _Gathering:
    """Asks the host of an issuer; keeps what went wrong."""

    def __init__(self, fetcher: Fetcher, issuer: str) -> None:
        self.problems: list[Fault] = []
        self._fetcher = fetcher
        self._issuer = issuer
        try:
            self._base, self._document = base_of(issuer), dids.address_of(issuer)
        except ValueError:
            self._base = self._document = ""
            self.problems.append(Fault("TH-VER-009", "", {"issuer": issuer[:200]}))

    def anchors(self) -> Anchors:
        """The keys of the issuer under its own address, and of the log beside it."""
        issuer = self._tried(self._issuer_document)
        logs = self._tried(lambda: read_anchors(self._get(f"{self._base}/v1/anchors"), place="anchors"))
        return Anchors(issuer.issuers if issuer else {}, logs.logs if logs else {})

    def completed(self, it: Presented) -> Presented:
        """With its credential, the rows of statuses as they are now, and its proof of the log."""
        if it.credential is None:
            it = replace(it, credential=self._tried(lambda: self._credential(it.code)))
        if it.credential is None:
            return it
        rows = dict(self._rows(it.credential))
        proof = it.proof or self._tried(lambda: self._proof(it.credential))
        return replace(it, documents={**it.documents, **rows}, proof=proof)

    def _issuer_document(self) -> Anchors:
        scheme = urlsplit(self._base).scheme
        address = self._document.replace("https", scheme, 1)
        told = parsed(self._get(address), address)
        return anchors_of(write_anchors({self._issuer: told}, {}), place=address)

    def _credential(self, code: str) -> Document | None:
        page = _PAGE.fullmatch(labels.read_code(code).address)
        if page is None or page["base"] != self._base:
            return None
        found = read_presented(self._get(f"{self._base}/v1/certificates/{page['number']}/credential", _KINDS))
        return found.credential if found.kind is PresentedAs.CREDENTIAL else None

    def _rows(self, credential: Document) -> Iterator[tuple[str, Document]]:
        for address in statuslist.rows_of(opened(credential)):
            row = self._tried(partial(self._row, address))
            if row is not None and row.credential is not None:
                yield address, row.credential

    def _row(self, address: str) -> Presented:
        return read_presented(self._get(address, _KINDS), place=address)

    def _proof(self, credential: Document | None) -> Any:
        address = str(opened(credential or {}).get("id", ""))
        if not address.endswith("/credential"):
            return None
        address = address.removesuffix("credential") + "proof"
        return read_proof(parsed(self._get(address), address), place=address)

    def _get(self, address: str, accept: str = "application/json") -> bytes:
        if not self._base or urlsplit(address)[:2] != urlsplit(self._base)[:2]:
            raise VerifyingError("TH-VER-006", place=address[:200], reason=self._issuer[:200])
        return self._fetcher.get(address, accept=accept)

    def _tried(self, get: Callable[[], T]) -> T | None:
        if not self._base:
            return None
        try:
            return get()
        except VerifyingError as error:
            self.problems.extend(error.faults)
        except ValueError as error:
            self.problems.append(Fault("TH-VER-001", "", {"reason": str(error)}))
        return None
