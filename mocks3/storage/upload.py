"""Multipart uploads: one in progress, and the record of one that has ended.

Rule 1: everything except the parts is fixed at the start of the upload. It is in ``draft``, the version without a body.
Rule 2: each part number has one part, the one that was put last.
Rule 3: the record of an ended upload has no bytes. It exists because S3 responds differently to the id of an ended
upload and to an id that was never issued (M-16).
"""

from __future__ import annotations

import copy
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
    """A multipart upload in progress.

    ``sequence`` is its position in the order of all writes. ``edit`` is the token of the edit that may change it in
    place. ``checksum_algorithm``, ``requested_encryption`` and ``requested_kms_key`` are None unless the request named
    them. ``conflicted`` becomes true if its key is written or deleted during the upload. A conditional completion then
    gets ``ConditionalRequestConflict``.
    """

    __slots__ = (
        "_parts",
        "checksum_algorithm",
        "conflicted",
        "draft",
        "edit",
        "id",
        "initiated",
        "initiator",
        "requested_encryption",
        "requested_kms_key",
        "sequence",
    )

    def __init__(
        self,
        edit: object,
        id: str,
        draft: Version,
        initiator: Initiator,
        initiated: datetime,
        sequence: int,
        checksum_algorithm: str | None = None,
        requested_encryption: str | None = None,
        requested_kms_key: str | None = None,
    ) -> None:
        self.edit = edit
        self.id = id
        self.draft = draft
        self.initiator = initiator
        self.initiated = initiated
        self.sequence = sequence
        self.checksum_algorithm = checksum_algorithm
        self.requested_encryption = requested_encryption
        self.requested_kms_key = requested_kms_key
        self.conflicted = False
        self._parts: Any = SortedDict()

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def owner(self) -> Owner:
        """Return the owner of the future object (M-18)."""
        return self.draft.owner

    @property
    def parts(self) -> Mapping[int, Part]:
        """Return the parts by number, in ascending order. Only ``Bucket.put_part`` changes them."""
        parts: Mapping[int, Part] = self._parts
        return parts

    def copy(self, edit: object) -> Upload:
        copied = copy.copy(self)
        copied.edit = edit
        copied._parts = self._parts.copy()
        return copied

    def put(self, part: Part) -> None:
        """Store ``part``. It replaces a part with the same number."""
        self._parts[part.number] = part

    def release(self) -> None:
        """Delete the parts of an ended upload, so that references to the upload do not keep its bytes in memory."""
        self._parts = SortedDict()

    def page(self, after: int, limit: int) -> Page[Part]:
        """Return the parts with numbers above ``after``: O(page · log n)."""
        if limit <= 0:
            return Page()
        numbers = list(islice(self._parts.irange(after, inclusive=(False, True)), limit + 1))
        return Page([self._parts[number] for number in numbers[:limit]], truncated=len(numbers) > limit)


@dataclass(frozen=True, slots=True)
class EndedUpload:
    """The record of an upload that was completed or aborted.

    After a completion it has the ``version_id`` and the ``etag`` of the object, and the (number, etag) of each part
    used. An aborted upload has none of these.
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
        """Return whether the upload was completed; otherwise it was aborted."""
        return self.version_id is not None
