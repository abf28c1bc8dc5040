"""What the files lack, if an event was not decided as AWS decided it, and the commands that print it.

AWS's message names the kind of policy that denied. A message without it ("Access Denied") leaves several: then
everything that the files do not describe is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mocks3.replay.identities import ANONYMOUS, FEDERATED, ROLE, ROOT, SERVICE, USER, Identity
from mocks3.replay.outcomes import AwsOutcome

if TYPE_CHECKING:
    from mocks3.calls import CallWorld
    from mocks3.storage import Bucket


class Lack(NamedTuple):
    """Something that the files do not have, and the AWS CLI commands that print it."""

    what: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class DifferingCall:
    """What is known about a call whose decision differs.

    Attributes:
        identity: The caller.
        outcome: What AWS answered.
        bucket: The name of the bucket; None for calls on the account.
        owner: The account that owns the bucket.
        region: The Region of the call.
        endpoint: The id of the VPC endpoint.
        is_loaded: Whether the files have identity policies of the caller's account.
        layer: The layer of mocks3's denial, as ``Decision.layer``; None if it allows the call.
        key: The KMS key that the message names.
    """

    identity: Identity
    outcome: AwsOutcome
    bucket: str | None
    owner: str | None
    region: str
    endpoint: str | None
    is_loaded: bool
    layer: str | None = None


def lacks_of_a_denial(aws: CallWorld, about: DifferingCall) -> tuple[Lack, ...]:
    """Return what the files lack if AWS denied a call that they allow."""
    outcome = about.outcome
    if (outcome.action or "").startswith("kms:"):
        own = (_identity(about),) if outcome.layer == "identity-policy" else ()
        return (_key_policy(about), *own)
    named = {
        "identity-policy": _identity,
        "resource-policy": _bucket_policy,
        "boundary": _boundary,
        "session-policy": _session_policy,
        "scp": _scps,
        "rcp": _rcps,
        "vpc-endpoint-policy": _endpoint,
    }.get(outcome.layer or "")
    if named is not None:
        return (named(about),)
    return tuple(_undescribed(aws, about)) or (_changed(about),)


def lacks_of_a_grant(about: DifferingCall) -> tuple[Lack, ...]:
    """Return what the files lack if AWS allowed a call that they deny, by the layer that denies."""
    layer = about.layer
    found = {
        "identity": (_identity, _bucket_policy),
        "default": (_identity, _bucket_policy),
        "resource": (_bucket_policy,),
        "access-point": (_bucket_policy,),
        "acl": (_bucket_policy,),
        "boundary": (_boundary,),
        "session": (_session_policy,),
        "scp": (_scps,),
        "rcp": (_rcps,),
        "vpc-endpoint": (_endpoint,),
        "block-public-access": (_public_access_block,),
    }.get(layer or "", ())
    return tuple(each(about) for each in found)


def _undescribed(aws: CallWorld, about: DifferingCall) -> Iterator[Lack]:
    """Yield everything that could deny the call and that the files do not describe."""
    identity, bucket = about.identity, aws.store.resolve_bucket(about.bucket) if about.bucket else None
    organization = aws.guardrails.organization_of(identity.account)
    if about.endpoint and about.endpoint not in aws.guardrails.endpoints:
        yield _endpoint(about)
    if identity.kind not in (ANONYMOUS, SERVICE, ROOT) and not about.is_loaded:
        yield _identity(about)
    if about.bucket and (bucket is None or bucket.policy is None):
        yield _bucket_policy(about)
    if identity.account and organization is None:
        yield _scps(about)
    if about.owner and aws.guardrails.organization_of(about.owner) is None:
        yield _rcps(about)
    if about.owner and identity.account != about.owner and _is_open(aws, bucket):
        yield _public_access_block(about)
    if bucket is not None and bucket.ownership != "BucketOwnerEnforced":
        yield _object_acl(about)
    if identity.kind in (ROLE, FEDERATED):
        yield _session_policy(about)


def _is_open(aws: CallWorld, bucket: Bucket | None) -> bool:
    """Whether neither the bucket nor its account has Block Public Access settings."""
    return (
        bucket is not None
        and bucket.public_access_block is None
        and aws.guardrails.public_access_block(bucket.owner) is None
    )


def _identity(about: DifferingCall) -> Lack:
    identity = about.identity
    commands: tuple[str, ...] = ("aws iam get-account-authorization-details",)
    if identity.kind == ROLE:
        name = identity.name.rpartition("/")[2]
        commands = (
            f"aws iam list-role-policies --role-name {name}",
            f"aws iam list-attached-role-policies --role-name {name}",
            *commands,
        )
    if identity.kind == USER:
        name = identity.name.rpartition("/")[2]
        commands = (
            f"aws iam list-user-policies --user-name {name}",
            f"aws iam list-attached-user-policies --user-name {name}",
            f"aws iam list-groups-for-user --user-name {name}",
            *commands,
        )
    return Lack(f"the identity policies of {identity.shown}", commands)


def _bucket_policy(about: DifferingCall) -> Lack:
    if about.bucket is None:
        return Lack("a resource policy")
    if about.bucket.startswith("arn:"):
        account, name = about.bucket.split(":")[4], about.bucket.rpartition("/")[2]
        return Lack(
            f"the policy of the access point {name}",
            (
                f"aws s3control get-access-point --account-id {account} --name {name}",
                f"aws s3control get-access-point-policy --account-id {account} --name {name}",
            ),
        )
    return Lack(
        f"the policy of the bucket {about.bucket}",
        (
            f"aws s3api get-bucket-policy --bucket {about.bucket}",
            f"aws s3api get-bucket-acl --bucket {about.bucket}",
            f"aws s3api get-bucket-ownership-controls --bucket {about.bucket}",
        ),
    )


def _boundary(about: DifferingCall) -> Lack:
    identity = about.identity
    name = identity.name.rpartition("/")[2]
    shown = f"get-user --user-name {name}" if identity.kind == USER else f"get-role --role-name {name}"
    arn = about.outcome.policy
    version = (f"aws iam get-policy --policy-arn {arn}",) if arn else ()
    return Lack(f"the permissions boundary of {identity.shown}", (f"aws iam {shown}", *version))


def _session_policy(about: DifferingCall) -> Lack:
    event = "GetFederationToken" if about.identity.kind == FEDERATED else "AssumeRole"
    lookup = "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue="
    return Lack(
        f"the session policy of {about.identity.shown}: only its {event} event has it", (f"{lookup}{event}",)
    )


def _scps(about: DifferingCall) -> Lack:
    account = about.identity.account
    return Lack(
        f"the service control policies of the account {account}",
        _organization_commands(account, "SERVICE_CONTROL_POLICY", about.outcome.policy),
    )


def _rcps(about: DifferingCall) -> Lack:
    account = about.owner or "ACCOUNT"
    return Lack(
        f"the resource control policies of the account {account}",
        _organization_commands(account, "RESOURCE_CONTROL_POLICY", about.outcome.policy),
    )


def _organization_commands(account: str | None, kind: str, arn: str | None) -> tuple[str, ...]:
    policy = arn.rpartition("/")[2] if arn else "POLICY_ID"
    return (
        f"aws organizations list-parents --child-id {account}",
        f"aws organizations list-policies-for-target --target-id {account} --filter {kind}",
        f"aws organizations describe-policy --policy-id {policy}",
    )


def _endpoint(about: DifferingCall) -> Lack:
    endpoint = about.endpoint or "VPC_ENDPOINT_ID"
    return Lack(
        f"the policy of the VPC endpoint {endpoint}",
        (f"aws ec2 describe-vpc-endpoints --vpc-endpoint-ids {endpoint}",),
    )


def _public_access_block(about: DifferingCall) -> Lack:
    return Lack(
        f"the Block Public Access settings of the bucket and of the account {about.owner}",
        (
            f"aws s3api get-public-access-block --bucket {about.bucket}",
            f"aws s3control get-public-access-block --account-id {about.owner}",
        ),
    )


def _object_acl(about: DifferingCall) -> Lack:
    return Lack(
        f"the owner and the ACL of the object: the bucket {about.bucket} uses ACLs",
        (f"aws s3api get-object-acl --bucket {about.bucket} --key KEY",),
    )


def _key_policy(about: DifferingCall) -> Lack:
    key = about.outcome.resource or "KEY_ARN"
    return Lack(
        f"the policy and the grants of the KMS key {key}",
        (
            f"aws kms get-key-policy --key-id {key} --policy-name default --region {about.region}",
            f"aws kms list-grants --key-id {key} --region {about.region}",
        ),
    )


def _changed(about: DifferingCall) -> Lack:
    """Return the answer if the files describe everything: the state has changed since the call."""
    where = (f"aws s3api get-bucket-policy --bucket {about.bucket}",) if about.bucket else ()
    return Lack(
        "the state at the time of the event: a policy or setting may have changed since then",
        (*where, "aws iam get-account-authorization-details"),
    )
