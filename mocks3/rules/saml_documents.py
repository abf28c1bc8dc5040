"""SAML 2.0: metadata and signed responses of providers are written for tests, and verified when a role is assumed.

A provider whose tokens mocks3 issues has one key (``lib.issuer_keys``). Responses are verified with the certificates
in the metadata document that was registered, as AWS does, so the metadata and the responses of another provider work
as well.

Source: OASIS, "Assertions and Protocols for SAML V2.0", "Metadata for SAML V2.0"; IAM user guide, "Configure SAML
assertions for the authentication response".
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from mocks3.clock import TIMESTAMP
from mocks3.errors import Mocks3Error
from mocks3.lib import issuer_keys
from mocks3.lib.certificates import prepare_cryptography

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
AUDIENCE = "https://signin.aws.amazon.com/saml"
"""The recipient of responses for AWS."""

NAME_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
"""What the types of subjects, such as ``persistent``, begin with in a document."""

_METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
_KEY = "saml"


class InvalidResponse(Exception):
    """The text is no response, or no certificate of the provider verifies its signature."""


def metadata(account: str, name: str, entity_id: str) -> str:
    """Return the metadata document of a provider whose tokens mocks3 issues.

    Args:
        account: The account of the provider.
        name: The provider's name in IAM.
        entity_id: Its entity id, a URI.

    Raises:
        Mocks3Error: ``cryptography`` is not installed.
    """
    certificate = issuer_keys.certificate(_KEY, account, name)
    from cryptography.hazmat.primitives.serialization import Encoding

    encoded = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    formats = "".join(
        f"<md:NameIDFormat>{NAME_FORMAT}{each}</md:NameIDFormat>" for each in ("persistent", "transient")
    )
    services = "".join(
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{each}" '
        f"Location={quoteattr(entity_id)}/>"
        for each in ("POST", "Redirect")
    )
    return (
        f'<?xml version="1.0"?><md:EntityDescriptor xmlns:md="{_METADATA[1:-1]}" '
        f"entityID={quoteattr(entity_id)}>"
        '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" '
        'WantAuthnRequestsSigned="false"><md:KeyDescriptor use="signing">'
        f'<ds:KeyInfo xmlns:ds="{_SIGNATURE[1:-1]}"><ds:X509Data><ds:X509Certificate>{encoded}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        f"{formats}{services}</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def entity_id(document: str) -> str:
    """Return the entity id in a metadata document; empty if it has none."""
    root = ElementTree.fromstring(document)  # noqa: S314 - expat of Python 3.11 and newer limits expansion
    descriptor = (
        root if root.tag == f"{_METADATA}EntityDescriptor" else root.find(f"{_METADATA}EntityDescriptor")
    )
    return "" if descriptor is None else descriptor.get("entityID", "")


def is_signed_by(document: str, account: str, name: str) -> bool:
    """Return whether a metadata document has the certificate of a provider whose tokens mocks3 issues."""
    own = issuer_keys.private_key(_KEY, account, name).public_key()
    return any(each.public_key() == own for each in _certificates(document))


def respond(
    account: str,
    name: str,
    issuer: str,
    subject: str,
    now: datetime.datetime,
    attributes: Mapping[str, Iterable[str]],
    *,
    subject_type: str,
    recipient: str = AUDIENCE,
    lifetime: datetime.timedelta = datetime.timedelta(minutes=5),
) -> str:
    """Return a signed response in base64.

    Args:
        account: The account of the provider.
        name: The provider's name in IAM.
        issuer: Its entity id.
        subject: The user (``NameID``).
        now: The time of the response.
        attributes: The names of the attributes and their values.
        subject_type: ``persistent``, ``transient`` or a URI.
        recipient: The recipient and the audience.
        lifetime: How long the response is valid.

    Raises:
        Mocks3Error: A library is not installed.
    """
    signxml, etree = _libraries()
    issued = now.strftime(TIMESTAMP)
    signer = signxml.XMLSigner(
        signature_algorithm="ecdsa-sha256",
        digest_algorithm="sha256",
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    form = subject_type if ":" in subject_type else NAME_FORMAT + subject_type
    times = issued, (now + lifetime).strftime(TIMESTAMP)
    signed = signer.sign(
        etree.fromstring(_assertion(issuer, subject, form, recipient, times, attributes)),
        key=issuer_keys.private_key(_KEY, account, name),
        cert=[issuer_keys.certificate(_KEY, account, name)],
        reference_uri="_assertion",
    )
    response = (
        '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0" '
        f'IssueInstant="{issued}" Destination={quoteattr(recipient)}><samlp:Status><samlp:StatusCode '
        'Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{etree.tostring(signed).decode()}</samlp:Response>"
    )
    return base64.b64encode(response.encode()).decode()


def _assertion(
    issuer: str,
    subject: str,
    form: str,
    recipient: str,
    times: tuple[str, str],
    attributes: Mapping[str, Iterable[str]],
) -> str:
    """Return an assertion with an empty place for its signature."""
    issued, expires = times
    values = "".join(
        f"<saml:Attribute Name={quoteattr(each)}>"
        + "".join(f"<saml:AttributeValue>{escape(text)}</saml:AttributeValue>" for text in texts)
        + "</saml:Attribute>"
        for each, texts in attributes.items()
    )
    return (
        f'<saml:Assertion xmlns:saml="{ASSERTION[1:-1]}" ID="_assertion" Version="2.0" IssueInstant="{issued}">'
        f"<saml:Issuer>{escape(issuer)}</saml:Issuer>"
        f'<ds:Signature xmlns:ds="{_SIGNATURE[1:-1]}" Id="placeholder"/>'
        f"<saml:Subject><saml:NameID Format={quoteattr(form)}>{escape(subject)}</saml:NameID>"
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{expires}" Recipient={quoteattr(recipient)}/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{issued}" NotOnOrAfter="{expires}"><saml:AudienceRestriction>'
        f"<saml:Audience>{escape(recipient)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{issued}"/>'
        f"<saml:AttributeStatement>{values}</saml:AttributeStatement></saml:Assertion>"
    )


def decode(response: str) -> bytes:
    """Return the XML of a response in base64.

    Raises:
        InvalidResponse: It is not base64.
    """
    try:
        return base64.b64decode("".join(response.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidResponse from error


def verified_assertion(document: bytes, provider_metadata: str) -> ElementTree.Element:
    """Return the assertion that a provider signed: what is outside the signature is not read.

    Args:
        document: The XML of the response.
        provider_metadata: The provider's metadata document, with its certificates.

    Raises:
        InvalidResponse: No certificate of the provider verifies it, or it has no assertion.
        Mocks3Error: A library is not installed.
    """
    signxml, etree = _libraries()
    expected = signxml.SignatureConfiguration(location=".//")
    for certificate in _certificates(provider_metadata):
        try:
            found = signxml.XMLVerifier().verify(document, x509_cert=certificate, expect_config=expected)
        except (signxml.exceptions.SignXMLException, etree.LxmlError, ValueError, TypeError, RecursionError):
            continue
        signed = ElementTree.fromstring(etree.tostring(found.signed_xml))  # noqa: S314 - the signed part has no DTD
        assertion = signed if signed.tag == f"{ASSERTION}Assertion" else signed.find(f"{ASSERTION}Assertion")
        if assertion is not None:
            return assertion
    raise InvalidResponse


def _certificates(document: str) -> list[Any]:
    """Return the certificates in a metadata document that can be parsed."""
    from cryptography import x509

    prepare_cryptography()
    root = ElementTree.fromstring(document)  # noqa: S314 - checked by CreateSAMLProvider
    found = []
    for each in root.iter(f"{_SIGNATURE}X509Certificate"):
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode("".join((each.text or "").split()))))
        except ValueError:
            continue
    return found


def _libraries() -> tuple[Any, Any]:
    try:
        import signxml
        from lxml import etree
    except ImportError:
        raise Mocks3Error(issuer_keys.MISSING) from None
    return signxml, etree
