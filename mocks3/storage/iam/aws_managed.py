"""AWS managed policies: their documents, as AWS publishes them. They exist in every account.

``aws_managed.json`` has them by ARN, each with the current version and its date. Names that are not there are unknown:
no document is guessed. Earlier versions and the date of the first one are not known either.

Source: AWS Managed Policy Reference Guide, one page for each policy; the answers of GetPolicyVersion, as zoph-io/MAMIP
on GitHub archives them (March 2026).
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mocks3.policy import Policy
from mocks3.storage.iam import ids
from mocks3.storage.iam.managed_policies import ManagedPolicyRecord, PolicyVersionRecord

OWNER = "aws"
"""The account in the ARNs of AWS managed policies."""

_PREFIX = f"arn:aws:iam::{OWNER}:policy/"


def policy(arn: str) -> ManagedPolicyRecord | None:
    """Return the AWS managed policy with this ARN, or None."""
    return _record(arn) if arn.startswith(_PREFIX) and arn in _facts() else None


def policies() -> tuple[ManagedPolicyRecord, ...]:
    """Return all AWS managed policies that mocks3 has."""
    return tuple(map(_record, _facts()))


@functools.cache
def _facts() -> Mapping[str, Any]:
    facts: dict[str, Any] = json.loads(Path(__file__).with_name("aws_managed.json").read_text("utf-8"))
    return facts


@functools.cache
def _record(arn: str) -> ManagedPolicyRecord:
    facts = _facts()[arn]
    path, _, name = arn.removeprefix(_PREFIX.removesuffix("/")).rpartition("/")
    version, date = facts["version"], datetime.datetime.fromisoformat(facts["date"])
    current = PolicyVersionRecord(version, Policy.parse(facts["document"], name=arn), date)
    return ManagedPolicyRecord(
        OWNER,
        name,
        f"{path}/",
        ids.unique_id("ANPA", arn),
        {version: current},
        version,
        date,
        date,
        int(version.removeprefix("v")),
    )
