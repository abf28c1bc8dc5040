"""Remedies outside policies: ACLs, Object Ownership, Block Public Access, an object's encryption and tags."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mocks3.access import acl
from mocks3.access.acl import ignored_grants
from mocks3.access.explain.remedies import trial
from mocks3.access.explain.remedies.public_policies import for_restricted
from mocks3.access.explain.remedies.remedy import Kind, Remedy, RemedyStep, RequestChange
from mocks3.access.explain.remedies.request_changes import deciding_conditions
from mocks3.access.explain.remedies.request_keys import wanted_values
from mocks3.access.explain.remedies.statements import managed_key
from mocks3.policy import evaluate
from mocks3.policy.evaluation import NO_GRANTEES, Grantee

if TYPE_CHECKING:
    from mocks3.access.decision import Decision


def outside_policies(decision: Decision) -> Iterator[Remedy]:
    """Return changes outside policies that allow the request; everything else stays the same."""
    circumstances = decision.circumstances
    yield from for_restricted(decision)
    yield from itertools.islice(_with_tag(decision), 1)
    if managed_key(decision):
        yield from _another_key(decision)
    if not all(part.allowed for part in decision.also):
        return
    ignored = ignored_grants(decision)
    with_ignored = dataclasses.replace(circumstances, acl=circumstances.acl | ignored)
    if ignored and evaluate(decision.findings, with_ignored).allowed:
        yield (RemedyStep("switch off IgnorePublicAcls: then public ACLs are used", kind=Kind.WEAKENING),)
    if circumstances.object_owner is not None:
        yield from _for_foreign_object(decision)


_TAG = "s3:existingobjecttag/"


def _with_tag(decision: Decision) -> Iterator[Remedy]:
    """Return a tag of the object that the conditions of the policies want (F-80)."""
    for key, conditions in deciding_conditions(decision).items():
        if not key.startswith(_TAG):
            continue
        name = conditions[0].key.partition("/")[2]
        for tag in dict.fromkeys(wanted_values(conditions, decision)):
            change = RequestChange({key: (tag,)}, {}, {})
            if tag and trial.with_request(decision, change).allowed:
                text = (
                    f"tag the object with {name}={tag} (PutObjectTagging): then other requests that its policies allow "
                    "for this tag pass too"
                )
                yield (RemedyStep(text, kind=Kind.OUTSIDE),)


def _another_key(decision: Decision) -> Iterator[Remedy]:
    """Return another encryption: the policy of an AWS managed key cannot be changed (F-61).

    Without a KMS key S3 does not call KMS, so that there is nothing to try.
    """
    if decision.action == "kms:Decrypt":
        how, change = "have the object's owner copy the object onto itself", None
    else:
        members = {"ServerSideEncryption": "AES256", "SSEKMSKeyId": None}
        how, change = "write the object", RequestChange({}, members, {})
    yield (
        RemedyStep(
            f'{how} with ServerSideEncryption="AES256", or with a key whose key policy allows the caller: the policy '
            "of an AWS managed key cannot be changed",
            kind=Kind.OUTSIDE if change is None else Kind.REQUEST,
            change=change,
        ),
    )


def _for_foreign_object(decision: Decision) -> Iterator[Remedy]:
    circumstances, caller = decision.circumstances, decision.question.caller
    granted = dataclasses.replace(circumstances, acl=circumstances.acl | {_grantee(decision)})
    permission = acl.ON_OBJECT.get(decision.action)
    if permission is not None and evaluate(decision.findings, granted).allowed:
        to = "all users" if caller.anonymous else f"the account {caller.account}"
        yield (
            RemedyStep(
                f"have the object's owner {circumstances.object_owner} grant {permission} to {to} in the object's ACL"
            ),
        )
    enforced = dataclasses.replace(circumstances, object_owner=None, acl=NO_GRANTEES)
    if evaluate(decision.findings, enforced).allowed:
        yield (
            RemedyStep(
                "set Object Ownership to BucketOwnerEnforced: then the bucket's owner owns every object"
            ),
        )


def _grantee(decision: Decision) -> Grantee:
    return Grantee.ALL_USERS if decision.question.caller.anonymous else Grantee.ACCOUNT
