"""The condition keys of tags in calls to the services that manage resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.model.parsed import Params

Values = tuple[str, ...]


def tag_keys(prefix: str, tags: Mapping[str, str]) -> dict[str, Values]:
    """Return the condition keys of tags, such as ``aws:resourcetag/team``."""
    return {f"{prefix}/{key.lower()}": (value,) for key, value in tags.items()}


def request_tag_keys(params: Params) -> dict[str, Values]:
    """Return the condition keys of the tags that a call sends: ``aws:RequestTag/`` and ``aws:TagKeys``."""
    sent = {tag["Key"]: tag.get("Value", "") for tag in params.get("Tags") or () if "Key" in tag}
    names = params.get("TagKeys") or list(sent)
    keys = tag_keys("aws:requesttag", sent)
    return keys if not names else {**keys, "aws:tagkeys": tuple(names)}
