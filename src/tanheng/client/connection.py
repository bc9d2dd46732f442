"""Requests to one server: sent, sent again where that is safe, and read."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from tanheng.client.models import Page, Told
from tanheng.client.problems import problem_of
from tanheng.client.retrying import Retries, may_help, seconds_of
from tanheng.errors import RequestError, TanhengError

T = TypeVar("T")
KEYED = 8 * 1024**2
"""Bytes of a body that is sent with an Idempotency-Key; servers hold such bodies in memory, and refuse larger ones."""
ANY = "application/octet-stream"
Params = Mapping[str, Any]
NONE: Params = {}
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request.

    Attributes:
        content: what is sent; a file is opened for each attempt.
        is_safe: it may be sent again though the first may have arrived.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | Path = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_safe: bool = False


class _Session(Told, frozen=True):
    csrf: str


class _RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, error: TanhengError, seconds: float | None) -> None:
        super().__init__(error)
        self.error = error
        self.seconds = seconds


class Connection:
    """Connections to a server; may be used by many threads at once."""

    def __init__(self, url: str, *, token: str, lang: str, timeout: float, retries: Retries) -> None:
        self.url = _address(url)
        self.retries = retries
        token = token.strip()
        if not all("!" <= character <= "~" for character in token):
            raise RequestError("TH-API-026")
        headers = {"Accept-Language": "zh-CN" if lang == "zh" else "en"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._has_session = False
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout)

    def sign_in(self, *, email: str, password: str, code: str) -> None:
        """Open a session; its cookie and its word against forged requests go with everything from now on."""
        _, body = _body({"email": email, "password": password, "code": code}, b"", ANY)
        ask = Ask("POST", at("session"), content=body, headers={"Content-Type": "application/json"})
        self._http.headers["X-CSRF-Token"] = self._answer(ask, lambda answer: _decode(answer, _Session)).csrf
        self._has_session = True

    def close(self) -> None:
        """End the session, where there is one that still can be ended, and the connections."""
        if self._has_session:
            self._has_session = False
            with suppress(TanhengError):
                self.delete(at("session"))
        self._http.close()

    def get(self, path: str, kind: type[T], params: Params = NONE) -> T:
        """Something, as a value of ``kind``."""
        return self._answer(Ask("GET", path, _given(params), is_safe=True), lambda answer: _decode(answer, kind))

    def each(self, path: str, kind: type[T], params: Params = NONE, *, limit: int = 200) -> Iterator[T]:
        """All of a list, page after page; a page is asked for when it is needed."""
        after = ""
        while True:
            page = self.get(path, Page[kind], {**params, "after": after, "limit": limit})  # type: ignore[valid-type]
            yield from page.items
            after = page.next
            if not after:
                return

    def post(
        self,
        path: str,
        kind: type[T],
        params: Params = NONE,
        *,
        json: Any = None,
        content: bytes | Path = b"",
        media_type: str = ANY,
        seen: Seen | None = None,
    ) -> T:
        """Send something new; carried out once, though it be sent again.

        Args:
            seen: what the change is based on, where it needs the version that was seen.
        """
        headers, body = _body(json, content, media_type)
        is_keyed = (body.stat().st_size if isinstance(body, Path) else len(body)) <= KEYED
        if is_keyed:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        ask = Ask("POST", path, _given(params), body, {**headers, **_match(seen)}, is_safe=is_keyed)
        return self._answer(ask, lambda answer: _decode(answer, kind))

    def change(self, method: str, path: str, kind: type[T], *, json: Any = None, seen: Seen) -> T:
        """Change what was seen. Where the answer is lost, it is not sent again: what came of it can be read."""
        headers, body = _body(json, b"", ANY)
        return self._answer(Ask(method, path, {}, body, {**headers, **_match(seen)}), lambda a: _decode(a, kind))

    def delete(self, path: str) -> None:
        """Remove something. Where the answer is lost, it is not sent again: whether it is gone can be read."""
        self._answer(Ask("DELETE", path), httpx.Response.close)

    def download(
        self, path: str, target: str | Path, params: Params = NONE, *, sent: bytes | Path | None = None
    ) -> Path:
        """Something as a file, which is there whole or not at all.

        Args:
            sent: what it is made of, where it is asked for by sending something that nothing is kept of.
        """
        target = Path(target)
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")

        def receive(answer: httpx.Response) -> None:
            with part.open("wb") as out:
                for block in answer.iter_bytes():
                    out.write(block)

        try:
            ask = Ask("GET" if sent is None else "POST", path, _given(params), sent or b"", is_safe=True)
            self._answer(ask, receive)
            return part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def _answer(self, ask: Ask, receive: Callable[[httpx.Response], T]) -> T:
        waits = self.retries.waits()
        while True:
            try:
                return self._once(ask, receive)
            except _RefusedError as refused:
                if not (may_help(refused.error, is_safe=ask.is_safe) and waits.again(refused.seconds)):
                    raise refused.error from None
            except httpx.TransportError as error:
                if not ((ask.is_safe or isinstance(error, _NOT_SENT)) and waits.again()):
                    reason = str(error) or type(error).__name__
                    raise RequestError("TH-API-020", url=self.url, reason=reason) from error

    def _once(self, ask: Ask, receive: Callable[[httpx.Response], T]) -> T:
        with ExitStack() as stack:
            content = stack.enter_context(ask.content.open("rb")) if isinstance(ask.content, Path) else ask.content
            sent = self._http.stream(ask.method, ask.path, params=ask.params, content=content, headers=ask.headers)
            answer = stack.enter_context(sent)
            if answer.is_success:
                return receive(answer)
            answer.read()
            raise _RefusedError(problem_of(answer), seconds_of(answer.headers.get("retry-after", "")))


def at(*parts: str | int | Told) -> str:
    """The path of something: ``at("studies", study, "versions")``."""
    return "/v1/" + "/".join(quote(str(getattr(part, "id", part)), safe="") for part in parts)


def id_of(thing: Told | str) -> str:
    """The identifier of something that is given as it is, or by its identifier."""
    return str(getattr(thing, "id", thing))


def _address(url: str) -> str:
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL:
        raise RequestError("TH-API-023", url=url) from None
    if found.scheme not in ("http", "https") or not found.host or found.userinfo:
        raise RequestError("TH-API-023", url=str(found.copy_with(userinfo=b"")) if found.host else url)
    return str(found).rstrip("/")


def _given(params: Params) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value not in (None, "", ())}


class Seen(Protocol):
    """Something that was seen in a version."""

    @property
    def version(self) -> int:
        """By which the server knows whether it is still so."""


def _match(seen: Seen | None) -> dict[str, str]:
    return {} if seen is None else {"If-Match": f'"{seen.version}"'}


def _body(json: Any, content: bytes | Path, media_type: str) -> tuple[dict[str, str], bytes | Path]:
    if json is None:
        return {"Content-Type": media_type}, content
    return {"Content-Type": "application/json"}, msgspec.json.encode(json)


def _decode(answer: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.read(), type=kind)
    except msgspec.MsgspecError as error:
        url = str(answer.request.url.copy_with(query=None))
        raise RequestError("TH-API-022", url=url, reason=str(error)) from error
