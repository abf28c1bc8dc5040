"""The world of a case: its principal with the policies of the files, its bucket with the settings of the files.

Rule: what the files say is so, also where a call would not have been allowed to make it so: a public policy may stand
beside Block Public Access that was switched on later.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from mocks3.cli.files import PolicyFile, policy_in, setting
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import acl, ownership, public_access_block
from mocks3.handles.mock_aws import MockAWS
from mocks3.policy import PolicyKind
from mocks3.storage import Acl, AclGrantee, Grant

if TYPE_CHECKING:
    from mocks3.cli.case import DescribedCall
    from mocks3.handles.accounts import Account
    from mocks3.handles.buckets import BucketHandle
    from mocks3.handles.principals import Principal

DEFAULT = "arn:aws:iam::123456789012:user/somebody"
_ARN = re.compile(
    r"arn:aws:(?:iam|sts)::(?P<account>\d{12}):(?P<kind>root|user|role|assumed-role)(?:/(?P<name>[^\s]+))?"
)


def create_principal(aws: MockAWS, case: DescribedCall) -> Principal:
    """The principal, made with the policies of the files. Raises ``FileFault``, and :class:`Mocks3Error`."""
    who = case.call.get("Principal", DEFAULT)
    if who == "anonymous":
        return aws.anonymous
    arn = _ARN.fullmatch(who)
    if arn is None:
        raise Mocks3Error(
            f'the principal is the ARN of a user, role, session or root, or "anonymous", not {who!r}'
        )
    account = aws.account(arn["account"])
    _set_canonical_id(aws, account, case)
    _put_scps(aws, account, case)
    identity = _policies(case, "identity", PolicyKind.IDENTITY)
    sessions = _policies(case, "session", PolicyKind.SESSION)
    boundary = case.one("boundary")
    limit = None if boundary is None else _checked(policy_in(boundary), PolicyKind.BOUNDARY)
    if arn["kind"] == "root":
        return account.root
    path, name = _split(arn["name"] or "")
    if arn["kind"] == "user":
        user = account.create_user(name, path=path, boundary=limit)
        for file, text in identity:
            user.put_policy(text, name=file.path.name)
        return user
    session = "session"
    if arn["kind"] == "assumed-role":
        path, (name, _, session) = "/", (arn["name"] or "").partition("/")
    role = account.create_role(name, path=path, boundary=limit)
    for file, text in identity:
        role.put_policy(text, name=file.path.name)
    if len(sessions) > 1:
        raise Mocks3Error("AssumeRole takes one session policy; join the statements in one file")
    return role.assume(session_name=session or "session", policy=sessions[0][1] if sessions else None)


def _split(name: str) -> tuple[str, str]:
    path, _, last = name.rpartition("/")
    return (f"/{path}/" if path else "/"), last


def _checked(file: PolicyFile, kind: PolicyKind) -> str:
    file.check(kind)
    return file.text


def _policies(case: DescribedCall, files: str, kind: PolicyKind) -> list[tuple[PolicyFile, str]]:
    found = [policy_in(path) for path in case.files.get(files, [])]
    return [(file, _checked(file, kind)) for file in found]


def _set_canonical_id(aws: MockAWS, account: Account, case: DescribedCall) -> None:
    given = case.call.get("CanonicalId")
    if given is not None:
        aws.iam.put_account(dataclasses.replace(account.record, canonical_id=given))


def _put_scps(aws: MockAWS, account: Account, case: DescribedCall) -> None:
    """An organization with the account in it; its SCPs are all attached to the account."""
    policies = _policies(case, "scp", PolicyKind.SCP)
    if not policies:
        return
    organization = aws.organization("o-case", management=aws.account("999999999999"))
    organization.add(account)
    organization.delete_scp("FullAWSAccess", account)  # where it is attached, it is among the files
    for file, text in policies:
        organization.put_scp(text, account, file.path.name)


def create_bucket(aws: MockAWS, case: DescribedCall, principal: Principal) -> BucketHandle | None:
    """The bucket, made with the settings of the files; None for calls about no bucket."""
    name = case.call.get("Bucket")
    if name is None:
        return None
    owner = aws.account(case.call.get("Owner") or principal.account or None)
    listed = case.one("acl")
    grants = None if listed is None else setting(listed, acl)
    mode = case.one("ownership")
    bucket = owner.create_bucket(
        name,
        ownership=setting(mode, ownership) if mode else ("ObjectWriter" if grants else "BucketOwnerEnforced"),
        public_access_block=None,
    )
    policy = case.one("bucket_policy")
    if policy is not None:
        _put_policy(aws, bucket, policy_in(policy))
    block = case.one("public_access_block")
    with aws.store.editing(name) as state:
        state.public_access_block = None if block is None else setting(block, public_access_block)
        if grants is not None:
            state.acl = _owned(grants, case, owner)
    return bucket


def _owned(grants: Acl, case: DescribedCall, owner: Account) -> Acl:
    """The list, with the first grantee of FULL_CONTROL, whom the CLI prints as Owner, for the bucket's account."""
    own = {case.call.get("CanonicalId")}
    owners = [
        each.grantee.id
        for each in grants.grants
        if each.permission == "FULL_CONTROL"
        and each.grantee.kind == "CanonicalUser"
        and each.grantee.id not in own
    ]
    known = owners[:1]
    return Acl(
        tuple(
            Grant(AclGrantee("CanonicalUser", owner.canonical_id), each.permission)
            if each.grantee.id in known
            else each
            for each in grants.grants
        )
    )


def _put_policy(aws: MockAWS, bucket: BucketHandle, file: PolicyFile) -> None:
    policy = file.check(PolicyKind.RESOURCE)
    create_named_principals(
        aws, [name for each in policy.statements if each.principal for name in each.principal.aws]
    )
    try:
        bucket.put_policy(file.text)
    except Mocks3Error as error:
        raise file.fault(str(error)) from None


def create_named_principals(aws: MockAWS, names: list[str]) -> None:
    """Make the users and roles that a bucket policy names: S3 keeps no policy that names nobody."""
    for name in names:
        arn = _ARN.fullmatch(name)
        if arn is None or arn["kind"] not in ("user", "role") or aws.iam.by_arn(name) is not None:
            continue
        path, last = _split(arn["name"] or "")
        account = aws.account(arn["account"])
        if arn["kind"] == "user":
            account.create_user(last, path=path)
        else:
            account.create_role(last, path=path)
