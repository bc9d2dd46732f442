"""What the history tells of requests to suppliers; who the supplier is stays in the request."""

from __future__ import annotations

from tanheng.audit import Event


class DataRequested(Event, frozen=True, kw_only=True):
    """An organisation asks a supplier for a footprint."""

    type = "data-request.sent"

    number: str
    study: str
    due: str


class DataLinkRenewed(Event, frozen=True, kw_only=True):
    """There is a new link to a request; the one before leads nowhere."""

    type = "data-request.renewed"


class DataRequestStepped(Event, frozen=True, kw_only=True):
    """A request went on."""

    type = "data-request.stepped"

    step: str
    before: str
    after: str


class DataFileAdded(Event, frozen=True, kw_only=True):
    """The supplier added a file."""

    type = "data-request.file-added"

    file: str
    digest: str
