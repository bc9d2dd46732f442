"""Files to fill in."""

from __future__ import annotations

from pathlib import Path

from tanheng.client.connection import Connection, at


class Templates:
    """``client.templates``; each keeps a file, which is valid as it is, and gives its path."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def study(self, target: str | Path, product: str, *, form: str = "xlsx", lang: str = "zh") -> Path:
        """A study of a product, everything explained; ``form``: xlsx, yaml."""
        wanted = {"product": product, "format": form, "lang": lang}
        return self._connection.download(at("templates", "study"), target, wanted)

    def rules(self, target: str | Path, id: str, name: str) -> Path:  # noqa: A002 - as the field is called
        """A rule pack, YAML, with an id of small letters, digits and hyphens."""
        return self._connection.download(at("templates", "rules"), target, {"id": id, "name": name})

    def factors(self, target: str | Path, *, form: str = "xlsx") -> Path:
        """A table of factors; ``form``: xlsx, csv."""
        return self._connection.download(at("templates", "factors"), target, {"format": form})

    def inventory(self, target: str | Path, *, form: str = "xlsx", lang: str = "zh") -> Path:
        """A table of an inventory, to be imported as a database; ``form``: xlsx, csv."""
        return self._connection.download(at("templates", "inventory"), target, {"format": form, "lang": lang})

    def method(self, target: str | Path, *, form: str = "xlsx") -> Path:
        """A table of characterisation factors, to be imported as an impact method; ``form``: xlsx, csv."""
        return self._connection.download(at("templates", "method"), target, {"format": form})

    def report(self, target: str | Path) -> Path:
        """The Word template of reports that ships, to make one's own from."""
        return self._connection.download(at("templates", "report"), target)
