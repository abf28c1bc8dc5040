"""The identity in the SAML response of AssumeRoleWithSAML (P-22).

The provider must be registered in IAM. The response must be signed with a certificate of its metadata document, be
meant for AWS, be at most five minutes old, and name the role together with the provider.

Source: API_AssumeRoleWithSAML; IAM user guide, "Configure SAML assertions for the authentication response", "IAM and
AWS STS condition context keys" ("Available keys for SAML-based AWS STS federation"), "Troubleshoot SAML federation with
IAM" for the sentences.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from mocks3 import clock
from mocks3.errors import RefusalRow, S3Error, Why
from mocks3.errors.refusals import EXPIRED_IDENTITY_TOKEN, INVALID_IDENTITY_TOKEN, ROLE_DENIED
from mocks3.lib import limits
from mocks3.rules import saml_documents
from mocks3.rules.role_arns import account_of_role
from mocks3.rules.saml_documents import ASSERTION
from mocks3.storage.iam.entities import SamlProviderRecord
from mocks3.storage.iam.external import ExternalIdentity

if TYPE_CHECKING:
    from mocks3.model.parsed import Parsed
    from mocks3.model.world import World

_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_NAME = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}", re.ASCII)
_RECIPIENT = re.compile(
    r"https://(?:[a-z0-9-]+\.)?signin\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/saml(?:/acs/\w+)?"
)
_LIFETIME = datetime.timedelta(minutes=5)


def identify(world: World, parsed: Parsed) -> ExternalIdentity:
    """Return the identity in the response of a call.

    Raises:
        S3Error: ``InvalidIdentityToken``, ``ExpiredTokenException``; ``ValidationError`` for an invalid ``RoleArn``;
            ``AccessDenied`` if the response does not name the role with the provider.
    """
    role, arn = parsed.params["RoleArn"], parsed.params["PrincipalArn"]
    account_of_role(role)
    provider = world.iam.resource(SamlProviderRecord, arn)
    if provider is None:
        raise _refused("Specified provider doesn't exist", f"there is no provider {arn}")
    assertion = _assertion(parsed.params["SAMLAssertion"], provider)
    issuer = _child_text(assertion, "Issuer")
    if issuer != saml_documents.entity_id(provider.metadata):
        raise _refused(
            "Issuer not present in specified provider",
            f"the assertion is of {issuer}, and the metadata of {arn} is of "
            f"{saml_documents.entity_id(provider.metadata)}",
        )
    recipient = _check_conditions(assertion)
    attributes = _attributes(assertion)
    pairs = [set(each.replace(" ", "").split(",")) for each in attributes.get(f"{_ATTRIBUTES}Role", ())]
    if {role, arn} not in pairs:
        why = _why(f"the assertion does not name the role {role} with the provider {arn}")
        raise ROLE_DENIED(why, message="Not authorized to perform sts:AssumeRoleWithSAML")
    return _identity(assertion, attributes, provider, issuer, recipient)


def _assertion(response: str, provider: SamlProviderRecord) -> Element:
    """Return the assertion that the provider signed."""
    try:
        document = saml_documents.decode(response)
    except saml_documents.InvalidResponse:
        raise _refused("Invalid base64 SAMLResponse", "SAMLAssertion is not base64") from None
    try:
        return saml_documents.verified_assertion(document, provider.metadata)
    except saml_documents.InvalidResponse:
        raise _refused(
            "Response signature invalid",
            f"no certificate in the metadata of {provider.arn} verifies an assertion in the response",
        ) from None


def _check_conditions(assertion: Element) -> str:
    """Return the recipient of an assertion. Raise an error unless it is AWS, and the assertion is valid now."""
    data = assertion.find(
        f"{ASSERTION}Subject/{ASSERTION}SubjectConfirmation/{ASSERTION}SubjectConfirmationData"
    )
    recipient = "" if data is None else data.get("Recipient", "")
    if not _RECIPIENT.fullmatch(recipient):
        raise _refused(
            "Response does not contain the required audience.",
            f"the Recipient of the response is {recipient!r}, not {saml_documents.AUDIENCE}",
        )
    now = clock.now()
    issued = _moment(assertion.get("IssueInstant"))
    conditions = assertion.find(f"{ASSERTION}Conditions")
    ends = [_moment(each.get("NotOnOrAfter")) for each in (data, conditions) if each is not None]
    begins = None if conditions is None else _moment(conditions.get("NotBefore"))
    if issued is None or now - issued > _LIFETIME or any(each is not None and now >= each for each in ends):
        raise _refused(
            "Token must be redeemed within 5 minutes of issuance",
            "the assertion is too old",
            EXPIRED_IDENTITY_TOKEN,
        )
    if begins is not None and now + _LIFETIME < begins:
        raise _refused("Response is not yet valid", "the assertion is not valid yet")
    return recipient


def _identity(
    assertion: Element,
    attributes: dict[str, list[str]],
    provider: SamlProviderRecord,
    issuer: str,
    recipient: str,
) -> ExternalIdentity:
    subject = assertion.find(f"{ASSERTION}Subject/{ASSERTION}NameID")
    user = "" if subject is None else (subject.text or "").strip()
    if subject is None or not user:
        raise _refused("Subject is required in AuthnResponse", "the assertion has no NameID")
    form = subject.get("Format", "").removeprefix(saml_documents.NAME_FORMAT)
    qualifier = _qualifier(issuer, provider)
    lasting = {"saml:sub": (user,), "saml:sub_type": (form,), "saml:namequalifier": (qualifier,)}
    own = {
        "saml:aud": (recipient,),
        "saml:iss": (issuer,),
        "saml:doc": (f"{provider.account}/{provider.name}",),
    }
    prefix = f"{_ATTRIBUTES}PrincipalTag:"
    tags = {
        name.removeprefix(prefix): values[0]
        for name, values in attributes.items()
        if name.startswith(prefix) and values
    }
    return ExternalIdentity(
        provider.arn,
        issuer,
        user,
        recipient,
        {**lasting, **own, **_directory_keys(attributes)},
        lasting,
        session_name=_name(attributes, "RoleSessionName", required=True),
        tags=tags,
        transitive=tuple(attributes.get(f"{_ATTRIBUTES}TransitiveTagKeys", ())),
        source_identity=_name(attributes, "SourceIdentity"),
        longest=_longest(assertion, attributes),
        subject_type=form,
        name_qualifier=qualifier,
    )


def _qualifier(issuer: str, provider: SamlProviderRecord) -> str:
    """Return the hash of issuer, account and provider (API_AssumeRoleWithSAML, ``NameQualifier``)."""
    text = f"{issuer}{provider.account}/{provider.name}"
    return base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()


_DIRECTORY = {
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.1": "saml:edupersonaffiliation",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.7": "saml:edupersonentitlement",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.6": "saml:edupersonprincipalname",
    "urn:oid:1.3.6.1.4.1.5923.1.1.1.9": "saml:edupersonscopedaffiliation",
    "urn:oid:2.5.4.3": "saml:cn",
    "urn:oid:0.9.2342.19200300.100.1.3": "saml:mail",
    "urn:oid:0.9.2342.19200300.100.1.1": "saml:uid",
    "urn:oid:2.5.4.4": "saml:surname",
    "urn:oid:2.5.4.42": "saml:givenname",
}
"""Attributes that become condition keys (the same page, "eduPerson" and other attributes)."""


def _directory_keys(attributes: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(attributes[name]) for name, key in _DIRECTORY.items() if attributes.get(name)}


def _name(attributes: dict[str, list[str]], what: str, *, required: bool = False) -> str | None:
    """Return the value of ``RoleSessionName`` or ``SourceIdentity``, which must be valid if it is there."""
    values = attributes.get(_ATTRIBUTES + what)
    if not values:
        if required:
            raise _refused(
                f"{what} is required in AuthnResponse", f"the assertion has no {_ATTRIBUTES}{what}"
            )
        return None
    if not _NAME.fullmatch(values[0]) or (not required and values[0].startswith("aws:")):
        sentence = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
        if not required:
            sentence = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        raise _refused(sentence, f"the assertion has {_ATTRIBUTES}{what} {values[0]!r}")
    return values[0]


def _longest(assertion: Element, attributes: dict[str, list[str]]) -> int | None:
    """Return the seconds for which the provider lets the session last: SessionDuration and SessionNotOnOrAfter."""
    found = []
    for text in attributes.get(f"{_ATTRIBUTES}SessionDuration", ())[:1]:
        try:
            found.append(limits.integer(text))
        except ValueError:
            raise _refused("Invalid SessionDuration", f"SessionDuration is {text!r}") from None
    statement = assertion.find(f"{ASSERTION}AuthnStatement")
    end = None if statement is None else _moment(statement.get("SessionNotOnOrAfter"))
    if end is not None:
        found.append(int((end - clock.now()).total_seconds()))
    return max(min(found), 900) if found else None


def _attributes(assertion: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in assertion.iter(f"{ASSERTION}Attribute"):
        values = [(value.text or "").strip() for value in each.iter(f"{ASSERTION}AttributeValue")]
        found.setdefault(each.get("Name", ""), []).extend(value for value in values if value)
    return found


def _child_text(assertion: Element, name: str) -> str:
    child = assertion.find(f"{ASSERTION}{name}")
    return "" if child is None else (child.text or "").strip()


def _moment(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
        return limits.in_utc(found if found.tzinfo else found.replace(tzinfo=datetime.UTC))
    except ValueError:
        return None


def _refused(message: str, text: str, row: RefusalRow = INVALID_IDENTITY_TOKEN) -> S3Error:
    return row(_why(text), message=message)


def _why(text: str) -> Why:
    fix = "create the provider and the assertion with aws.saml_provider(NAME) and its assertion(role=...)"
    return Why("saml-assertion", text, "P-22", (fix,))
