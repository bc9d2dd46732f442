"""What the history tells of the exchange by PACT; secrets are never told."""

from __future__ import annotations

from tanheng.audit import Event


class PartnerRegistered(Event, frozen=True, kw_only=True):
    """An organisation exchanges with a partner."""

    type = "pact-partner.registered"

    name: str
    base_url: str


class PartnerChanged(Event, frozen=True, kw_only=True):
    """What is known of a partner changed."""

    type = "pact-partner.changed"

    base_url: str
    active: bool


class PartnerCredentialed(Event, frozen=True, kw_only=True):
    """A partner has a new secret; the one before counts no more."""

    type = "pact-partner.credentialed"


class FootprintPublished(Event, frozen=True, kw_only=True):
    """A footprint was published to partners."""

    type = "pact-footprint.published"

    uuid: str
    assessment: str
    partners: list[str]


class FootprintDeprecated(Event, frozen=True, kw_only=True):
    """Another footprint took the place of one."""

    type = "pact-footprint.deprecated"

    uuid: str
    by: str


class FootprintShared(Event, frozen=True, kw_only=True):
    """Other partners may read a footprint from now on."""

    type = "pact-footprint.shared"

    partners: list[str]


class RequestTaken(Event, frozen=True, kw_only=True):
    """A partner asks for footprints."""

    type = "pact-request.taken"

    partner: str


class RequestAnswered(Event, frozen=True, kw_only=True):
    """A request was fulfilled or rejected, by a person or by policy."""

    type = "pact-request.answered"

    state: str
    footprints: list[str]


class QuestionSent(Event, frozen=True, kw_only=True):
    """An organisation asks a partner for footprints."""

    type = "pact-question.sent"

    partner: str


class QuestionAnswered(Event, frozen=True, kw_only=True):
    """A partner answered."""

    type = "pact-question.answered"

    state: str
