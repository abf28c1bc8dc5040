"""Roles that do not exist and are assumed: ``mock_s3(roles="any")``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.rules.policy_documents import default_trust
from mocks3.rules.role_arns import ROLE_ARN
from mocks3.storage.iam import RoleRecord

if TYPE_CHECKING:
    from mocks3.storage.iam import IamStore

_TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
}


def stand_in_role(iam: IamStore, arn: str) -> RoleRecord:
    """Create the role with this ARN, and its account if there is none.

    The role may do everything: the code that assumes it expects a role whose permissions the test does not describe.

    Args:
        iam: The accounts and principals.
        arn: The ARN of a role that does not exist.

    Returns:
        The role.
    """
    match = ROLE_ARN.fullmatch(arn)
    assert match is not None, "authorization checked the ARN"
    account, path, name = match.groups()
    if iam.account(account) is None:
        iam.add_account(account)
    role = RoleRecord(
        account,
        name,
        path,
        iam.new_unique_id("AROA", account, name),
        default_trust(_TRUST, f"trust policy of {arn}"),
        {},
        attached=("arn:aws:iam::aws:policy/AdministratorAccess",),
        created=clock.now().replace(microsecond=0),
    )
    iam.put(role)
    return role
