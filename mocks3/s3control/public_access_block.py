"""Block Public Access of an account.

Source: API_control_PutPublicAccessBlock, API_control_GetPublicAccessBlock, API_control_DeletePublicAccessBlock;
docs/rules/block-public-access.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.errors import NO_PUBLIC_ACCESS_BLOCK, Why
from mocks3.errors.refusals import ACCESS_DENIED
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.rules.public_access_blocks import block_members, new_block
from mocks3.s3control.lookup import account_of

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized


@operation(Need("s3:GetAccountPublicAccessBlock", ACCOUNT), service="s3control")
def get_public_access_block(call: Authorized, params: Params) -> Params:
    """Return the settings of the account; those of a policy of its organization replace them (B-5).

    Raises ``NoSuchPublicAccessBlockConfiguration`` if there are none.
    """
    block = call.world.guardrails.public_access_block(account_of(call))
    if block is None:
        raise NO_PUBLIC_ACCESS_BLOCK(AccountId=account_of(call))
    return {"PublicAccessBlockConfiguration": block_members(block)}


@operation(Need("s3:PutAccountPublicAccessBlock", ACCOUNT), service="s3control")
def put_public_access_block(call: Authorized, params: Params) -> Params:
    """Set all four settings of the account; a setting that is not named is off.

    Raises ``AccessDenied`` if a policy of the organization sets them, ``InvalidRequest`` if the call names no setting.
    """
    _require_unmanaged(call)
    block = new_block(params["PublicAccessBlockConfiguration"])
    call.world.guardrails = call.world.guardrails.with_account_block(account_of(call), block)
    return {}


@operation(Need("s3:PutAccountPublicAccessBlock", ACCOUNT), service="s3control")
def delete_public_access_block(call: Authorized, params: Params) -> Params:
    """Delete the settings of the account. This turns all four off.

    Raises ``AccessDenied`` if a policy of the organization sets them.
    """
    _require_unmanaged(call)
    call.world.guardrails = call.world.guardrails.with_account_block(account_of(call), None)
    return {}


def _require_unmanaged(call: Authorized) -> None:
    account = account_of(call)
    organization = call.world.guardrails.organization_of(account)
    if organization is None or organization.blocks_public_access(account) is None:
        return
    raise ACCESS_DENIED(
        Why(
            "block-public-access",
            f"an S3 policy of the organization {organization.id} sets Block Public Access for the account {account}, "
            "and the account cannot change it",
            "B-5",
            ("detach the S3 policy in the organization",),
            action="s3:PutAccountPublicAccessBlock",
            resource="*",
        )
    )
