"""An organisation that exchanges by PACT: people, a study of cement, and partners."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from declaration_samples import FILES
from pact_samples import document, supplement
from study_samples import organisation
from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.exchange.pact.model import Product
from tanheng.services.accounts import people
from tanheng.services.pact import partners, publishing
from tanheng.services.studies import assessing, intake, studies
from tanheng.storage.platform import Platform

INIT = system("init")


@dataclass(frozen=True)
class Desk:
    """An organisation of an installation, with one person who may do everything there."""

    platform: Platform
    organisation: str
    actor: Actor

    def partner(self, name="Buyer", **more) -> str:
        """A partner; its id."""
        return self.platform.do(self.actor, partners.register, organisation=self.organisation, name=name, **more).id

    def assessment(self, name="cement", regime="pact3") -> str:
        """An example, assessed and kept."""
        model = intake.read(FILES[name].read_bytes())
        made = self.platform.do(self.actor, studies.create, organisation=self.organisation, model=model)
        return assessing.assess(self.platform, self.actor, made.id, assessing.Order(regime=regime)).id

    def keep(self, assessment: str, *receivers: str, **more) -> publishing.Footprint:
        """A footprint as if it had been made of an assessment: the one of the samples, with changes."""
        made = msgspec.convert(document(**more), Product)
        fixed = {"organisation": self.organisation, "assessment": assessment, "former": "", "replaces": ""}
        return self.platform.do(self.actor, publishing.keep, made, receivers=receivers, **fixed)

    def publish(self, *receivers: str, assessment="", replaces="", **more) -> publishing.Footprint:
        """A footprint of cement, published."""
        return publishing.publish(
            self.platform,
            self.actor,
            assessment or self.assessment(),
            supplement=supplement(**more),
            receivers=receivers,
            replaces=replaces,
        )


def desk(platform: Platform, name: str = "水泥厂", **chosen) -> Desk:
    """A new organisation.

    Args:
        chosen: choices of the operator.
    """
    platform = replace(platform, configuration=replace(platform.configuration, **chosen))
    own = organisation(platform, name)
    given = {"email": f"{own.id}@example.org", "name": "P", "password": "a sentence of my own"}
    made = platform.do(INIT, people.create, organisation=own.id, roles=tuple(Role), **given)
    actor = Actor(ActorKind.PERSON, made.id, memberships={own.id: Membership(own.id, own.kind, frozenset(Role))})
    return Desk(platform, own.id, actor)
