"""One question of permission: who may do what on which resource."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from mocks3.lib.values import value

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.model.target import Target
    from mocks3.storage.iam.caller import Caller


class AskedResource(Enum):
    """The resources that a request through an access point is about, in the order in which they are decided."""

    OBJECT_LAMBDA = "Object Lambda access point"
    ACCESS_POINT = "access point"
    BUCKET = "bucket"


@value
class Question:
    """Whether the caller of ``scene`` may do ``action`` on a resource.

    target            the bucket or object; None for an account, and for a resource that ``arn`` names
    default_right     the caller may do it without any policy: a party of a multipart upload (M-5, M-6)
    own_account_only  only the caller's own account must allow (A-43)
    prospective       the question is about the object that the call will write, whoever owns the present one
    at                the resource that is asked about, for a target behind an access point; None for all (F-120)
    arn               the ARN of a resource that is neither a bucket nor an object: a KMS key, a role, a function
    """

    request_info: RequestInfo
    action: str
    target: Target | None
    default_right: bool = False
    own_account_only: bool = False
    prospective: bool = False
    asked_resource: AskedResource | None = None
    arn: str | None = None

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.request_info.caller

    @property
    def resource(self) -> str:
        """The ARN that policies see; service-level calls are about ``*`` (C-5)."""
        return (
            self.target.own_arn
            if self.target is not None and self.asked_resource is AskedResource.BUCKET
            else self.requested_arn
        )

    @property
    def requested_arn(self) -> str:
        """The ARN the request names.

        The Object Lambda access point's while that one is decided, otherwise the access point's or the bucket's.
        """
        if self.target is None:
            return self.arn or "*"
        if self.asked_resource is AskedResource.OBJECT_LAMBDA and self.target.object_lambda is not None:
            return self.target.object_lambda.arn
        return self.target.arn
