"""Outbound identity federation: whether principals of the account get tokens from GetWebIdentityToken.

Source: API_EnableOutboundWebIdentityFederation, API_DisableOutboundWebIdentityFederation,
API_GetOutboundWebIdentityFederationInfo, "Errors".
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.iam.lookup import account_record, iam_of
from mocks3.iam.registering import iam_operation
from mocks3.model.permissions import ACCOUNT, Need

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.iam import AccountRecord

ENABLED = Row(
    "FeatureEnabled",
    409,
    "The request failed because outbound identity federation is already enabled for your Amazon Web Services account. "
    "You cannot enable the feature multiple times.",
)
DISABLED = Row(
    "FeatureDisabled",
    404,
    "The request failed because outbound identity federation is already disabled for your Amazon Web Services account. "
    "You cannot disable the feature multiple times",
)


@iam_operation(Need("iam:EnableOutboundWebIdentityFederation", ACCOUNT))
def enable_outbound_web_identity_federation(call: Authorized, params: Params) -> Params:
    """Allow GetWebIdentityToken in the account, and return its issuer. Raises ``FeatureEnabled``."""
    account = account_record(call)
    if account.outbound_federation:
        raise ENABLED()
    iam_of(call).put_account(dataclasses.replace(account, outbound_federation=True))
    return {"IssuerIdentifier": account.token_issuer}


@iam_operation(Need("iam:DisableOutboundWebIdentityFederation", ACCOUNT))
def disable_outbound_web_identity_federation(call: Authorized, params: Params) -> Params:
    """Refuse GetWebIdentityToken in the account. Tokens that were issued stay valid. Raises ``FeatureDisabled``."""
    iam_of(call).put_account(dataclasses.replace(_enabled(call), outbound_federation=False))
    return {}


@iam_operation(Need("iam:GetOutboundWebIdentityFederationInfo", ACCOUNT))
def get_outbound_web_identity_federation_info(call: Authorized, params: Params) -> Params:
    """Return the issuer of the account's tokens. Raises ``FeatureDisabled``."""
    return {"IssuerIdentifier": _enabled(call).token_issuer, "JwtVendingEnabled": True}


def _enabled(call: Authorized) -> AccountRecord:
    account = account_record(call)
    if not account.outbound_federation:
        raise DISABLED()
    return account
