"""The actions, resource types and condition keys of S3, for the linter of policies.

Rule: identity policies can name more actions than bucket policies. ``access.vocabulary`` has those of bucket policies;
this module has all of them. The data is from the Service Authorization Reference, in ``facts/``.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from mocks3.access.context.table import ROWS, TAG_ROWS, UNDERIVED
from mocks3.access.vocabulary import (
    BUCKET,
    OBJECT,
    OBJECT_LAMBDA_ACCESS_POINTS,
    OBJECT_LAMBDA_ACTIONS,
    action_facts,
    operations,
)
from mocks3.policy.linting import Tables

_LISTED = ("aws:", "s3:", "s3express:", "s3-object-lambda:")
_LAMBDA_ACTIONS = (*OBJECT_LAMBDA_ACTIONS, "WriteGetObjectResponse")
_ALWAYS = (
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:SecureTransport",
    "s3:TlsVersion",
    "aws:RequestedRegion",
)


@cache
def s3_tables() -> Tables:
    """Return the facts about S3, S3 Express and S3 Object Lambda, and the global condition keys."""
    facts, express = action_facts(), _express_facts()
    return Tables(
        actions={
            **{f"s3:{name}": kinds for name, kinds in _s3_actions(facts).items()},
            **{f"s3express:{name}": kinds for name, kinds in express["actions"].items()},
            **{f"s3-object-lambda:{name}": ("objectlambdaaccesspoint",) for name in _LAMBDA_ACTIONS},
        },
        resources={**facts["resources"], **express["resources"]},
        keys=_keys(facts, express),
        always=_ALWAYS,
        operations=operations(),
        key_actions={
            **_supported("s3:", facts, list(_s3_actions(facts))),
            **_supported("s3express:", express, list(express["actions"])),
            **_object_lambda_keys(),
        },
    )


@cache
def _express_facts() -> dict[str, Any]:
    text = resources.files("mocks3.access").joinpath("facts/s3express_actions.json").read_text("utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def _s3_actions(facts: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return every action of S3, without its prefix, with its resource types."""
    types: dict[str, tuple[str, ...]] = {
        **dict.fromkeys(facts[BUCKET], (BUCKET,)),
        **dict.fromkeys(facts[OBJECT], (OBJECT,)),
        **{name: tuple(kinds) for name, kinds in facts["other"].items()},
    }
    for kind, names in facts["also"].items():
        for name in names:
            types[name] = (*types[name], kind)
    return types


def _keys(facts: dict[str, Any], express: dict[str, Any]) -> tuple[str, ...]:
    """Return the condition keys, as AWS writes them where that is known."""
    written = {
        key.lower().removesuffix("<key>"): key.removesuffix("<key>")
        for key in (
            *(row.key for row in ROWS.values()),
            *(row.key for row in TAG_ROWS.values()),
            *UNDERIVED,
        )
    }
    listed = [
        *facts["everywhere"],
        *facts["keys"],
        *express["everywhere"],
        *express["keys"],
        *OBJECT_LAMBDA_ACCESS_POINTS.common_keys,
    ]
    names = {**{key: key for key in listed}, **written}
    return tuple(
        f"{key}<key>" if key.endswith("/") else key
        for key in names.values()
        if key.lower().startswith(_LISTED)
    )


def _supported(service: str, facts: dict[str, Any], actions: list[str]) -> dict[str, frozenset[str]]:
    """Return the condition keys of one service, in lower case, with the actions that support them."""
    every = frozenset(f"{service}{name}".lower() for name in actions)
    return {
        **dict.fromkeys(facts["everywhere"], every),
        **{
            key: frozenset(f"{service}{name}".lower() for name in names)
            for key, names in facts["keys"].items()
        },
    }


def _object_lambda_keys() -> dict[str, frozenset[str]]:
    """Return the condition keys of S3 Object Lambda. Only actions on a version have ``versionid``."""
    actions = [each.name for each in OBJECT_LAMBDA_ACCESS_POINTS.actions]
    versions = frozenset(name for name in actions if "objectversion" in name)
    return {
        key: versions if key.endswith(":versionid") else frozenset(actions)
        for key in OBJECT_LAMBDA_ACCESS_POINTS.common_keys
    }
