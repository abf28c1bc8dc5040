"""KMS aliases. Source: API_CreateAlias, API_ListAliases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocks3.errors import Row
from mocks3.kms.lookup import account_of, key_to_change, paginate, region_of
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, KMS_KEY, Need
from mocks3.storage.kms.key_store import alias_arn

if TYPE_CHECKING:
    from types_boto3_kms.type_defs import CreateAliasRequestTypeDef, ListAliasesRequestTypeDef

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

INVALID_ALIAS = Row("InvalidAliasNameException", 400, "{message}")
ALIAS_EXISTS = Row("AlreadyExistsException", 400, "An alias with the name {arn} already exists")
_NAME = re.compile(r"alias/[a-zA-Z0-9/_-]{1,250}", re.ASCII)


@operation(Need("kms:CreateAlias", KMS_KEY), service="kms")
def create_alias(call: Authorized, params: CreateAliasRequestTypeDef) -> Params:
    """Create an alias for a key of the account. Raises ``InvalidAliasNameException``, ``AlreadyExistsException``."""
    key, name = key_to_change(call), params["AliasName"]
    if not _NAME.fullmatch(name):
        raise INVALID_ALIAS(
            message='Alias must start with the prefix "alias/" and contain only letters, digits, / _ -'
        )
    if name.startswith("alias/aws/"):
        raise INVALID_ALIAS(message='Alias must not start with "alias/aws/", which is reserved')
    arn = alias_arn(account_of(call), region_of(call), name)
    if call.world.kms.alias(arn) is not None:
        raise ALIAS_EXISTS(arn=arn)
    call.world.kms.put_alias(arn, key.arn)
    return {}


@operation(Need("kms:ListAliases", ACCOUNT), service="kms")
def list_aliases(call: Authorized, params: ListAliasesRequestTypeDef) -> Params:
    """List the aliases of the account in the Region, or only those of the key ``KeyId`` (an id or an ARN)."""
    found = call.world.kms.aliases(account_of(call), region_of(call))
    wanted = params.get("KeyId")
    aliases = [
        {"AliasName": arn.split(":", 5)[5], "AliasArn": arn, "TargetKeyId": key.rpartition("/")[2]}
        for arn, key in found.items()
        if wanted is None or wanted in (key, key.rpartition("/")[2])
    ]
    page, more = paginate(params, aliases, 50, lambda alias: alias["AliasName"])
    return {"Aliases": page, **more}
