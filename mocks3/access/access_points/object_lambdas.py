"""What S3 Object Lambda asks beside its access points: who may call the function, and who may answer for it.

Source: user guide, "Configuring IAM policies for Object Lambda Access Points"; API_WriteGetObjectResponse;
F-162. The codes are of the "List of Amazon S3 Object Lambda error codes"; nobody has recorded what is
said of a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.access_points.joint_decision import OBJECT_LAMBDA_SERVICE
from mocks3.access.context import request_info_of
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.refusing import record_decision
from mocks3.access.targets import target_of_arn
from mocks3.errors import ACCESS_DENIED, Row, S3Error

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Store

LAMBDA_PERMISSION_ERROR = Row(
    "LambdaPermissionError", 403, "The caller is not authorized to invoke the Lambda function. {detail}"
)
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")


def decide_invocation(world: World, authenticated: Authenticated, action: str, target: Target) -> Decision:
    """Whether the caller may invoke the function of an Object Lambda access point, which does so in its name.

    The function has no policy of its own here: within its account identity policies decide. Leaves a line in the
    world's journal.
    """
    point = target.object_lambda
    assert point is not None
    request_info = request_info_of(world, authenticated).via_service(OBJECT_LAMBDA_SERVICE)
    return record_decision(
        world, decide_by_own_policy(request_info, action, point.function_arn, point.account, None)
    )


def invocation_error(decision: Decision) -> S3Error:
    """How the refusal is told: by S3's own code, with what Lambda says."""
    detail = f"User: {decision.principal} is not authorized to perform: {decision.action} on resource: "
    return LAMBDA_PERMISSION_ERROR(detail=f"{detail}{decision.resource}")


def response_target(store: Store, authenticated: Authenticated) -> Target:
    """The Object Lambda access point whose caller a WriteGetObjectResponse is for.

    Raises ``ValidationError`` for a token that nobody waits for (any more) or another route, ``AccessDenied`` for who
    is of another account ("an identity in the same account").
    """
    head = authenticated.parsed.head
    awaited = store.pending_responses.get(head.get("RequestToken", ""))
    if awaited is None or awaited.response is not None:
        raise VALIDATION_ERROR(message="The request token is not valid")
    if head.get("RequestRoute") != awaited.route:
        raise VALIDATION_ERROR(message="The request route is not valid")
    if authenticated.caller.account != awaited.point.account:
        raise ACCESS_DENIED()
    target = target_of_arn(awaited.point.arn, store)
    if target is None:  # deleted while its function was at work
        raise VALIDATION_ERROR(message="The request token is not valid")
    return target
