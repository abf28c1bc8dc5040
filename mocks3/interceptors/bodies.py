"""What a client sends as a body to S3, looked at before botocore takes it apart.

botocore refuses a Body of another type unless it was told not to validate parameters
(``Config(parameter_validation=False)``). Then a number or a list would reach its checksums and signers, and fail there
without a name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from mocks3.errors import Mocks3Error


def check_body(params: Mapping[str, Any], model: Any, **_: object) -> None:
    """Handle ``before-call``: refuse a body that is neither bytes, text, a file-like object nor a generator.

    Raises:
        Mocks3Error: It names the operation, the member and the type.
    """
    shape = model.input_shape
    payload = None if shape is None else shape.serialization.get("payload")
    if payload is None or shape.members[payload].type_name not in ("blob", "string"):
        return
    body = params["body"]
    if isinstance(body, bytes | bytearray | str | Iterator | AsyncIterator) or hasattr(body, "read"):
        return
    raise Mocks3Error(
        f"{payload} of {model.name} is bytes, text or a file-like object, not {type(body).__name__} ({body!r:.100})"
    )
