"""What the history tells of rule packs."""

from __future__ import annotations

from tanheng.audit import Event


class RulePackAdded(Event, frozen=True, kw_only=True):
    """An organisation has a release of a rule pack."""

    type = "rules.added"

    reference: str
    digest: str


class RulePackWithdrawn(Event, frozen=True, kw_only=True):
    """A release is not used for new assessments any longer."""

    type = "rules.withdrawn"

    reference: str
