"""SAML providers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from mocks3.iam import shapes
from mocks3.iam.faults import ENTITY_EXISTS, INVALID_INPUT, NO_SUCH_ENTITY
from mocks3.iam.lookup import account_of, iam_of, now, refuse_members
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_list, tag_page, with_tags, without_tags
from mocks3.lib.limits import later
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.entities import SAML_VALID_DAYS, SamlProviderRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

_NOT_SUPPORTED = (
    "AddPrivateKey",
    "AssertionEncryptionMode",
    "ContextProvider",
    "IdentityCenterInstanceArn",
    "RemoveContextProvider",
    "RemoveIdentityCenterInstance",
    "RemovePrivateKey",
)


@iam_operation(
    Need("iam:CreateSAMLProvider", On.NEW_SAML_PROVIDER),
    Need("iam:TagSAMLProvider", On.NEW_SAML_PROVIDER, when=TAGGED),
    name="CreateSAMLProvider",
)
def create_saml_provider(call: Authorized, params: Params) -> Params:
    """Create a provider from its metadata document. Raises ``EntityAlreadyExists``, ``InvalidInput``."""
    refuse_members(call, params, *_NOT_SUPPORTED)
    iam, account, name, created = iam_of(call), account_of(call), params["Name"], now()
    record = SamlProviderRecord(
        account,
        name,
        iam.new_unique_id("ASPR", account, name),
        _checked(params["SAMLMetadataDocument"]),
        created,
        later(created, days=SAML_VALID_DAYS),
        given_tags(params),
    )
    if iam.resource(SamlProviderRecord, record.arn) is not None:
        raise ENTITY_EXISTS(message=f"SAMLProvider entity with name {name} already exists.")
    iam.put(record)
    return {"SAMLProviderArn": record.arn, **_tags(record)}


@iam_operation(Need("iam:GetSAMLProvider", On.SAML_PROVIDER), name="GetSAMLProvider")
def get_saml_provider(call: Authorized, params: Params) -> Params:
    """Return a provider with its metadata document. Raises ``NoSuchEntity``."""
    record = _provider(call, params)
    return {
        "SAMLProviderUUID": record.unique_id,
        "SAMLMetadataDocument": record.metadata,
        "CreateDate": shapes.date(record.created),
        "ValidUntil": record.expires,
        **_tags(record),
    }


@iam_operation(Need("iam:ListSAMLProviders", On.SAML_PROVIDERS), name="ListSAMLProviders")
def list_saml_providers(call: Authorized, params: Params) -> Params:
    """List the account's providers."""
    providers = iam_of(call).resources(SamlProviderRecord, account_of(call))
    return {
        "SAMLProviderList": [
            {"Arn": each.arn, "ValidUntil": each.expires, "CreateDate": shapes.date(each.created)}
            for each in providers
        ]
    }


@iam_operation(Need("iam:UpdateSAMLProvider", On.SAML_PROVIDER), name="UpdateSAMLProvider")
def update_saml_provider(call: Authorized, params: Params) -> Params:
    """Replace the metadata document of a provider. Raises ``NoSuchEntity``, ``InvalidInput``."""
    refuse_members(call, params, *_NOT_SUPPORTED)
    record = _provider(call, params)
    if "SAMLMetadataDocument" in params:
        changed = dataclasses.replace(record, metadata=_checked(params["SAMLMetadataDocument"]))
        iam_of(call).put(changed)
    return {"SAMLProviderArn": record.arn}


@iam_operation(Need("iam:DeleteSAMLProvider", On.SAML_PROVIDER), name="DeleteSAMLProvider")
def delete_saml_provider(call: Authorized, params: Params) -> Params:
    """Delete a provider. Roles that trust it remain. Raises ``NoSuchEntity``."""
    iam_of(call).remove(_provider(call, params))
    return {}


@iam_operation(Need("iam:TagSAMLProvider", On.SAML_PROVIDER), name="TagSAMLProvider")
def tag_saml_provider(call: Authorized, params: Params) -> Params:
    """Add tags to a provider. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = _provider(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:UntagSAMLProvider", On.SAML_PROVIDER), name="UntagSAMLProvider")
def untag_saml_provider(call: Authorized, params: Params) -> Params:
    """Remove tags of a provider. Raises ``NoSuchEntity``."""
    record = _provider(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(Need("iam:ListSAMLProviderTags", On.SAML_PROVIDER), name="ListSAMLProviderTags")
def list_saml_provider_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a provider, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, _provider(call, params).tags)


def _provider(call: Authorized, params: Params) -> SamlProviderRecord:
    arn = params["SAMLProviderArn"]
    record = iam_of(call).resource(SamlProviderRecord, arn)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"Manifest not found for arn {arn}")
    return record


def _checked(metadata: str) -> str:
    """Return a metadata document. Raises ``InvalidInput`` for text that is not the XML of an entity descriptor."""
    try:
        root = ElementTree.fromstring(metadata)  # noqa: S314 - expat of Python 3.11 and newer limits expansion
    except ElementTree.ParseError:
        raise INVALID_INPUT(message="Could not parse metadata") from None
    if root.tag.rpartition("}")[2] not in ("EntityDescriptor", "EntitiesDescriptor"):
        raise INVALID_INPUT(message="Could not parse metadata")
    return metadata


def _tags(record: SamlProviderRecord) -> Params:
    return {"Tags": tag_list(record.tags)} if record.tags else {}
