"""Requester Pays: callers of other accounts must confirm that they pay, or they get ``Access Denied`` (F-90 to F-92).

Source: user guide, "Using Requester Pays buckets for storage transfers and usage"; F-90, F-92.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mocks3.access import refusing
from mocks3.errors import Why
from mocks3.errors.refusals import ACCESS_DENIED
from mocks3.model.permissions import EACH_KEY, OBJECT, SOURCE

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Bucket

DOCUMENT: Final = "requestPayment"
_LISTS = frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"})


def require_requester_pays(
    world: World, authenticated: Authenticated, operation: Operation, *targets: Target | None
) -> None:
    """Raise a plain ``AccessDenied`` if the requester must pay for the objects and does not confirm it.

    The permission was decided before (OQ-34). The anonymous caller has no account that could pay, so it is denied.
    """
    for target in targets:
        bucket = None if target is None else target.bucket
        if bucket is None or authenticated.caller.account == bucket.owner or not bucket.configurations:
            continue
        wanted = bucket.configurations.get(DOCUMENT, {}).get("Payer") == "Requester"
        if wanted and _is_for_objects(operation) and not _pays(authenticated):
            assert target is not None
            refusing.refuse(world, authenticated, ACCESS_DENIED(_why(authenticated, bucket, target)))


def _why(authenticated: Authenticated, bucket: Bucket, target: Target) -> Why:
    copied = (
        authenticated.parsed.address.key is not None and target.name != authenticated.parsed.address.bucket
    )
    start = f"the requester pays for requests to the bucket {bucket.name}"
    if authenticated.caller.anonymous:
        text = f"{start}, and an unsigned request has no account that could pay"
        fixes: tuple[str, ...] = ("sign the request, and send RequestPayer='requester'",)
    else:
        text = f"{start}, and the request does not say that {authenticated.caller.account} pays"
        fixes = ("send RequestPayer='requester'",)
    where = {"action": "s3:GetObject", "resource": target.arn} if copied else {}
    return Why("requester-pays", text, "F-90", fixes, **where)


def _is_for_objects(operation: Operation) -> bool:
    return operation.name in _LISTS or any(need.on in (OBJECT, SOURCE, EACH_KEY) for need in operation.needs)


def _pays(authenticated: Authenticated) -> bool:
    head = authenticated.parsed.head
    payer = head.get("RequestPayer") or authenticated.parsed.request.headers.get("x-amz-request-payer")
    return payer == "requester" and not authenticated.caller.anonymous
