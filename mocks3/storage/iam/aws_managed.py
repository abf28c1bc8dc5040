"""AWS managed policies: their documents, as AWS publishes them. They exist in every account.

``aws_managed.json`` has them by ARN, with their version and the date of that version. Names that are not there are
unknown: no document is guessed.

Source: AWS Managed Policy Reference Guide, one page for each policy.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping
from pathlib import Path

from mocks3.policy import Policy
from mocks3.storage.iam import ids
from mocks3.storage.iam.managed_policies import ManagedPolicyRecord, PolicyVersionRecord

OWNER = "aws"
"""The account in the ARNs of AWS managed policies."""

_PREFIX = f"arn:aws:iam::{OWNER}:policy/"


def policy(arn: str) -> ManagedPolicyRecord | None:
    """Return the AWS managed policy with this ARN, or None."""
    return _catalogue().get(arn) if arn.startswith(_PREFIX) else None


def policies() -> tuple[ManagedPolicyRecord, ...]:
    """Return all AWS managed policies that mocks3 has."""
    return tuple(_catalogue().values())


@functools.cache
def _catalogue() -> Mapping[str, ManagedPolicyRecord]:
    text = Path(__file__).with_name("aws_managed.json").read_text("utf-8")
    return {arn: _record(arn, **facts) for arn, facts in json.loads(text).items()}


def _record(
    arn: str, *, version: int, created: str, updated: str, description: str, document: dict[str, object]
) -> ManagedPolicyRecord:
    path, _, name = arn.removeprefix(_PREFIX.removesuffix("/")).rpartition("/")
    began, changed = (datetime.datetime.fromisoformat(each) for each in (created, updated))
    current = PolicyVersionRecord(f"v{version}", Policy.parse(document, name=arn), changed)
    return ManagedPolicyRecord(
        OWNER,
        name,
        f"{path}/",
        ids.unique_id("ANPA", arn),
        {current.id: current},
        current.id,
        began,
        changed,
        version,
        description,
    )
