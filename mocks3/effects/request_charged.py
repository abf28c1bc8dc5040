"""Requester Pays: the response header ``x-amz-request-charged``.

Source: user guide, "Using Requester Pays buckets for storage transfers and usage". Requests without
``x-amz-request-payer`` were refused before (F-90, F-92).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mocks3.wire import operation_model

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Params
    from mocks3.storage import Bucket

DOCUMENT: Final = "requestPayment"


def charged_member(operation: Operation, bucket: Bucket, params: Params) -> Params:
    """Return the member ``RequestCharged`` if the request has ``RequestPayer`` and the output has such a member."""
    if bucket.configurations.get(DOCUMENT, {}).get("Payer") != "Requester":
        return {}
    shape = operation_model(operation.service, operation.name).output_shape
    if params.get("RequestPayer") == "requester" and shape is not None and "RequestCharged" in shape.members:
        return {"RequestCharged": "requester"}
    return {}
