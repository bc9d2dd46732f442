"""Routers that know at once of most requests that they are not for them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match, Route
from starlette.types import Scope


class Router(APIRouter):
    """As FastAPI's, for areas of the API.

    FastAPI asks every router, and each of these every route, with a regular expression each; with the routes that there are,
    that took a quarter of a simple request.
    """

    _begun: tuple[int, tuple[str, ...]] = (0, ())  # how many routes there were, and how their paths begin

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As FastAPI's, where one of the routes may be asked for at all."""
        # below a root path, where routes begin is FastAPI's to say
        if scope["type"] == "http" and not scope.get("root_path") and not scope["path"].startswith(self._beginnings()):
            return Match.NONE, {}
        return super().matches(scope)

    def _beginnings(self) -> tuple[str, ...]:
        """How paths of the routes begin, up to the first parameter; of others than routes nothing is known."""
        if self._begun[0] != len(self.routes):
            paths = (route.path if isinstance(route, Route) else "" for route in self.routes)
            self._begun = len(self.routes), tuple({path.partition("{")[0] for path in paths})
        return self._begun[1]
