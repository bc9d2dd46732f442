"""Which day it is half an hour before and after midnight of the zone, the same on both engines; in UTC it is one day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from certification_samples import INIT, House
from class_samples import fill, in_force, makers, scheme
from tanheng.accounts import ANONYMOUS
from tanheng.certification.terms import months_after
from tanheng.days import begin_of, end_of, zone_of
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.labels import read_code
from tanheng.exchange.credentials.verifying import verify_code, verify_credential
from tanheng.registry.checking import Limits
from tanheng.services.certification import certificates, issuing, showing
from tanheng.services.certification import clock as clock_service
from tanheng.services.grading import thresholds
from tanheng.services.registry.checking import Line, check

HALF = timedelta(minutes=30)


def midnight(platform, days=1):
    """A midnight of the zone of an installation that is to come."""
    return begin_of(platform.today() + timedelta(days=days), platform.configuration.zone).astimezone(UTC)


def in_zone(platform, name):
    return replace(platform, configuration=replace(platform.configuration, timezone=name))


def outcomes(platform, one, now):
    """Of the validity of credential and code, as a stranger finds them at a moment."""
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, one.number))
    issuer = platform.look(ANONYMOUS, certificates.issuer_document, one.body)
    anchors = Anchors({issuer["id"]: issuer})
    checks = (*verify_credential(document, anchors, now, {}), *verify_code(one.code, anchors, now)[1])
    return [(check.outcome.value, check.params["day"]) for check in checks if check.name == "validity"]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_certificate_is_of_the_day_and_ends_with_the_day_of_the_zone(platform, clock, zone):
    platform = in_zone(platform, zone)
    house = House(platform)
    case = house.decided()
    clock.now = midnight(platform) - HALF
    day = platform.today()
    one = issuing.certify(platform, house.bo, case.id, expected=case.version)
    assert (one.valid_from, one.valid_until) == (day, months_after(day, 24))
    assert one.number == f"test-label-{day.year}-000001"
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, one.number))
    ends = end_of(one.valid_until, zone_of(zone))
    assert document["validFrom"] == begin_of(day, zone_of(zone)).isoformat()
    assert document["validUntil"] == ends.isoformat()
    assert read_code(one.code).valid_until == ends
    for now, outcome in ((ends - HALF, "passed"), (ends, "passed"), (ends + HALF, "failed")):
        assert outcomes(platform, one, now.astimezone(UTC)) == [(outcome, one.valid_until.isoformat())] * 2
    for after, state, ended in ((-HALF, "valid", 0), (HALF, "expired", 1)):
        clock.now = ends.astimezone(UTC) + after
        assert platform.look(ANONYMOUS, showing.sheet, one.number).state == state
        assert clock_service.tick(platform, INIT).ended == ended


def test_what_was_on_a_day_and_what_takes_effect_follow_the_zone(platform, clock):
    house = House(platform)
    clock.now = midnight(platform) + HALF  # the day before in UTC
    day, one = platform.today(), house.certified()
    assert clock.now.date() == day - timedelta(days=1)
    clock.now = midnight(platform) - HALF
    given = {"expected": one.version, "reason": "r"}
    one = platform.do(house.bo, certificates.take, one.number, "suspend", **given)
    assert (platform.today(), one.deadline) == (day, day + timedelta(days=180))
    clock.now += 2 * HALF
    next_day = platform.today()
    assert next_day == day + timedelta(days=1)
    given = {"expected": one.version, "reason": "r"}
    platform.do(house.bo, certificates.take, one.number, "reinstate", **given)
    clock.move(days=3)
    for on, wanted in ((day, "not-valid"), (next_day, "passed"), (day - timedelta(days=1), "not-yet")):
        (found,) = platform.look(ANONYMOUS, check, [Line(number=one.number)], Limits(), on=on)
        assert found.verdict.value == wanted


def test_limits_take_effect_at_midnight_of_the_zone(platform, clock):
    house = House(platform)
    one = house.certified()
    fill(platform, one, [one.value * (1 + n / 40) for n in range(40)], makers(platform, 6))
    clock.now = midnight(platform) - HALF
    limits = in_force(house, scheme(one), days=1)
    assert not limits.in_force
    clock.now += 2 * HALF
    assert platform.look(ANONYMOUS, thresholds.of, limits.id).in_force


def test_the_work_of_a_day_is_done_once_in_a_day_of_the_zone(platform, clock):
    house = House(platform)
    house.submitted()
    clock.now = midnight(platform) - HALF
    started = []
    for _ in range(5):
        started.append(platform.do(INIT, clock_service.start_where_needed))
        clock.now += timedelta(minutes=20)
    assert started == [True, False, True, False, False]
