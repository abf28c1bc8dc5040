"""Event streams, as botocore decodes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EventStreamError

from mocks3 import wire
from mocks3.errors import S3Error

from .wires import asked, receive


def stream(events: Any) -> Any:
    answer = wire.serialize(asked("s3", "SelectObjectContent"), {"Payload": events})
    assert answer.headers["Content-Type"] == "application/vnd.amazon.eventstream"
    return receive("s3", "SelectObjectContent", answer)["Payload"]


def test_botocore_decodes_the_events() -> None:
    details = {"BytesScanned": 10, "BytesProcessed": 10, "BytesReturned": 5}
    events = [{"Records": {"Payload": b"a,b\n"}}, {"Cont": {}}, {"Stats": {"Details": details}}, {"End": {}}]
    assert list(stream(iter(events))) == events


def test_an_error_ends_the_stream() -> None:
    def events() -> Iterator[dict[str, Any]]:
        yield {"Records": {"Payload": b"a"}}
        raise S3Error("CastFailed", 400, "Attempt to convert from one data type to another failed.")

    found = iter(stream(events()))
    assert next(found) == {"Records": {"Payload": b"a"}}
    with pytest.raises(EventStreamError, match="CastFailed"):
        next(found)
