"""The tags of IAM's entities.

Source: IAM user guide, "Tags for AWS Identity and Access Management resources".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3.iam.faults import INVALID_INPUT, LIMIT_EXCEEDED
from mocks3.iam.paging import paginate
from mocks3.model.permissions import When

if TYPE_CHECKING:
    from mocks3.model.parsed import Params

MOST_TAGS = 50
"""How many tags an entity can have (IAM user guide, "IAM and AWS STS quotas")."""

TAGGED = When("Tags are given", lambda parsed, target: bool(parsed.params.get("Tags")))
"""The condition under which a call that creates an entity also needs the permission to tag it."""


def given_tags(params: Params) -> dict[str, str]:
    """Return the tags of a call. Raises ``InvalidInput`` for duplicate and reserved keys."""
    tags = params.get("Tags", ())
    keys = [tag["Key"].lower() for tag in tags]
    if len(set(keys)) < len(keys):
        raise INVALID_INPUT(
            message="Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    if any(key.startswith("aws:") for key in keys):
        raise INVALID_INPUT(message="aws: prefixed tag key names are not allowed for external use.")
    return {tag["Key"]: tag["Value"] for tag in tags}


def with_tags(present: Mapping[str, str], params: Params) -> dict[str, str]:
    """Return the tags after a call that adds some. Keys are compared without case; the new spelling stays.

    Raises ``LimitExceeded`` for more than 50 tags, and the errors of :func:`given_tags`.
    """
    added = given_tags(params)
    replaced = {key.lower() for key in added}
    tags = {key: value for key, value in present.items() if key.lower() not in replaced} | added
    if len(tags) > MOST_TAGS:
        raise LIMIT_EXCEEDED(message=f"The number of tags has reached the maximum limit of {MOST_TAGS}.")
    return tags


def without_tags(present: Mapping[str, str], params: Params) -> dict[str, str]:
    """Return the tags after a call that removes some. A key that is not there changes nothing."""
    removed = {key.lower() for key in params["TagKeys"]}
    return {key: value for key, value in present.items() if key.lower() not in removed}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as boto3 returns them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_page(params: Params, tags: Mapping[str, str]) -> Params:
    """Return one page of an entity's tags, by key."""
    return paginate(params, "Tags", sorted(tag_list(tags), key=_key), _key)


def _key(tag: Mapping[str, str]) -> str:
    return tag["Key"]
