"""The certificates behind what the App Store signs, as Apple's public key infrastructure has them.

https://www.apple.com/certificateauthority/: a root; an intermediate and a leaf that are marked
as the App Store's by an extension each. What verifies them may be strict (OpenSSL's X509_STRICT).
Apple's name a `responder`, which says whether they were revoked (OCSP, RFC 6960); those of a chain
without one cannot be asked about.
"""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from msgspec import Struct

INTERMEDIATE_MARK = x509.ObjectIdentifier("1.2.840.113635.100.6.2.1")
LEAF_MARK = x509.ObjectIdentifier("1.2.840.113635.100.6.11.1")
_DER_NULL = b"\x05\x00"


class Life(Struct, frozen=True):
    """From when until when a certificate is good."""

    begins_at: datetime
    ends_at: datetime


# A simulated clock may be run anywhere within these years.
LONG = Life(datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC))


class Certified(Struct, frozen=True):
    """A certificate and the private key it is of."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


class Chain(Struct, frozen=True):
    """`root` is what dodam is to trust in place of Apple's."""

    root: Certified
    intermediate: Certified
    leaf: Certified

    @classmethod
    def new(cls, responder: str | None = None) -> "Chain":
        made = root("Simulated Apple Root CA")
        middle = intermediate(made, INTERMEDIATE_MARK, responder)
        return cls(made, middle, leaf(middle, LEAF_MARK, LONG, responder))


def root(name: str) -> Certified:
    key = _new_key()
    builder = _builder(name, key, LONG).issuer_name(_name(name))
    return Certified(key, _authority(builder, 1, key).sign(key, SHA256()))


def intermediate(
    issuer: Certified, mark: x509.ObjectIdentifier, responder: str | None = None
) -> Certified:
    key = _new_key()
    builder = _below(issuer, _builder("Simulated Apple Intermediate", key, LONG), mark, responder)
    return Certified(key, _authority(builder, 0, issuer.key).sign(issuer.key, SHA256()))


def leaf(
    issuer: Certified, mark: x509.ObjectIdentifier, life: Life, responder: str | None = None
) -> Certified:
    key = _new_key()
    builder = _builder("Simulated App Store Receipt Signing", key, life)
    builder = (
        _below(issuer, builder, mark, responder)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_data=True), critical=True)
        .add_extension(_signed_by(issuer.key), critical=False)
    )
    return Certified(key, builder.sign(issuer.key, SHA256()))


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, key: ec.EllipticCurvePrivateKey, life: Life) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(life.begins_at)
        .not_valid_after(life.ends_at)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _below(
    issuer: Certified,
    builder: x509.CertificateBuilder,
    mark: x509.ObjectIdentifier,
    responder: str | None,
) -> x509.CertificateBuilder:
    marked = builder.add_extension(x509.UnrecognizedExtension(mark, _DER_NULL), critical=False)
    if responder is not None:
        where = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(responder)
        )
        marked = marked.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
    return marked.issuer_name(issuer.certificate.subject)


def _authority(
    builder: x509.CertificateBuilder, path_length: int, signer: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    """One that may sign certificates, with so many authorities below it."""
    limits = x509.BasicConstraints(ca=True, path_length=path_length)
    return (
        builder.add_extension(limits, critical=True)
        .add_extension(_usage(signs_data=False), critical=True)
        .add_extension(_signed_by(signer), critical=False)
    )


def _usage(*, signs_data: bool) -> x509.KeyUsage:
    """For signing data, or else certificates (RFC 5280, section 4.2.1.3)."""
    return x509.KeyUsage(
        digital_signature=signs_data,
        key_cert_sign=not signs_data,
        crl_sign=not signs_data,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed_by(signer: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
