"""Objects that functions make of others: GetObject through an Object Lambda access point, WriteGetObjectResponse.

    caller --GetObject--> access point --event--> function --inputS3Url--> the object, by the caller's permissions
                                                  function --WriteGetObjectResponse--> caller

The function is called while its caller waits, and answers by a call of its own, with the token of the event. What it
returns counts for nothing. Meanwhile the world's lock is released, and afterwards only that answer is looked at.

Source: user guide, "Writing Lambda functions for S3 Object Lambda Access Points"; API_WriteGetObjectResponse; "List of
Amazon S3 Object Lambda error codes". The sentence of LambdaResponseNotReceived is known from reports of callers.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error, Row, S3Error
from mocks3.model.operation import OBJECT_LAMBDA, operation
from mocks3.model.permissions import ACCESS_POINT, ANSWERED, FUNCTION, Need, no_version_named, version_named
from mocks3.operations.objects.lambda_events import event
from mocks3.rules import bodies
from mocks3.storage import EMPTY, Awaited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mocks3.model.messages import Payload
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import ObjectLambda

INVALID_ANSWER = Row("ValidationError", 400, "{message}")
INVALID_RESPONSE = Row("LambdaInvalidResponse", 400, "{message}")
NO_RESPONSE = Row(
    "LambdaResponseNotReceived", 500, "The Lambda exited without successfully calling WriteGetObjectResponse."
)
RUNTIME_ERROR = Row("LambdaRuntimeError", 500, "The Lambda function failed during execution.")
# "Working with Range and partNumber headers": 501 unless the access point says that its function can.
NOT_IMPLEMENTED = Row(
    "NotImplemented", 501, "A header you provided implies functionality that is not implemented"
)

STATUSES = (200, 206, 304, 400, 401, 403, 404, 405, 409, 411, 412, 416, 500, 503)
"""What an answer's status may be (API_WriteGetObjectResponse)."""

_FEATURES = {"Range": "GetObject-Range", "PartNumber": "GetObject-PartNumber"}
_NOT_OF_THE_OBJECT = frozenset(
    {"RequestRoute", "RequestToken", "StatusCode", "ErrorCode", "ErrorMessage", "ContentLength", "Body"}
)
_log = logging.getLogger("mocks3.object_lambda")


@operation(
    Need("s3-object-lambda:GetObject", ACCESS_POINT, when=no_version_named()),
    Need("s3-object-lambda:GetObjectVersion", ACCESS_POINT, when=version_named()),
    Need("lambda:InvokeFunction", FUNCTION),
    service=OBJECT_LAMBDA,
)
def get_object(call: Authorized, params: Params) -> Params:
    """What the function of an Object Lambda access point answers.

    Raises the error that the function answers; ``NotImplemented`` for a range or a part unless it knows them;
    ``LambdaInvalidResponse``, ``LambdaResponseNotReceived``, ``LambdaRuntimeError``.
    """
    point = call.target.object_lambda
    assert point is not None
    for member, feature in _FEATURES.items():
        if member in params and feature not in point.features:
            raise NOT_IMPLEMENTED()
    # Twelve digits at its end would make the route's host an access point's.
    awaited = Awaited(point, f"io-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex)
    call.store.awaited[awaited.token] = awaited
    about = event(call, point, awaited)
    try:
        with call.world.lock.released():
            failure = _invoke(point, about)
    finally:
        del call.store.awaited[awaited.token]
    if awaited.written is not None:
        return _answer(awaited.written, about["xAmzRequestId"])
    if awaited.fault is not None:
        raise INVALID_RESPONSE(message=awaited.fault)
    if failure is not None:
        raise RUNTIME_ERROR() from failure
    raise NO_RESPONSE()


def _invoke(point: ObjectLambda, about: dict[str, Any]) -> Exception | None:
    """Call the function. What it raises is logged, as Lambda would, and S3's caller learns little of it.

    What mocks3 says of its own misuse is no failure of the function's, and goes on to whoever wrote the test.
    """
    try:
        point.function(about)
    except Mocks3Error:
        raise
    except Exception as failure:
        _log.exception("the function %s failed", point.function_arn)
        return failure
    return None


def _answer(written: dict[str, Any], request_id: str) -> Params:
    status = written.get("StatusCode", 200)
    if "ErrorCode" in written or "ErrorMessage" in written:
        raise S3Error(written.get("ErrorCode", "Error"), status, written.get("ErrorMessage", ""))
    output = {name: value for name, value in written.items() if name not in _NOT_OF_THE_OBJECT}
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": {"x-amz-request-id": request_id}}
    return {**output, "Body": written["Body"], "ResponseMetadata": metadata}


@operation(Need("s3-object-lambda:WriteGetObjectResponse", ANSWERED), anonymous="Access Denied")
def write_get_object_response(call: Authorized, params: Params) -> Params:
    """Answer who asked an Object Lambda access point for an object: with an object, or with an error.

    Raises ``ValidationError`` for a token that nobody waits for (any more), another route, a status that an answer
    cannot have, and an error that comes with a status of success or with a body.
    """
    awaited = call.store.awaited[params["RequestToken"]]
    body = params.get("Body")
    content = EMPTY if body is None else bodies.read_once(body, lambda: call.store.blob(_pieces(body)))
    fault = _fault(params, len(content))
    if fault is not None:
        awaited.fault = fault
        raise INVALID_ANSWER(message=fault)
    awaited.written = {**params, "Body": content}
    return {}


def _pieces(body: Payload | bytes) -> Iterable[bytes]:
    return [body] if isinstance(body, bytes) else body.chunks()


def _fault(params: Params, size: int) -> str | None:
    status = params.get("StatusCode", 200)
    if status not in STATUSES:
        return (
            f"1 validation error detected: Value '{status}' at 'statusCode' failed to satisfy constraint: Member must "
            f"satisfy enum value set: [{', '.join(map(str, STATUSES))}]"
        )
    is_error = "ErrorCode" in params or "ErrorMessage" in params
    if is_error and status < 300:
        return "An error code or an error message cannot be used with a successful status code"
    if is_error and size:
        return "An error code or an error message cannot be used with a transformed object in the body"
    return None
