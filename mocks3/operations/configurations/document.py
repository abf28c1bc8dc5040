"""A configuration document of a bucket: one row says what getting, putting and deleting it means.

Rule 1: a row holds everything that one document differs in from the next. Rule 2: a document is checked before it is
stored, stored as it was checked, and replaced, never changed in place. Rule 3: a row says whether the document *does*
anything yet, in words that the docs print; a setting that would let calls through which AWS refuses is refused by its
check with ``NotSupported`` until it acts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.model.operation import operation
from mocks3.model.permissions import BUCKET, Express, Need

if TYPE_CHECKING:
    from mocks3.errors import Row
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

Content = dict[str, Any]
"""A document as boto3 writes it: what stands under the put's member."""

DocumentCheck = Callable[["Authorized", Content], Content | None]
"""Finds a document right and returns it as it is to be stored, None for "as if there were none"; or raises."""

STORED_ONLY = "stored; does not act yet"


def unchanged(call: Authorized, content: Content) -> Content:
    """The check of a document that the model has checked already."""
    return content


class ConfigurationDocument(NamedTuple):
    """One row.

    ``name`` is the sub-resource, under which the bucket keeps it. ``get``, ``put`` and ``delete`` are operations in
    snake case, all names for the same (deprecated generations too); ``reads``, ``writes`` and ``deletes`` the actions
    they need. ``member`` is the put's. ``unset`` is the error of a get when there is none, or the document that
    counts then. ``wrapped`` is the get's member that holds it, None where its members are the answer itself.
    ``shows`` is how a get tells it, where that is not how it is kept. ``acts`` says what it does. ``hands_over`` is
    what a put needs beside, for what the document gives to S3 or lets it make. ``express`` is REGIONAL where directory
    buckets have the document too.
    """

    name: str
    member: str
    read_action: str
    write_action: str
    when_unset: Row | Content
    get: tuple[str, ...] = ()
    put: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    delete_action: str | None = None
    check: DocumentCheck = unchanged
    check_delete: Callable[[Authorized], None] | None = None
    output_member: str | None = None
    format_output: Callable[[Authorized, Content], Content] = unchanged
    put_output: Callable[[Content | None], Content] | None = None
    effect: str = STORED_ONLY
    put_needs: tuple[Need, ...] = ()
    express: Express | None = None

    def register(self) -> None:
        """Enter the document's operations into the register."""
        self._enter(self.get, self.read_action, self.run_get)
        self._enter(self.put, self.write_action, self.run_put, *self.put_needs)
        self._enter(self.delete, self.delete_action or self.write_action, self.run_delete)

    def _enter(
        self, names: tuple[str, ...], action: str, does: Callable[[Authorized, Params], Params], *more: Need
    ) -> None:
        for name in names:

            def run(call: Authorized, params: Params) -> Params:
                return does(call, params)

            run.__name__ = name
            operation(Need(action, BUCKET), *more, express=self.express)(run)

    def run_get(self, call: Authorized, params: Params) -> Params:
        """The document, or what the service says when there is none."""
        content = call.bucket.documents.get(self.name)
        if content is None:
            if not isinstance(self.when_unset, dict):
                raise self.when_unset(BucketName=call.bucket.name)
            content = self.when_unset
        content = self.format_output(call, content)
        return dict(content) if self.output_member is None else {self.output_member: content}

    def run_put(self, call: Authorized, params: Params) -> Params:
        """Check the document and put it in place of any other."""
        content = self.check(call, params.get(self.member) or {})
        with call.store.editing(call.bucket.name) as bucket:
            if content is None:
                bucket.documents.pop(self.name, None)
            else:
                bucket.documents[self.name] = content
        return {} if self.put_output is None else self.put_output(content)

    def run_delete(self, call: Authorized, params: Params) -> Params:
        """Forget the document; that there was none is no error."""
        if self.check_delete is not None:
            self.check_delete(call)
        with call.store.editing(call.bucket.name) as bucket:
            bucket.documents.pop(self.name, None)
        return {}


def given_members(mapping: Mapping[str, Any], *names: str) -> list[str]:
    """Which of the members are there."""
    return [name for name in names if name in mapping]
