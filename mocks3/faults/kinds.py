"""The kinds of faults, and what each does to a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from mocks3.errors import INTERNAL_ERROR, REQUEST_TIMEOUT, SERVICE_UNAVAILABLE, SLOW_DOWN, Mocks3Error, Row
from mocks3.model.messages import Streamable, WireResponse


class ConnectionLost(OSError):
    """The connection ends before the client has the answer.

    Interceptors raise the error that their library raises for it.

    Attributes:
        fault: The fault: :class:`ConnectionReset`, :class:`ConnectTimeout` or :class:`ReadTimeout`.
    """

    def __init__(self, fault: CallFault) -> None:
        super().__init__(f"injected by aws.faults: {fault}")
        self.fault = fault


class CallFault:
    """A fault. Its subclasses are the kinds.

    Attributes:
        is_of_body: Whether the fault changes the body of an answer. Answers without a body do not get it.
        seconds: The time that passes before the answer, in seconds.
    """

    is_of_body: ClassVar[bool] = False
    seconds: float = 0.0

    def before(self) -> None:
        """Act before the operation is authorized and executed.

        Raises:
            S3Error: The answer, in place of the operation's.
            ConnectionLost: The request does not arrive.
        """

    def after(self, answer: WireResponse) -> WireResponse:
        """Act after the operation was executed.

        Returns:
            The answer that the client gets.

        Raises:
            ConnectionLost: The answer does not arrive.
        """
        return answer

    @property
    def name(self) -> str:
        """The name of the kind."""
        return type(self).__name__

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{self.name}({given})" if given else self.name


class _ErrorAnswer(CallFault):
    """An error of S3. The operation is not executed."""

    row: ClassVar[Row]

    def before(self) -> None:
        raise self.row()


class SlowDown(_ErrorAnswer):
    """503 SlowDown: the caller sends too many requests (ErrorResponses)."""

    row = SLOW_DOWN


class ServiceUnavailable(_ErrorAnswer):
    """503 ServiceUnavailable (ErrorResponses)."""

    row = SERVICE_UNAVAILABLE


class InternalError(_ErrorAnswer):
    """500 InternalError (ErrorResponses)."""

    row = INTERNAL_ERROR


class RequestTimeout(_ErrorAnswer):
    """400 RequestTimeout: S3 did not receive the body in time (ErrorResponses)."""

    row = REQUEST_TIMEOUT


class ConnectionReset(CallFault):
    """The connection is reset.

    Args:
        executed: True if S3 executes the operation and only the answer is lost. Default: the request is lost.
    """

    def __init__(self, executed: bool = False) -> None:
        if type(executed) is not bool:
            raise Mocks3Error(f"executed must be True or False, not {executed!r}")
        self.executed = executed

    def before(self) -> None:
        if not self.executed:
            raise ConnectionLost(self)

    def after(self, answer: WireResponse) -> WireResponse:
        raise ConnectionLost(self)


class ConnectTimeout(CallFault):
    """The connection is not made in time. The request is lost."""

    def before(self) -> None:
        raise ConnectionLost(self)


class ReadTimeout(CallFault):
    """S3 executes the operation, but the answer does not arrive before the client's timeout."""

    def after(self, answer: WireResponse) -> WireResponse:
        raise ConnectionLost(self)


class Latency(CallFault):
    """The answer arrives late.

    If the read timeout of a boto3 or aiobotocore client is shorter, the client raises ``ReadTimeoutError``. Otherwise
    the clock of the mock advances, and the process does not wait. Clients of a server really wait.

    Args:
        seconds: The delay in seconds: more than 0, less than a day.

    Raises:
        Mocks3Error: The number is not valid.
    """

    def __init__(self, seconds: float) -> None:
        if type(seconds) not in (int, float) or not 0 < seconds < _DAY:
            raise Mocks3Error(f"seconds must be more than 0 and less than {_DAY}, not {seconds!r}")
        self.seconds = seconds


_DAY = 86_400


class TruncatedBody(CallFault):
    """The connection ends in the middle of the body of an answer.

    Args:
        length: The number of bytes that arrive. Default: half of the body.
    """

    is_of_body = True

    def __init__(self, length: int | None = None) -> None:
        if length is not None and (type(length) is not int or length < 0):
            raise Mocks3Error(f"length must be a number of bytes, 0 or more, not {length!r}")
        self.length = length

    def after(self, answer: WireResponse) -> WireResponse:
        half = len(answer.body) // 2
        return answer._replace(
            body=TruncatedAnswer(answer.body, half if self.length is None else self.length)
        )


class CorruptedBody(CallFault):
    """One bit in the middle of the body of an answer is changed."""

    is_of_body = True

    def after(self, answer: WireResponse) -> WireResponse:
        return answer._replace(body=_Corrupted(answer.body))


class TruncatedAnswer:
    """A body that ends too early. Its declared length is that of the whole body."""

    def __init__(self, body: bytes | Streamable, length: int) -> None:
        self._body = body
        self._length = min(length, max(len(body) - 1, 0))

    def __len__(self) -> int:
        return len(self._body)

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces that arrive."""
        left = self._length
        for piece in _pieces(self._body):
            if left <= 0:
                return
            yield piece[:left]
            left -= len(piece)


class _Corrupted:
    """A body with one wrong bit."""

    def __init__(self, body: bytes | Streamable) -> None:
        self._body = body

    def __len__(self) -> int:
        return len(self._body)

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces."""
        place, middle = 0, len(self._body) // 2
        for piece in _pieces(self._body):
            if place <= middle < place + len(piece):
                changed = bytearray(piece)
                changed[middle - place] ^= 1
                yield bytes(changed)
            else:
                yield piece
            place += len(piece)


def _pieces(body: bytes | Streamable) -> Iterator[bytes | memoryview]:
    return iter((body,)) if isinstance(body, bytes) else iter(body.chunks())
