"""A certificate of this machine for trials of TLS: self-signed, of loopback addresses, kept in the data directory."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TRIAL = "trial"
"""In the place of a file: a certificate of this machine."""
FOLDER = "trial-tls"
CERTIFICATE, KEY = "certificate.pem", "key.pem"
LASTS = timedelta(days=365)


def certificate(home: Path, now: datetime | None = None) -> tuple[Path, Path]:
    """Certificate and key (PEM), made where there is none, or it has ended."""
    moment = now or datetime.now(UTC)
    folder = home / FOLDER
    made, secret = folder / CERTIFICATE, folder / KEY
    if made.exists() and secret.exists():
        known = x509.load_pem_x509_certificate(made.read_bytes())
        if moment < known.not_valid_after_utc - timedelta(days=1):
            return made, secret
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    secret.touch(mode=0o600)
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.write_bytes(_signed(key, moment).public_bytes(serialization.Encoding.PEM))
    return made, secret


def _signed(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tanheng trial")])
    addresses = [x509.IPAddress(ipaddress.ip_address(one)) for one in ("127.0.0.1", "::1")]
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName([*addresses, x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
