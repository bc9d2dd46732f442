"""An organisation that exchanges by PACT: people, a study of cement, and partners."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from declaration_samples import FILES
from pact_samples import supplement
from study_samples import organisation
from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
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


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine for trials, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "trial.pem", folder / "trial.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret
