"""Multipart uploads: one under way, and what is remembered of one that ended.

Rule 1: everything but the parts is fixed when the upload begins; it stands in ``draft``, the version-to-be.
Rule 2: a part number holds one part, the one put last.
Rule 3: an ended upload keeps who and what it was, but no bytes (M-16: its id is answered
differently from one that was never issued).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sortedcontainers import SortedDict

from mocks3.storage.page import Page
from mocks3.storage.values import Initiator, Owner
from mocks3.storage.version import Part, Version


class Upload:
    """A multipart upload under way.

    ``sequence`` is its place in the order of all writes, ``edit`` the token of the edit that may change it in
    place. ``conflicted`` turns true when its key is written or deleted while it is under way (a conditional
    completion then answers ``ConditionalRequestConflict``).
    """

    __slots__ = ("_parts", "conflicted", "draft", "edit", "id", "initiated", "initiator", "sequence")

    def __init__(
        self, edit: object, id: str, draft: Version, initiator: Initiator, initiated: datetime, sequence: int
    ) -> None:
        self.edit = edit
        self.id = id
        self.draft = draft
        self.initiator = initiator
        self.initiated = initiated
        self.sequence = sequence
        self.conflicted = False
        self._parts: Any = SortedDict()

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def owner(self) -> Owner:
        """Who will own the object (M-18)."""
        return self.draft.owner

    @property
    def parts(self) -> Mapping[int, Part]:
        """The parts by number, in ascending order. To look at; ``Bucket.put_part`` changes them."""
        parts: Mapping[int, Part] = self._parts
        return parts

    def copy(self, edit: object) -> Upload:
        twin = Upload(edit, self.id, self.draft, self.initiator, self.initiated, self.sequence)
        twin.conflicted = self.conflicted
        twin._parts = self._parts.copy()
        return twin

    def put(self, part: Part) -> None:
        """Hold ``part`` under its number, in place of any other."""
        self._parts[part.number] = part

    def release(self) -> None:
        """Let the parts go: the upload has ended, and whoever still remembers it must not hold its bytes."""
        self._parts = SortedDict()

    def page(self, after: int, limit: int) -> Page[Part]:
        """The parts with numbers above ``after``: O(page · log n)."""
        if limit <= 0:
            return Page()
        numbers = list(islice(self._parts.irange(after, inclusive=(False, True)), limit + 1))
        return Page([self._parts[number] for number in numbers[:limit]], truncated=len(numbers) > limit)


@dataclass(frozen=True, slots=True)
class EndedUpload:
    """What is remembered of an upload that was completed or aborted.

    After a completion: ``version_id`` and ``etag`` of what came of it, and the (number, etag) of each part used;
    an aborted upload has none of these.
    """

    id: str
    key: str
    initiator: Initiator
    owner: Owner
    initiated: datetime
    sequence: int
    version_id: str | None = None
    etag: str | None = None
    parts: tuple[tuple[int, str], ...] = ()

    @property
    def completed(self) -> bool:
        """Whether it became an object; if not, it was aborted."""
        return self.version_id is not None
