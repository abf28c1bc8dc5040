"""KMS grants: permissions in addition to a key's policy. Source: API_CreateGrant, API_ListGrants, API_RevokeGrant."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from mocks3.access.bucket_policies import stored_principals
from mocks3.errors import Row
from mocks3.kms.lookup import DRY_RUN, VALIDATION, account_of, key_of, key_to_change, paginate, refuse_members
from mocks3.model.operation import operation
from mocks3.model.permissions import KMS_KEY, Need

if TYPE_CHECKING:
    from types_boto3_kms.type_defs import (
        CreateGrantRequestTypeDef,
        ListGrantsRequestTypeDef,
        RevokeGrantRequestTypeDef,
    )

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage.kms import GrantRecord, KeyRecord

# The code is in API_CreateGrant, "Errors".
INVALID_ARN = Row("InvalidArnException", 400, "ARN does not refer to a valid principal: {arn}")
GRANT_NOT_FOUND = Row("NotFoundException", 400, "Grant ID {id} not found")


@operation(Need("kms:CreateGrant", KMS_KEY), service="kms")
def create_grant(call: Authorized, params: CreateGrantRequestTypeDef) -> Params:
    """Allow a principal some operations with a key, in addition to the key's policy.

    Raises ``InvalidArnException`` for a principal that does not exist; ``ValidationException`` without a grantee;
    ``DryRunOperationException`` if DryRun is set, and creates no grant then; :class:`NotSupported` for service
    principals and for the constraint ``SourceArn``. Grant tokens have no effect: a grant is effective immediately.
    """
    key = key_to_change(call)
    refuse_members("CreateGrant", params, "GranteeServicePrincipal", "RetiringServicePrincipal")
    constraints = params.get("Constraints") or {}
    refuse_members("CreateGrant", constraints, "SourceArn")
    if "GranteePrincipal" not in params:
        raise VALIDATION(message="GranteePrincipal or GranteeServicePrincipal must be specified")
    grantee, retiring = params["GranteePrincipal"], params.get("RetiringPrincipal")
    try:
        principals = stored_principals.of_arns(call.world.iam, grantee, retiring)
    except stored_principals.UnknownPrincipal as unknown:
        raise INVALID_ARN(arn=unknown.value) from unknown
    if params.get("DryRun"):
        raise DRY_RUN()
    grant = call.world.kms.grant(
        key,
        grantee,
        params["Operations"],
        f"arn:aws:iam::{account_of(call)}:root",
        principals=principals,
        name=params.get("Name"),
        retiring=retiring,
        equals=constraints.get("EncryptionContextEquals"),
        subset=constraints.get("EncryptionContextSubset"),
    )
    return {"GrantToken": grant.token, "GrantId": grant.id}


@operation(Need("kms:RevokeGrant", KMS_KEY), service="kms")
def revoke_grant(call: Authorized, params: RevokeGrantRequestTypeDef) -> Params:
    """Revoke a grant. Raises ``NotFoundException``, and ``DryRunOperationException`` if DryRun is set."""
    key = key_to_change(call, pending=True)
    left = tuple(grant for grant in key.grants if grant.id != params["GrantId"])
    if len(left) == len(key.grants):
        raise GRANT_NOT_FOUND(id=params["GrantId"])
    if params.get("DryRun"):
        raise DRY_RUN()
    call.world.kms.put(dataclasses.replace(key, grants=left))
    return {}


@operation(Need("kms:ListGrants", KMS_KEY), service="kms")
def list_grants(call: Authorized, params: ListGrantsRequestTypeDef) -> Params:
    """List a key's grants, or only those with this ``GrantId`` or ``GranteePrincipal``.

    Deleted principals are listed with their unique ids (PE-14), as users of KMS report it.
    """
    refuse_members("ListGrants", params, "GranteeServicePrincipal")
    key, iam = key_of(call), call.world.iam
    present = [
        dataclasses.replace(
            grant,
            grantee=stored_principals.current_name(grant.grantee, grant.principals, iam),
            retiring=grant.retiring and stored_principals.current_name(grant.retiring, grant.principals, iam),
        )
        for grant in key.grants
    ]
    wanted = [
        grant
        for grant in present
        if params.get("GrantId", grant.id) == grant.id
        and params.get("GranteePrincipal", grant.grantee) == grant.grantee
    ]
    page, more = paginate(params, wanted, 50, lambda grant: grant.id)
    return {"Grants": [_listed(key, grant) for grant in page], **more}


def _listed(key: KeyRecord, grant: GrantRecord) -> Params:
    constraints = {"EncryptionContextEquals": grant.equals, "EncryptionContextSubset": grant.subset}
    given = {name: value for name, value in constraints.items() if value is not None}
    return {
        "KeyId": key.arn,
        "GrantId": grant.id,
        "Name": grant.name,
        "CreationDate": grant.created,
        "GranteePrincipal": grant.grantee,
        "RetiringPrincipal": grant.retiring,
        "IssuingAccount": grant.issuer,
        "Operations": list(grant.operations),
        **({"Constraints": given} if given else {}),
    }
