"""The API keeps to its own description: schemathesis sends what the document allows, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from tanheng.accounts import Actor, Membership
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role, SystemRole
from tanheng.api import authentication
from tanheng.api.app import create_app

pytestmark = pytest.mark.fuzz

EVERYTHING = {
    kind: Membership(f"0190aaaa-0000-7000-8000-00000000000{i}", kind, frozenset(Role))
    for i, kind in enumerate(OrganisationKind)
}
ANYBODY = Actor(
    ActorKind.PERSON,
    "0190aaaa-0000-7000-8000-00000000000f",
    system_roles=frozenset(SystemRole),
    memberships={own.organisation: own for own in EVERYTHING.values()},
    second_factor=True,
)
UNFIT = ("unsupported_method", "ignored_auth", "positive_data_acceptance")
"""Checks that our API is no subject of: a stranger gets 401 from use cases, and rules beyond a schema refuse good shapes."""


@pytest.fixture
def app(sqlite_platform):
    """The application, for somebody who has every role; use cases are the same on both engines."""
    made = create_app(
        replace(sqlite_platform, configuration=replace(sqlite_platform.configuration, requests_per_minute=10**6))
    )
    made.dependency_overrides[authentication.actor] = lambda: ANYBODY
    return made


def test_no_request_finds_a_server_error_or_an_answer_that_is_not_described(api):
    base = str(api.base_url)
    api.get("/openapi.json")  # made once; on a busy machine that takes longer than schemathesis waits
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json")
    checks = [check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ not in UNFIT]
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def one(case):
            case.call_and_validate(base_url=base, checks=checks)

        one()
        tried += 1
    assert tried >= 6


def test_schemas_have_names_of_their_own(app):
    """Two classes of one name would be told apart by the places of their modules, which are nobody's business."""
    named = app.openapi()["components"]["schemas"]
    assert [name for name in named if "tanheng" in name] == []
