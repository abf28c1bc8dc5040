"""One question of permission: who may do what on which resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.decision import At
from mocks3.values import value

if TYPE_CHECKING:
    from mocks3.access.context import Scene
    from mocks3.model.target import Target
    from mocks3.storage.iam.caller import Caller


@value
class Question:
    """Whether the caller of ``scene`` may do ``action`` on ``target``.

    ``default_holder`` and ``own_account_only`` are what the operation knows beyond policies: a multipart upload's
    own parties (M-5, M-6), and an ACL on an object that the writer's account will own (A-43). ``prospective``: the
    question is about the object that the call is to write, whoever owns the one that is there. ``at`` is which of a
    target reached through an access point is asked; None asks them all (F-120).
    """

    scene: Scene
    action: str
    target: Target | None
    default_holder: bool = False
    own_account_only: bool = False
    prospective: bool = False
    at: At | None = None

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.scene.caller

    @property
    def resource(self) -> str:
        """The ARN that policies see; service-level calls are about ``*`` (C-5)."""
        return self.target.own_arn if self.target is not None and self.at is At.BUCKET else self.named

    @property
    def named(self) -> str:
        """The ARN of what the request names, or of what it names once a function stands no more before it."""
        if self.target is None:
            return "*"
        if self.at is At.OBJECT_LAMBDA and self.target.object_lambda is not None:
            return self.target.object_lambda.arn
        return self.target.arn
