"""What a load did not understand, and what it assumed."""

from __future__ import annotations

from mocks3.load.descriptions import FilePlace, Unread


class Notes:
    """Collects ``unread`` and ``assumed`` of a load, each once."""

    def __init__(self) -> None:
        self._unread: dict[Unread, None] = {}
        self._assumed: dict[str, None] = {}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What was not understood, in the order of the files."""
        return tuple(self._unread)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed, because no file says it: one sentence each."""
        return tuple(self._assumed)

    def skip(self, what: str, place: FilePlace, reason: str) -> None:
        """Note something that was not understood, or that the files lack."""
        self._unread[Unread(what, place, reason)] = None

    def extend(self, unread: tuple[Unread, ...]) -> None:
        """Note what a reader did not understand."""
        self._unread |= dict.fromkeys(unread)

    def assume(self, sentence: str) -> None:
        """Note an assumption."""
        self._assumed[sentence] = None
