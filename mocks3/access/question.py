"""A question: whether a caller may do an action on a resource."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from mocks3.lib.values import value

if TYPE_CHECKING:
    from mocks3.access.context import RequestInfo
    from mocks3.model.target import ObjectSnapshot, Target
    from mocks3.storage.iam.caller import Caller


class AskedResource(Enum):
    """The resources on which a request through an access point is decided, in that order."""

    OBJECT_LAMBDA = "Object Lambda access point"
    ACCESS_POINT = "access point"
    BUCKET = "bucket"


@value
class Question:
    """A question: whether the caller of ``request_info`` may do ``action`` on a resource.

    target            the bucket or object; None for an account, and for a resource that ``arn`` names
    default_right     the caller may do it without any policy, as initiator or owner of a multipart upload (M-5, M-6)
    own_account_only  only the caller's own account must allow it (A-43)
    prospective       the question is about the object that the call will write, not about the current object
    asked_resource    the resource of the question, for a target behind an access point; None for all of them (F-120)
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
        """The caller of the request."""
        return self.request_info.caller

    @property
    def present(self) -> ObjectSnapshot | None:
        """The object that the question is about; None if there is none, or if the call will write it."""
        return None if self.prospective or self.target is None else self.target.present

    @property
    def resource(self) -> str:
        """The ARN that policies are evaluated with; ``*`` for calls to the service (C-5)."""
        if self.target is None or self.asked_resource is AskedResource.OBJECT_LAMBDA:
            return self.requested_arn
        return self.target.own_arn if self.asked_resource is AskedResource.BUCKET else self.target.arn

    @property
    def requested_arn(self) -> str:
        """The ARN that the request names.

        While the Object Lambda access point is decided, its ARN; otherwise the access point's or the bucket's ARN.
        """
        if self.target is None:
            return self.arn or "*"
        if self.asked_resource is AskedResource.OBJECT_LAMBDA and self.target.object_lambda is not None:
            return self.target.object_lambda.arn
        return self.target.arn
