"""The life of a factor's record: which step leads from where to where.

=============  ======================  ===========  ==========================================================
step           from                    to           who
=============  ======================  ===========  ==========================================================
revise         draft, published,       draft        an editor; what is published stays so until the next release
               retired
submit         draft                   submitted    an editor
take-back      submitted, reviewed     draft        an editor
return         submitted               draft        a reviewer who wrote none of it
accept         submitted               reviewed     a reviewer who wrote none of it
publish        reviewed                published    a publisher, with the release
=============  ======================  ===========  ==========================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tanheng.errors import FactorError


class State(StrEnum):
    """Where the latest version of a factor stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    RETIRED = "retired"


class VersionChange(StrEnum):
    """What a version is to the one before."""

    NEW = "new"
    UPDATE = "update"  # newer data: the version before is superseded
    CORRECTION = "correction"  # the version before was wrong
    RETIREMENT = "retirement"  # the next release has the factor no more


class Step(StrEnum):
    """What is done with the latest version."""

    REVISE = "revise"
    SUBMIT = "submit"
    TAKE_BACK = "take-back"
    RETURN = "return"
    ACCEPT = "accept"
    PUBLISH = "publish"


STEPS: Mapping[Step, tuple[tuple[State, ...], State]] = {
    Step.REVISE: ((State.DRAFT, State.PUBLISHED, State.RETIRED), State.DRAFT),
    Step.SUBMIT: ((State.DRAFT,), State.SUBMITTED),
    Step.TAKE_BACK: ((State.SUBMITTED, State.REVIEWED), State.DRAFT),
    Step.RETURN: ((State.SUBMITTED,), State.DRAFT),
    Step.ACCEPT: ((State.SUBMITTED,), State.REVIEWED),
    Step.PUBLISH: ((State.REVIEWED,), State.PUBLISHED),
}


def after(step: Step, state: State) -> State:
    """The state after a step.

    Raises:
        FactorError: TH-FAC-045 the step is not possible from ``state``.
    """
    possible, found = STEPS[step]
    if state not in possible:
        raise FactorError("TH-FAC-045", state=state.value, action=step.value, wanted=", ".join(possible))
    return found
