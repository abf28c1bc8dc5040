"""OpenID Connect providers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mocks3.iam import shapes
from mocks3.iam.faults import ENTITY_EXISTS, INVALID_INPUT, NO_SUCH_ENTITY, VALIDATION_ERROR, quota_exceeded
from mocks3.iam.lookup import account_of, iam_of, now, refuse_members
from mocks3.iam.registering import iam_operation
from mocks3.iam.tagging import TAGGED, given_tags, tag_list, tag_page, with_tags, without_tags
from mocks3.model.permissions import Need, On
from mocks3.storage.iam.entities import OidcProviderRecord

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

MOST_CLIENTS, MOST_THUMBPRINTS = 100, 5
"""Quotas of a provider (IAM user guide, "IAM and AWS STS quotas"; API_CreateOpenIDConnectProvider)."""

_NOT_SUPPORTED = ("ContextProvider", "IdentityCenterInstanceArn")


@iam_operation(
    Need("iam:CreateOpenIDConnectProvider", On.NEW_OIDC_PROVIDER),
    Need("iam:TagOpenIDConnectProvider", On.NEW_OIDC_PROVIDER, when=TAGGED),
    name="CreateOpenIDConnectProvider",
)
def create_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Create a provider. The URL is not called. Raises ``EntityAlreadyExists``, ``InvalidInput``, ``LimitExceeded``."""
    refuse_members(call, params, *_NOT_SUPPORTED)
    _check_url(params["Url"])
    clients, thumbprints = params.get("ClientIDList", []), params.get("ThumbprintList", [])
    if len(clients) > MOST_CLIENTS:
        raise quota_exceeded("ClientIdsPerOpenIdConnectProvider", MOST_CLIENTS)
    if len(thumbprints) > MOST_THUMBPRINTS:
        raise INVALID_INPUT(message="Thumbprint list must contain fewer than 5 entries.")
    record = OidcProviderRecord(
        account_of(call),
        params["Url"].removeprefix("https://"),
        tuple(dict.fromkeys(clients)),
        tuple(thumbprints),
        now(),
        given_tags(params),
    )
    if iam_of(call).resource(OidcProviderRecord, record.arn) is not None:
        raise ENTITY_EXISTS(message=f"Provider with url {params['Url']} already exists.")
    iam_of(call).put(record)
    return {"OpenIDConnectProviderArn": record.arn, **_tags(record)}


@iam_operation(Need("iam:GetOpenIDConnectProvider", On.OIDC_PROVIDER), name="GetOpenIDConnectProvider")
def get_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Return a provider. Raises ``NoSuchEntity``."""
    record = _provider(call, params)
    return {
        "Url": record.url,
        "ClientIDList": list(record.clients),
        "ThumbprintList": list(record.thumbprints),
        "CreateDate": shapes.date(record.created),
        **_tags(record),
    }


@iam_operation(
    Need("iam:ListOpenIDConnectProviders", On.OIDC_PROVIDERS),
    name="ListOpenIDConnectProviders",
)
def list_open_id_connect_providers(call: Authorized, params: Params) -> Params:
    """List the ARNs of the account's providers."""
    providers = iam_of(call).resources(OidcProviderRecord, account_of(call))
    return {"OpenIDConnectProviderList": [{"Arn": each.arn} for each in providers]}


@iam_operation(
    Need("iam:DeleteOpenIDConnectProvider", On.OIDC_PROVIDER),
    name="DeleteOpenIDConnectProvider",
)
def delete_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Delete a provider. Roles that trust it remain. A missing provider is no error (API page)."""
    record = iam_of(call).resource(OidcProviderRecord, params["OpenIDConnectProviderArn"])
    if record is not None:
        iam_of(call).remove(record)
    return {}


@iam_operation(
    Need("iam:AddClientIDToOpenIDConnectProvider", On.OIDC_PROVIDER),
    name="AddClientIDToOpenIDConnectProvider",
)
def add_client_id_to_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Add an audience to a provider. Raises ``NoSuchEntity``, ``LimitExceeded``."""
    record = _provider(call, params)
    clients = tuple(dict.fromkeys((*record.clients, params["ClientID"])))
    if len(clients) > MOST_CLIENTS:
        raise quota_exceeded("ClientIdsPerOpenIdConnectProvider", MOST_CLIENTS)
    iam_of(call).put(dataclasses.replace(record, clients=clients))
    return {}


@iam_operation(
    Need("iam:RemoveClientIDFromOpenIDConnectProvider", On.OIDC_PROVIDER),
    name="RemoveClientIDFromOpenIDConnectProvider",
)
def remove_client_id_from_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Remove an audience of a provider. An audience that it does not have is no error. Raises ``NoSuchEntity``."""
    record = _provider(call, params)
    clients = tuple(each for each in record.clients if each != params["ClientID"])
    iam_of(call).put(dataclasses.replace(record, clients=clients))
    return {}


@iam_operation(
    Need("iam:UpdateOpenIDConnectProviderThumbprint", On.OIDC_PROVIDER),
    name="UpdateOpenIDConnectProviderThumbprint",
)
def update_open_id_connect_provider_thumbprint(call: Authorized, params: Params) -> Params:
    """Replace the thumbprints of a provider. Raises ``NoSuchEntity``, ``InvalidInput``."""
    record = _provider(call, params)
    if len(params["ThumbprintList"]) > MOST_THUMBPRINTS:
        raise INVALID_INPUT(message="Thumbprint list must contain fewer than 5 entries.")
    iam_of(call).put(dataclasses.replace(record, thumbprints=tuple(params["ThumbprintList"])))
    return {}


@iam_operation(Need("iam:TagOpenIDConnectProvider", On.OIDC_PROVIDER), name="TagOpenIDConnectProvider")
def tag_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Add tags to a provider. Raises ``NoSuchEntity``, ``InvalidInput``, ``LimitExceeded``."""
    record = _provider(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=with_tags(record.tags, params)))
    return {}


@iam_operation(
    Need("iam:UntagOpenIDConnectProvider", On.OIDC_PROVIDER),
    name="UntagOpenIDConnectProvider",
)
def untag_open_id_connect_provider(call: Authorized, params: Params) -> Params:
    """Remove tags of a provider. Raises ``NoSuchEntity``."""
    record = _provider(call, params)
    iam_of(call).put(dataclasses.replace(record, tags=without_tags(record.tags, params)))
    return {}


@iam_operation(
    Need("iam:ListOpenIDConnectProviderTags", On.OIDC_PROVIDER),
    name="ListOpenIDConnectProviderTags",
)
def list_open_id_connect_provider_tags(call: Authorized, params: Params) -> Params:
    """List the tags of a provider, by key. Raises ``NoSuchEntity``."""
    return tag_page(params, _provider(call, params).tags)


def _check_url(text: str) -> None:
    """Raise ``ValidationError`` for a text that is not the URL of a provider."""
    try:
        url = urlsplit(text)
        is_valid = url.scheme == "https" and url.hostname and not url.query and not url.fragment
    except ValueError:  # such as an address without its closing bracket
        is_valid = False
    if not is_valid:
        raise VALIDATION_ERROR(message="Invalid Open ID Connect Provider URL")


def _provider(call: Authorized, params: Params) -> OidcProviderRecord:
    arn = params["OpenIDConnectProviderArn"]
    record = iam_of(call).resource(OidcProviderRecord, arn)
    if record is None:
        raise NO_SUCH_ENTITY(message=f"OpenIDConnect Provider not found for arn {arn}")
    return record


def _tags(record: OidcProviderRecord) -> Params:
    return {"Tags": tag_list(record.tags)} if record.tags else {}
