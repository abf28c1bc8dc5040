"""The actions of S3: the resources they act on, and the condition keys that their requests can carry.

Rule: the data is from the Service Authorization Reference. Only ``facts/s3_actions.json`` says which actions support an
``s3:`` condition key. The file is read at first use, not on import.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from mocks3.model.operation import REGISTER
from mocks3.model.permissions import KMS_KEYS, NO_VERSION_NAMED, PER_KEY, REQUIRED, Need
from mocks3.policy.glob import glob

BUCKET, OBJECT = "bucket", "object"

OBJECT_LAMBDA_ACTIONS = tuple(
    """
    AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging GetObject
    GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectVersion GetObjectVersionAcl
    GetObjectVersionTagging ListBucket ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts PutObject
    PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging
    RestoreObject
    """.split()  # noqa: SIM905 - a list of words
)
"""Actions of S3 that S3 Object Lambda also has, for its access points (Service Authorization Reference)."""


class Action(NamedTuple):
    """One action, in lower case, and the kind of resource it acts on."""

    name: str
    on: str


class Vocabulary(NamedTuple):
    """The actions and condition keys of one service: ``s3``, ``s3express`` or ``s3-object-lambda``.

    actions      the actions
    common_keys  the condition keys that all actions support
    keys         the other condition keys, each with the actions that support it
    """

    actions: tuple[Action, ...]
    common_keys: frozenset[str]
    keys: dict[str, frozenset[str]]
    service: str = "s3:"

    def matching(self, pattern: str) -> tuple[Action, ...]:
        """Return the actions that an element of ``Action`` matches: ``*``, or ``s3:NAME`` with wildcards (V-12)."""
        matches = glob(pattern.lower())
        return tuple(action for action in self.actions if matches(action.name))

    def has_key(self, key: str) -> bool:
        """Return whether the condition key exists. Keys of ``aws:`` and of other services always do (V-17)."""
        name = _plain(key)
        return not name.startswith(self.service) or name in self.common_keys or name in self.keys

    def supports(self, action: str, key: str) -> bool:
        """Return whether a request for ``action``, in lower case, can carry the key (V-15)."""
        name = _plain(key)
        return not name.startswith(self.service) or name in self.common_keys or action in self.keys[name]


def _plain(key: str) -> str:
    """Return a condition key in lower case, without the tag key after the slash (C-45)."""
    head, slash, _ = key.lower().partition("/")
    return head + slash


@cache
def action_facts() -> dict[str, Any]:
    """Return the content of ``facts/s3_actions.json``."""
    text = resources.files("mocks3.access").joinpath("facts/s3_actions.json").read_text("utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def is_action(name: str) -> bool:
    """Return whether S3 has the action, which may also be one that no bucket policy can name."""
    facts = action_facts()
    return any(name.removeprefix("s3:") in facts[kind] for kind in (BUCKET, OBJECT, "other"))


@cache
def operations() -> dict[str, tuple[str, ...]]:
    """Return the name of each operation, as it would be written as an action, with the actions that it needs.

    These are the actions that every call needs, without those for versions, headers and KMS keys.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in REGISTER.values():
        needed = [need.action for need in row.needs if _is_usual(need)]
        if row.service == "s3" and needed:
            found[f"s3:{row.name}"] = tuple(dict.fromkeys(needed))
    return found


def _is_usual(need: Need) -> bool:
    usual = need.when is None or need.when.text == NO_VERSION_NAMED
    return usual and need.mode in (REQUIRED, PER_KEY) and need.on not in KMS_KEYS


@cache
def vocabulary() -> Vocabulary:
    """Return the actions and condition keys of bucket policies."""
    facts = action_facts()
    actions = [Action(_full(name), on) for on in (BUCKET, OBJECT) for name in facts[on]]
    keys = {key: frozenset(map(_full, names)) for key, names in facts["keys"].items()}
    return Vocabulary(tuple(actions), frozenset(facts["everywhere"]), keys)


DIRECTORY_BUCKETS = Vocabulary(
    (Action("s3express:createsession", BUCKET),),
    frozenset(
        f"s3express:{name}"
        for name in (
            "allaccessrestrictedtolocalzonegroup",
            "authtype",
            "buckettag/",
            "resourceaccount",
            "sessionmode",
            "signatureage",
            "signatureversion",
            "tlsversion",
            "x-amz-content-sha256",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id",
        )
    ),
    {},
    "s3express:",
)
"""For directory buckets "the only IAM action supported in the bucket policy is s3express:CreateSession"
(API_PutBucketPolicy)."""

OBJECT_LAMBDA_ACCESS_POINTS = Vocabulary(
    tuple(
        Action(f"s3-object-lambda:{name.lower()}", BUCKET)
        for name in (*OBJECT_LAMBDA_ACTIONS, "WriteGetObjectResponse")
    ),
    frozenset(f"s3-object-lambda:{name}" for name in ("authtype", "signatureage", "tlsversion", "versionid")),
    {},
    "s3-object-lambda:",
)
"""For Object Lambda access points. All of these actions are on the access point itself."""


def _full(name: str) -> str:
    return f"s3:{name.lower()}"


def resource_kinds(resources_named: Iterable[str], inside: str) -> frozenset[str]:
    """Return which kinds of resource the ARNs name, all of one bucket or access point: BUCKET, OBJECT or both.

    ``inside`` is the text between the ARN of the bucket or access point and a key.
    """
    return frozenset(OBJECT if inside in arn else BUCKET for arn in resources_named)
