"""Who may do what: the table of rules, and what it says of oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from tanheng.accounts.deciding import Decision, rules
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import decisions

router = Router(prefix="/v1", tags=["permissions"])


class RuleModel(Told):
    """A rule: who may do an action on which things, and what else that needs; what no rule allows is denied."""

    action: str
    scope: str
    who: str
    relation: str
    needs: list[str]
    note: str


class LackingModel(Told):
    """A rule that did not allow it, and what it lacked: role, relation, scope, second-factor, and so on."""

    rule: RuleModel
    reason: str


class DecisionModel(Told):
    """Whether you may do something, by which rule; or what each rule lacked."""

    action: str
    allowed: bool
    explanation: str
    rule: RuleModel | None
    missing: list[LackingModel]


@router.get("/permissions")
def list_permissions() -> list[RuleModel]:
    """The rules, by action."""
    return [RuleModel.model_validate(rule) for _, listed in sorted(rules().items()) for rule in listed]


@router.get("/decisions")
def list_decisions(
    platform: PlatformNeed,
    actor: ActorNeed,
    kind: Annotated[str, Query(max_length=40, description="Of the thing: study, database, organisation …")],
    id: Annotated[str, Query(max_length=36)],  # noqa: A002 - as the field is called
    action: Annotated[str, Query(max_length=64, description="One action; all by default.")] = "",
) -> list[DecisionModel]:
    """What you may do with a thing that you may read, and why."""
    return [_told(one) for one in platform.look(actor, decisions.of, kind=kind, id=id, action=action)]


def _told(found: Decision) -> DecisionModel:
    missing = [
        LackingModel(rule=RuleModel.model_validate(rule), reason=reason)
        for rule, reason in found.missing
        if rule is not None
    ]
    rule = None if found.rule is None else RuleModel.model_validate(found.rule)
    return DecisionModel(
        action=found.action, allowed=found.allowed, explanation=found.explain(), rule=rule, missing=missing
    )
