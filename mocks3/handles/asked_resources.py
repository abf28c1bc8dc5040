"""What ``aws.explain`` asks about."""

from __future__ import annotations

from mocks3.access import target_of_arn
from mocks3.errors import Mocks3Error
from mocks3.model import zones
from mocks3.model.target import DirectoryTarget, Target
from mocks3.storage import Store


def check_resource(resource: str, action: str, store: Store) -> Target | None:
    """Return what ``aws.explain`` asks about: a bucket, an object or an access point; None for ``*``."""
    if resource == "*":
        return None
    target = target_of_arn(resource, store)
    zonal = isinstance(target, DirectoryTarget)
    if (
        target is not None
        and zones.is_directory_bucket(target.name)
        and not (zonal and action.lower().startswith("s3express:"))
    ):
        raise Mocks3Error(
            f"{target.name} is a directory bucket: use an s3express: action and the bucket's own ARN, such as "
            "s3express:CreateSession on arn:aws:s3express:REGION:ACCOUNT:bucket/NAME for calls on its objects, not "
            f"{action} on {resource}"
        )
    if target is None:
        known = "an ARN like arn:aws:s3:::bucket/key, the ARN of an existing access point, or *"
        raise Mocks3Error(f"resource must be {known}, not {resource!r}")
    return target
