"""Requester Pays: the header that says that the requester was charged.

Source: user guide, "Using Requester Pays buckets for storage transfers and usage" (``x-amz-request-charged``). Who does
not say that he pays does not come so far (F-90, F-92).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3.wire import operation_model

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.parsed import Params
    from mocks3.storage import Bucket

DOCUMENT = "requestPayment"


def charged_member(operation: Operation, bucket: Bucket, params: Params) -> Params:
    """The member of an answer to whoever said that he pays, where the operation has one."""
    if (bucket.documents.get(DOCUMENT) or {}).get("Payer") != "Requester":
        return {}
    shape = operation_model(operation.service, operation.name).output_shape
    told = (
        params.get("RequestPayer") == "requester" and shape is not None and "RequestCharged" in shape.members
    )
    return {"RequestCharged": "requester"} if told else {}
