"""Check the body of an S3 call before botocore processes it.

botocore rejects a Body of another type unless parameter validation is off (``Config(parameter_validation=False)``).
Then a number or a list would reach its checksums and signers, and fail there without naming the parameter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from botocore.model import OperationModel


def check_body(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
    """Handle ``before-call``: reject a body that is not bytes, text, a file-like object or a generator.

    Raises:
        Mocks3Error: It names the operation, the parameter and the type.
    """
    shape = model.input_shape
    payload = None if shape is None else shape.serialization.get("payload")
    if payload is None or shape.members[payload].type_name not in ("blob", "string"):
        return
    body = params["body"]
    if isinstance(body, bytes | bytearray | str | Iterator | AsyncIterator) or hasattr(body, "read"):
        return
    raise Mocks3Error(
        f"{payload} of {model.name} must be bytes, text or a file-like object, "
        f"not {type(body).__name__} ({body!r:.100})"
    )
