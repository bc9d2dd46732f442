"""A certificate on a server of its own, whose address is the one that the credential tells; for whoever verifies it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace

from certification_samples import House
from serving import served
from tanheng.services.certification import certificates
from tanheng.web.app import create_app


@dataclass
class Register:
    """A server with a certificate.

    Attributes:
        url: of the server, and of the installation.
    """

    url: str
    app: object
    house: House
    certificate: object

    @property
    def platform(self):
        return self.house.platform

    def step(self, name, reason="a reason"):
        """Take a step of the certificate, as the decision maker."""
        current = self.platform.look(self.house.bo, certificates.of, self.certificate.number)
        told = {"expected": current.version, "reason": reason}
        self.certificate = self.platform.do(self.house.bo, certificates.take, current.number, name, **told)
        return self.certificate

    def address(self, part):
        """Of something of the certificate."""
        return f"{self.url}/v1/certificates/{self.certificate.number}/{part}"


def at_address(platform, url, **more):
    """The installation, under another address."""
    return replace(platform, configuration=replace(platform.configuration, public_url=url, **more))


@contextmanager
def registered(platform):
    """A server of the installation, with a certificate that was issued under its address."""
    app = create_app(platform)
    with served(app) as url:
        app.state.platform = at_address(platform, url, requests_per_minute=10**6)
        house = House(app.state.platform)
        yield Register(url, app, house, house.certified())
