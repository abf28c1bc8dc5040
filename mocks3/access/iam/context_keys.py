"""The condition keys of calls to IAM.

Source: Service Authorization Reference, "Condition keys for AWS Identity and Access Management (IAM)"; IAM user guide,
"IAM and AWS STS condition context keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocks3.access.iam.resources import IamResource
    from mocks3.model.parsed import Params

Values = tuple[str, ...]

PASSED_TO = "ec2.amazonaws.com"
"""The service that gets the role of an instance profile."""

_WITH_BOUNDARY = frozenset(
    f"iam:{verb}{kind}{what}"
    for kind in ("User", "Role")
    for verb, what in (
        ("Create", ""),
        ("Attach", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
        ("Delete", "Policy"),
        ("Put", "PermissionsBoundary"),
        ("Delete", "PermissionsBoundary"),
    )
)
"""The actions whose requests carry ``iam:PermissionsBoundary``: the new boundary, or the entity's present one."""


def context_keys(action: str, resource: IamResource, params: Params) -> Mapping[str, Values]:
    """Return the condition keys of a call to IAM that do not depend on the caller, by their lower-case names.

    Args:
        action: The IAM action.
        resource: The resource of the permission.
        params: The call's parameters.
    """
    keys: dict[str, Values] = {}
    for tag in params.get("Tags", ()):
        keys[f"aws:requesttag/{tag['Key'].lower()}"] = (tag["Value"],)
    names = params.get("TagKeys") or [tag["Key"] for tag in params.get("Tags", ())]
    if names:
        keys["aws:tagkeys"] = tuple(names)
    for key, value in resource.tags.items():
        keys[f"aws:resourcetag/{key.lower()}"] = keys[f"iam:resourcetag/{key.lower()}"] = (value,)
    boundary = params.get("PermissionsBoundary") or resource.boundary
    if boundary is not None and action in _WITH_BOUNDARY:
        keys["iam:permissionsboundary"] = (boundary,)
    if action.startswith(("iam:Attach", "iam:Detach")):
        keys["iam:policyarn"] = (params["PolicyArn"],)
    if action == "iam:PassRole":
        keys["iam:passedtoservice"] = (PASSED_TO,)
    if "AWSServiceName" in params:
        keys["iam:awsservicename"] = (params["AWSServiceName"],)
    return keys
