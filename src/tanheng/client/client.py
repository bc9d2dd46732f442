"""The client: one server, its areas beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

from tanheng.client.assessments import Assessments
from tanheng.client.cases import Cases
from tanheng.client.certification import Certification
from tanheng.client.classes import Classes
from tanheng.client.connection import Connection, at
from tanheng.client.databases import Databases
from tanheng.client.drafts import Drafts
from tanheng.client.exchange import Exchange
from tanheng.client.factors import Factors
from tanheng.client.jobs import Jobs
from tanheng.client.methods import Methods
from tanheng.client.models import Hit, Who
from tanheng.client.organisations import Organisations
from tanheng.client.register import Register
from tanheng.client.retrying import Retries
from tanheng.client.rules import Rules
from tanheng.client.studies import Studies
from tanheng.client.suppliers import Suppliers
from tanheng.client.templates import Templates

TIMEOUT = 60.0


class Client:
    """A server that is asked with a token; may be used by many threads at once.

    Every method raises the errors of :mod:`tanheng.errors` with the code, the faults, ``status`` and ``request`` that the
    server told; TH-API-020 where it cannot be reached, TH-API-021 and TH-API-022 where it does not answer as Tanheng does.

    Args:
        url: of the server, as https://tanheng.example.org.
        token: of a person or a machine; without one, what is public is read.
        lang: language of the server's sentences, ``en`` or ``zh``.
        timeout: seconds without a sign of the server, after which a request is taken for lost.
        retries: how patiently requests are sent again.

    Raises:
        RequestError: TH-API-023 the address, TH-API-026 the token is none.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        lang: str = "en",
        timeout: float = TIMEOUT,
        retries: Retries | None = None,
    ) -> None:
        self._connection = Connection(url, token=token, lang=lang, timeout=timeout, retries=retries or Retries())
        self.organisations = Organisations(self._connection)
        self.studies = Studies(self._connection)
        self.assessments = Assessments(self._connection)
        self.jobs = Jobs(self._connection)
        self.databases = Databases(self._connection, self.jobs)
        self.methods = Methods(self._connection, self.jobs)
        self.factors = Factors(self._connection)
        self.drafts = Drafts(self._connection)
        self.register = Register(self._connection)
        self.rules = Rules(self._connection)
        self.classes = Classes(self._connection)
        self.templates = Templates(self._connection)
        self.suppliers = Suppliers(self._connection)
        self.exchange = Exchange(self._connection)
        self.certification = Certification(self._connection)
        self.cases = Cases(self._connection, self.jobs)

    @classmethod
    def sign_in(cls, url: str, *, email: str, password: str, code: str = "", **more: Any) -> Client:
        """A client with a session of a person, for what no token may do: what needs a second factor, as certifying does.

        The session ends with :meth:`close`.

        Args:
            code: of the second factor. more: ``lang``, ``timeout``, ``retries``, as of the class.

        Raises:
            AccessError: TH-ACC-011 the password, TH-ACC-012 too many attempts, TH-ACC-019 the code.
        """
        made = cls(url, **more)
        try:
            made._connection.sign_in(email=email, password=password, code=code)
        except BaseException:
            made.close()
            raise
        return made

    def who(self) -> Who:
        """Whom the token stands for, with all roles."""
        return self._connection.get(at("session"), Who)

    def search(
        self,
        text: str,
        *,
        kinds: Iterable[str] = (),
        geography: str = "",
        unit: str = "",
        meaning: bool = False,
    ) -> Iterator[Hit]:
        """What is found in Chinese and English, the best first.

        Args:
            kinds: factor, dataset, product; all of them by default. geography: a code, and the places that lie in it.
            meaning: find what is near in meaning, too; the operator of the server must have chosen that (TH-API-012).
        """
        wanted = {"kind": tuple(kinds), "geography": geography, "unit": unit, "meaning": meaning, "q": text}
        return self._connection.each(at("search"), Hit, wanted, limit=50)

    def close(self) -> None:
        """End the session, where there is one, and the connections; ``with`` does it by itself."""
        self._connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._connection.url!r})"
