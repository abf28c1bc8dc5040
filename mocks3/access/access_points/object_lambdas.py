"""S3 Object Lambda: who may invoke the function, and who may send its response.

Source: user guide, "Configuring IAM policies for Object Lambda Access Points"; API_WriteGetObjectResponse;
F-162. The error codes are in the "List of Amazon S3 Object Lambda error codes"; the messages about tokens are not
recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.access.access_points.joint_decision import OBJECT_LAMBDA_SERVICE
from mocks3.access.context import request_info_of
from mocks3.access.engine import decide_by_own_policy
from mocks3.access.refusing import record_decision
from mocks3.access.targets import target_of_arn
from mocks3.errors import DenialRow, Row, S3Error, Why
from mocks3.errors.refusals import ACCESS_DENIED

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target
    from mocks3.model.world import World
    from mocks3.storage import Store

LAMBDA_PERMISSION_ERROR = DenialRow(
    "LambdaPermissionError", 403, "The caller is not authorized to invoke the Lambda function. {detail}"
)
VALIDATION_ERROR = Row("ValidationError", 400, "{message}")


def decide_invocation(world: World, authenticated: Authenticated, action: str, target: Target) -> Decision:
    """Decide whether the caller may invoke the access point's function. S3 invokes it in the caller's name.

    The function has no policy here, so identity policies decide within its account. The decision is recorded.
    """
    point = target.object_lambda
    assert point is not None
    request_info = request_info_of(world, authenticated).via_service(OBJECT_LAMBDA_SERVICE)
    return record_decision(
        world, decide_by_own_policy(request_info, action, point.function_arn, point.account, None)
    )


def invocation_error(decision: Decision) -> S3Error:
    """Return the error of a denied invocation: S3's code with Lambda's message."""
    detail = f"User: {decision.principal} is not authorized to perform: {decision.action} on resource: "
    return LAMBDA_PERMISSION_ERROR(detail=f"{detail}{decision.resource}")


def response_target(store: Store, authenticated: Authenticated) -> Target:
    """Return the Object Lambda access point whose caller gets a WriteGetObjectResponse.

    Raises ``ValidationError`` for an unknown or used token or a wrong route, and ``AccessDenied`` for a caller of
    another account ("an identity in the same account").
    """
    head = authenticated.parsed.head
    awaited = store.pending_responses.get(head.get("RequestToken", ""))
    if awaited is None or awaited.response is not None:
        raise VALIDATION_ERROR(message="The request token is not valid")
    if head.get("RequestRoute") != awaited.route:
        raise VALIDATION_ERROR(message="The request route is not valid")
    if authenticated.caller.account != awaited.point.account:
        raise ACCESS_DENIED(
            Why(
                "access-point",
                f"the Object Lambda access point belongs to the account {awaited.point.account}, and only its own "
                "principals may answer its requests",
                "F-162",
                (
                    f"send the response as a principal of {awaited.point.account}, such as the role of the function",
                ),
            )
        )
    target = target_of_arn(awaited.point.arn, store)
    if target is None:  # the access point was deleted while its function ran
        raise VALIDATION_ERROR(message="The request token is not valid")
    return target
