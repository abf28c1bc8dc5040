"""Create what descriptions say in an in-memory AWS.

The order matters: accounts, IAM, every principal that a policy names, keys, buckets with settings, objects, policies,
the policies of keys, Block Public Access, organizations and endpoints. Nothing that limits permissions exists before
the calls that need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mocks3.load import build_keys
from mocks3.load.build_buckets import BucketBuilder
from mocks3.load.build_guardrails import GuardrailBuilder
from mocks3.load.build_iam import IamBuilder
from mocks3.load.build_keys import KeyBuilder
from mocks3.load.descriptions import (
    AccessPointDescription,
    AccountDescription,
    BucketDescription,
    GrantDescription,
    Json,
    ObjectDescription,
    RoleDescription,
    UserDescription,
    VpcEndpointDescription,
)
from mocks3.load.merging import Descriptions, Merged
from mocks3.load.named_principals import NamedPrincipals
from mocks3.load.notes import Notes
from mocks3.storage.iam.guardrails import NO_GUARDRAILS

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam.guardrails import GuardRails

_OWNED = (BucketDescription, UserDescription, RoleDescription, AccessPointDescription)


def build(
    aws: AwsState,
    descriptions: Descriptions,
    notes: Notes,
    *,
    account: str,
    region: str | None,
    callers: tuple[str, ...],
) -> None:
    """Create everything that the descriptions say.

    Args:
        aws: The in-memory AWS. What it has already stays.
        descriptions: The descriptions, each with its account and name.
        notes: Where to note what cannot be created, and what is assumed.
        account: The account of principals that were deleted.
        region: The Region of resources whose files name none.
        callers: The ARNs that get-caller-identity printed.

    Raises:
        LoadError: A description cannot be created.
    """
    named = NamedPrincipals(aws, account)
    iam = IamBuilder(aws, descriptions, named, notes)
    keys = KeyBuilder(aws, descriptions, named, notes, region or aws.settings.region)
    buckets = BucketBuilder(aws, descriptions, named, notes, region)
    guardrails = GuardrailBuilder(aws, descriptions, named, notes, _owners(descriptions))
    with _unlimited(aws) as rails:
        iam.accounts()
        iam.create()
        for document in _documents(descriptions):
            named.create(document)
        for arn in (*callers, *_grantees(descriptions)):
            named.create_one(arn)
        _create_owners(descriptions, named)
        iam.trust()
        keys.create()
        buckets.create()
        buckets.objects()
        buckets.access_points()
        buckets.policies()
        keys.finish()
        buckets.block_public_access()
        rails.append(guardrails.create(rails[0]))
        named.delete()


@contextmanager
def _unlimited(aws: AwsState) -> Iterator[list[GuardRails]]:
    """Remove the guardrails while the block runs, and forget the calls in it. The last item becomes the guardrails."""
    rails = [aws.guardrails]
    decisions, calls, notes = aws.decisions.end, aws.calls.end, len(aws.notes)
    events = len(aws.effects.events)
    aws.guardrails = NO_GUARDRAILS
    try:
        yield rails
    finally:
        aws.guardrails = rails[-1]
        aws.decisions.cut(decisions)
        aws.calls.cut(calls)
        del aws.notes[notes:]
        del aws.effects.events[events:]


def _documents(descriptions: Descriptions) -> Iterator[Json]:
    """Yield the documents that name principals."""
    for role in descriptions.of(RoleDescription):
        yield from [role.said.trust] if role.said.trust is not None else []
    of_resources: tuple[Merged[Any], ...] = (
        *descriptions.of(BucketDescription),
        *descriptions.of(AccessPointDescription),
        *descriptions.of(VpcEndpointDescription),
    )
    policies = [each.said.policy for each in of_resources]
    yield from (each for each in policies if each is not None)
    yield from build_keys.documents(descriptions)


def _grantees(descriptions: Descriptions) -> Iterator[str]:
    return (each.said.grantee for each in descriptions.of(GrantDescription))


def _owners(descriptions: Descriptions) -> list[str]:
    """Return the accounts that own what the files describe."""
    owners = [each.said.account for kind in _OWNED for each in descriptions.of(kind)]  # type: ignore[attr-defined]
    owners += [each.said.id for each in descriptions.of(AccountDescription)]
    return list(dict.fromkeys(each for each in owners if each is not None))


def _create_owners(descriptions: Descriptions, named: NamedPrincipals) -> None:
    """Create the accounts that own buckets and objects."""
    for bucket in descriptions.of(BucketDescription):
        if bucket.said.account is not None:
            named.account(bucket.said.account)
    for each in descriptions.of(ObjectDescription):
        if each.said.owner is not None:
            named.canonical(each.said.owner)
