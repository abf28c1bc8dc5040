"""Create the principal and the bucket of a described call in an in-memory AWS.

Rule: the files describe the state, also one that no call could create now: a public policy may exist together with
Block Public Access that was turned on later.
"""

from __future__ import annotations

import dataclasses
import re
from itertools import count
from typing import TYPE_CHECKING

from mocks3.cli.files import PolicyFile, policy_in, setting
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import acl, ownership, public_access_block
from mocks3.handles.mock_aws import MockAWS
from mocks3.policy import PolicyKind
from mocks3.storage import Acl, AclGrantee, Grant

if TYPE_CHECKING:
    from mocks3.cli.described_call import DescribedCall
    from mocks3.handles.accounts import Account
    from mocks3.handles.buckets import BucketHandle
    from mocks3.handles.principals import Principal
    from mocks3.policy import PrincipalElement

DEFAULT = "arn:aws:iam::123456789012:user/somebody"
_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:iam|sts)::(?P<account>\d{12}):(?P<kind>root|user|role|assumed-role)(?:/(?P<name>[^\s]+))?"
)

_ACCOUNT = re.compile(
    r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?|arn:aws[a-z-]*:sts::(\d{12}):federated-user/.+", re.ASCII
)
_CANONICAL_ID = re.compile(r"[0-9a-f]{64}")


def create_principal(aws: MockAWS, described: DescribedCall) -> Principal:
    """Create the principal with the policies in the files.

    Raises:
        FileError: A file cannot be used.
        Mocks3Error: The principal is not valid.
    """
    who = described.call.get("Principal", DEFAULT)
    if who == "anonymous":
        return aws.anonymous
    arn = _ARN.fullmatch(who)
    if arn is None:
        raise Mocks3Error(
            f'the principal must be the ARN of a user, role, session or root, or "anonymous", not {who!r}'
        )
    account = aws.account(arn["account"])
    _set_canonical_id(aws, account, described)
    _put_scps(aws, account, described)
    identity = _policies(described, "identity", PolicyKind.IDENTITY)
    sessions = _policies(described, "session", PolicyKind.SESSION)
    boundary = described.one("boundary")
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
        raise Mocks3Error("AssumeRole takes one session policy; put the statements into one file")
    return role.assume(session_name=session or "session", policy=sessions[0][1] if sessions else None)


def _split(name: str) -> tuple[str, str]:
    path, _, last = name.rpartition("/")
    return (f"/{path}/" if path else "/"), last


def _checked(file: PolicyFile, kind: PolicyKind) -> str:
    file.check(kind)
    return file.text


def _policies(described: DescribedCall, files: str, kind: PolicyKind) -> list[tuple[PolicyFile, str]]:
    found = [policy_in(path) for path in described.files.get(files, [])]
    return [(file, _checked(file, kind)) for file in found]


def _set_canonical_id(aws: MockAWS, account: Account, described: DescribedCall) -> None:
    given = described.call.get("CanonicalId")
    if given is not None:
        aws.iam.put_account(dataclasses.replace(account.record, canonical_id=given))


def _put_scps(aws: MockAWS, account: Account, described: DescribedCall) -> None:
    """Create an organization with the account in it, and attach the SCPs to the account."""
    policies = _policies(described, "scp", PolicyKind.SCP)
    if not policies:
        return
    organization = aws.organization("o-case", management=aws.account("999999999999"))
    organization.add(account)
    organization.delete_scp("FullAWSAccess", account)  # if it is attached, one of the files has it
    for file, text in policies:
        organization.put_scp(text, account, file.path.name)


def create_bucket(aws: MockAWS, described: DescribedCall, principal: Principal) -> BucketHandle | None:
    """Create the bucket with the settings in the files. Return None for a call without a bucket."""
    name = described.call.get("Bucket")
    if name is None:
        return None
    owner = aws.account(described.call.get("Owner") or principal.account or None)
    listed = described.one("acl")
    grants = None if listed is None else setting(listed, acl)
    mode = described.one("ownership")
    bucket = owner.create_bucket(
        name,
        ownership=setting(mode, ownership) if mode else ("ObjectWriter" if grants else "BucketOwnerEnforced"),
        public_access_block=None,
    )
    policy = described.one("bucket_policy")
    if policy is not None:
        _put_policy(aws, bucket, policy_in(policy))
    block = described.one("public_access_block")
    with aws.store.editing(name) as state:
        state.public_access_block = None if block is None else setting(block, public_access_block)
        if grants is not None:
            state.acl = _owned(grants, described, owner)
    return bucket


def _owned(grants: Acl, described: DescribedCall, owner: Account) -> Acl:
    """Return the ACL with the bucket's account in place of the first FULL_CONTROL grantee, the Owner in CLI output."""
    own = {described.call.get("CanonicalId")}
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
    for each in policy.statements:
        if each.principal is not None:
            create_named_principals(aws, each.principal)
    try:
        bucket.put_policy(file.text)
    except Mocks3Error as error:
        raise file.fault(str(error)) from None


def create_named_principals(aws: MockAWS, element: PrincipalElement) -> None:
    """Create the principals that a bucket policy names, because S3 rejects principals that do not exist (PE-13)."""
    for name in element.aws:
        account = _ACCOUNT.fullmatch(name)
        if account is not None:
            aws.account(account[1] or account[2])
        arn = _ARN.fullmatch(name)
        if arn is None or arn["kind"] == "root" or aws.iam.by_arn(name) is not None:
            continue
        path, last = _split(arn["name"] or "")
        owner = aws.account(arn["account"])
        if arn["kind"] == "user":
            owner.create_user(last, path=path)
        elif arn["kind"] == "role":
            owner.create_role(last, path=path)
        elif path != "/" and aws.iam.role_named(owner.id, path.strip("/")) is None:
            owner.create_role(path.strip("/"))
    for canonical_id in element.canonical:
        if _CANONICAL_ID.fullmatch(canonical_id) and aws.iam.by_canonical_id(canonical_id) is None:
            _create_account_with(aws, canonical_id)


def _create_account_with(aws: MockAWS, canonical_id: str) -> None:
    number = next(each for each in map(str, count(900000000000)) if aws.iam.account(each) is None)
    aws.iam.put_account(dataclasses.replace(aws.account(number).record, canonical_id=canonical_id))
