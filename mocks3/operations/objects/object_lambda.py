"""S3 Object Lambda: GetObject through an Object Lambda access point, and WriteGetObjectResponse.

    caller --GetObject--> access point --event--> function --inputS3Url--> the object, with the caller's permissions
                                                  function --WriteGetObjectResponse--> caller

The caller waits while the function runs. The function responds by calling WriteGetObjectResponse with the token of the
event; its return value is ignored. The lock of the world is released while the function runs.

Source: user guide, "Writing Lambda functions for S3 Object Lambda Access Points"; API_WriteGetObjectResponse; "List of
Amazon S3 Object Lambda error codes". The message of LambdaResponseNotReceived is reported by users.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error, Row, S3Error, Why
from mocks3.model.operation import OBJECT_LAMBDA, operation
from mocks3.model.permissions import ACCESS_POINT, ANSWERED, FUNCTION, Need, no_version_named, version_named
from mocks3.operations.objects.lambda_events import event
from mocks3.rules import bodies
from mocks3.storage import EMPTY, PendingResponse
from mocks3.storage.control import FunctionRecord

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef, WriteGetObjectResponseRequestTypeDef

    from mocks3.model.messages import Payload
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Blob, ObjectLambda

INVALID_ANSWER = Row("ValidationError", 400, "{message}")
INVALID_RESPONSE = Row("LambdaInvalidResponse", 400, "{message}")
NO_RESPONSE = Row(
    "LambdaResponseNotReceived", 500, "The Lambda exited without successfully calling WriteGetObjectResponse."
)
RUNTIME_ERROR = Row("LambdaRuntimeError", 500, "The Lambda function failed during execution.")
FUNCTION_NOT_FOUND = Row("LambdaNotFound", 404, "The Lambda function was not found.")
# "Working with Range and partNumber headers": 501 unless the access point allows them.
NOT_IMPLEMENTED = Row(
    "NotImplemented", 501, "A header you provided implies functionality that is not implemented"
)

STATUSES = (200, 206, 304, 400, 401, 403, 404, 405, 409, 411, 412, 416, 500, 503)
"""The allowed values of ``StatusCode`` (API_WriteGetObjectResponse)."""

_FEATURES = {"Range": "GetObject-Range", "PartNumber": "GetObject-PartNumber"}
_NOT_IN_OUTPUT = frozenset(
    {"RequestRoute", "RequestToken", "StatusCode", "ErrorCode", "ErrorMessage", "ContentLength", "Body"}
)
_WHY_FORBIDDEN = Why(
    "lambda-function",
    "the function of the Object Lambda access point answered with the status 403",
    "F-162",
    unfixable="the policies allow the call; the code of the function decides",
)
Function = Callable[[dict[str, Any]], object]

_log = logging.getLogger("mocks3.object_lambda")


@operation(
    Need("s3-object-lambda:GetObject", ACCESS_POINT, when=no_version_named()),
    Need("s3-object-lambda:GetObjectVersion", ACCESS_POINT, when=version_named()),
    Need("lambda:InvokeFunction", FUNCTION),
    service=OBJECT_LAMBDA,
)
def get_object(call: Authorized, params: GetObjectRequestTypeDef) -> Params:
    """Return the response of the function of an Object Lambda access point.

    Raise the error that the function sends, ``NotImplemented`` for a range or a part unless the access point allows it,
    ``LambdaInvalidResponse``, ``LambdaNotFound``, ``LambdaResponseNotReceived`` or ``LambdaRuntimeError``.
    """
    point = call.target.object_lambda
    assert point is not None
    for member, feature in _FEATURES.items():
        if member in params and feature not in point.features:
            raise NOT_IMPLEMENTED()
    run = _function(call, point)
    # A route that ends in twelve digits would look like the host of an access point.
    awaited = PendingResponse(point, f"io-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex)
    call.store.pending_responses[awaited.token] = awaited
    payload = event(call, point, awaited)
    try:
        with call.world.lock.released():
            failure = _invoke(point, run, payload)
    finally:
        del call.store.pending_responses[awaited.token]
    if awaited.response is not None:
        return _response(awaited.response, payload["xAmzRequestId"])
    if awaited.fault is not None:
        raise INVALID_RESPONSE(message=awaited.fault)
    if failure is not None:
        raise RUNTIME_ERROR() from failure
    raise NO_RESPONSE()


def _function(call: Authorized, point: ObjectLambda) -> Function:
    """Return the function of an access point, or the one that was declared with its ARN. Raises ``LambdaNotFound``."""
    if point.function is not None:
        return point.function
    declared = call.store.control.find(FunctionRecord, point.function_arn)
    if declared is None:
        error = FUNCTION_NOT_FOUND()
        error.add_note(
            f"mocks3: no function is declared as {point.function_arn}; declare it with account.create_function(...)"
        )
        raise error
    return declared.run


def _invoke(point: ObjectLambda, run: Function, payload: dict[str, Any]) -> Exception | None:
    """Call the function. Log and return its exception; as on AWS, the caller of S3 gets no details.

    A ``Mocks3Error`` is not a failure of the function. It is raised again, so that the test sees it.
    """
    try:
        run(payload)
    except Mocks3Error:
        raise
    except Exception as failure:
        _log.exception("the function %s failed", point.function_arn)
        return failure
    return None


def _response(written: Params, request_id: str) -> Params:
    status = written.get("StatusCode", 200)
    if "ErrorCode" in written or "ErrorMessage" in written:
        why = None if status != HTTPStatus.FORBIDDEN else _WHY_FORBIDDEN
        raise S3Error(
            written.get("ErrorCode", "Error"), status, written.get("ErrorMessage", ""), None, None, why
        )
    output = {name: value for name, value in written.items() if name not in _NOT_IN_OUTPUT}
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": {"x-amz-request-id": request_id}}
    return {**output, "Body": written["Body"], "ResponseMetadata": metadata}


@operation(Need("s3-object-lambda:WriteGetObjectResponse", ANSWERED), anonymous="Access Denied")
def write_get_object_response(call: Authorized, params: WriteGetObjectResponseRequestTypeDef) -> Params:
    """Send an object or an error to the caller of GetObject on an Object Lambda access point.

    Raise ``ValidationError`` for an unknown or expired token, another route, a status that is not allowed, or an error
    with a status of success or with a body.
    """
    awaited = call.store.pending_responses[params["RequestToken"]]
    content = _content(call, params)
    message = _invalid_message(params, len(content))
    if message is not None:
        awaited.fault = message
        raise INVALID_ANSWER(message=message)
    awaited.response = {**params, "Body": content}
    return {}


def _content(call: Authorized, params: WriteGetObjectResponseRequestTypeDef) -> Blob:
    body: Payload | bytes | None = params.get("Body")  # type: ignore[assignment]  # what ``wire`` read
    if body is None:
        return EMPTY
    return bodies.read_once(
        body, lambda: call.store.blob((body,) if isinstance(body, bytes) else body.chunks())
    )


def _invalid_message(params: WriteGetObjectResponseRequestTypeDef, size: int) -> str | None:
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
