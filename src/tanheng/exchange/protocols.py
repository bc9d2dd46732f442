"""What a protocol is to us: one direction or both, what it could not carry, and what its schema does not enforce."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tanheng import texts
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.supplement import Section, Supplement
from tanheng.footprint.study import Names


@dataclass(frozen=True, slots=True)
class Loss:
    """What could not be carried over.

    Attributes:
        code: key of ``data/texts/exchange/losses.yaml``.
        path: field of the declaration (when writing) or of the file (when reading).
    """

    code: str
    path: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def line(self, lang: str = "en") -> str:
        """A sentence."""
        return texts.text("exchange/losses", self.code, lang, **{"path": self.path, **self.params})


@dataclass(frozen=True, slots=True)
class Objection:
    """A rule of the protocol that a document does not keep, though its schema lets it pass.

    Attributes:
        code: ``TH-EXC-…``, a key of ``data/texts/exchange/rules.yaml``.
        severity: ``error`` (receivers may refuse it) or ``warning``.
        clause: where the rule stands. path: field of the document. quote: what is written there.
    """

    code: str
    severity: str
    clause: str
    path: str
    quote: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def line(self, lang: str = "en") -> str:
        """A sentence."""
        told = {"path": self.path, "quote": self.quote, **self.params}
        return texts.text("exchange/rules", self.code, lang, **told)


@dataclass(frozen=True, slots=True)
class Written:
    """A file in a protocol's form.

    Attributes:
        name: of the file. losses: what it does not carry. objections: rules that it does not keep.
    """

    content: bytes
    name: str
    media_type: str
    losses: tuple[Loss, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """One footprint of a file, read.

    Attributes:
        id: of the footprint in its own system. losses: what the file tells and we have no place for.
        supplement: what the file tells that is a matter of its protocol alone, by section; written again with it, the
            declaration gives the same file.
    """

    id: str
    declaration: Declaration
    losses: tuple[Loss, ...] = ()
    objections: tuple[Objection, ...] = ()
    supplement: Supplement = field(default_factory=Supplement)


Write = Callable[[Declaration, Supplement], Written]
Read = Callable[[bytes], tuple[Received, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A protocol in one version.

    Attributes:
        id: as it is asked for: ``pact3``. standard: what it follows.
        form_of: id of the protocol that tells the same in another form (JSON beside PDF): this one is ready when that one is.
        regimes: regimes whose assessments it is made for; empty where any will do.
        sections: supplements that it reads, by name, beside ``company`` and ``product``.
        write: raises ExchangeError TH-EXC-010 for every value that is needed and not known.
        read: raises ExchangeError TH-EXC-020 for a file that is none of it.
    """

    id: str
    names: Names
    standard: Names
    url: str
    media_type: str
    suffix: str
    form_of: str = ""
    regimes: tuple[str, ...] = ()
    sections: Mapping[str, type[Section]] = field(default_factory=dict)
    write: Write | None = None
    read: Read | None = None
