"""The public register: search, products, lists that are checked, figures, feeds, dumps; without a token, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tanheng.client.connection import Connection, at
from tanheng.client.registermodels import Checked, Checks, Disclosure, Dump, Entry, Feed, Product, Statistics

_PAGE = 200


class Register:
    """``client.register``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def search(self, text: str = "", *, order: str = "", limit: int = _PAGE, **filters: Any) -> Iterator[Entry]:
        """Certificates that are found in Chinese and English, page after page.

        Args:
            order: relevance, newest, value.
            filters: as ``GET /v1/register`` has them: category, maker, place, code, grade, state …
        """
        return self._connection.each(at("register"), Entry, {"q": text, "order": order, **filters}, limit=limit)

    def product(self, number: str) -> Product:
        """A product by the number of its certificate, with all that became of it."""
        return self._connection.get(at("register", number), Product)

    def disclosure(self, number: str, view: str = "public") -> Disclosure:
        """A result as a view tells it: public, partner, regulator."""
        return self._connection.get(at("register", number, "disclosure"), Disclosure, {"view": view})

    def check(
        self, lines: Iterable[str | Mapping[str, Any]], *, on: date | None = None, **limits: Any
    ) -> tuple[Checked, ...]:
        """Up to 10,000 products at once: valid on a day, within limits?

        Args:
            lines: numbers of certificates, or ``{"code": …, "maker": …}``. limits: max_value with unit and per, max_class;
                disclose to be told what you have consents for.
        """
        told = [{"number": line} if isinstance(line, str) else dict(line) for line in lines]
        sent = {"lines": told, "on": on.isoformat() if on else None, **limits}
        return self._connection.post(at("register", "checks"), Checks, json=sent).items

    def statistics(self) -> Statistics:
        """The register in figures."""
        return self._connection.get(at("register", "statistics"), Statistics)

    def feed(self, *, maker: str = "", since: str = "") -> Feed:
        """Products that were entered or changed behind ``since``, as they are now: schema.org in JSON-LD."""
        return self._connection.get(at("register", "feed"), Feed, {"maker": maker, "since": since})

    def dumps(self) -> Iterator[Dump]:
        """The register as open data, the newest first."""
        return self._connection.each(at("register", "dumps"), Dump)

    def download(self, dump: Dump | str, name: str, target: str | Path) -> Path:
        """Keep a file of a dump: register.csv, register.parquet, register.jsonld, manifest.json."""
        return self._connection.download(at("register", "dumps", dump, name), target)
