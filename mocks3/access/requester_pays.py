"""Requester Pays: callers of other accounts must confirm that they pay, or they get ``Access Denied`` (F-90 to F-92).

Source: user guide, "Using Requester Pays buckets for storage transfers and usage"; F-90, F-92.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mocks3.errors import ACCESS_DENIED
from mocks3.model.permissions import EACH_KEY, OBJECT, SOURCE

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target

DOCUMENT: Final = "requestPayment"
_LISTS = frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"})


def require_requester_pays(
    authenticated: Authenticated, operation: Operation, *targets: Target | None
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
            raise ACCESS_DENIED()


def _is_for_objects(operation: Operation) -> bool:
    return operation.name in _LISTS or any(need.on in (OBJECT, SOURCE, EACH_KEY) for need in operation.needs)


def _pays(authenticated: Authenticated) -> bool:
    head = authenticated.parsed.head
    payer = head.get("RequestPayer") or authenticated.parsed.request.headers.get("x-amz-request-payer")
    return payer == "requester" and not authenticated.caller.anonymous
