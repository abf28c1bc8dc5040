"""A configuration document of a bucket: one row defines how to get, put and delete it.

Rule 1: the row contains every difference between one document and another. Rule 2: a document is checked before it is
stored, and the checked form is stored. A stored document is replaced, never changed in place. Rule 3: the row says what
effect the document has, in words that the docs print. If a setting has no effect yet and ignoring it would allow calls
that AWS refuses, its check raises ``NotSupported``.
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
    from mocks3.storage import Bucket

Content = dict[str, Any]
"""A document as boto3 writes it: the value of the put operation's member."""

DocumentCheck = Callable[["Authorized", Content], Content | None]
"""Check a document and return the form to store, or None to delete the stored one; raise if it is not valid."""

STORED_ONLY = "stored; has no effect yet"


def documents_of(bucket: Bucket) -> dict[str, Any]:
    """Return the documents of a bucket as a dict, because a row knows its name only at run time."""
    return bucket.configurations  # type: ignore[return-value]


def unchanged(call: Authorized, content: Content) -> Content:
    """Return the document: the botocore model has checked it already."""
    return content


class ConfigurationDocument(NamedTuple):
    """One row.

    ``name`` is the subresource and the key in ``Bucket.configurations``. ``get``, ``put`` and ``delete`` are operation
    names in snake case, including deprecated names of the same operation. ``read_action``, ``write_action`` and
    ``delete_action`` are the actions they need. ``member`` is the put's input member. ``when_unset`` is the error of a
    get if there is no document, or the document it returns then. ``output_member`` is the get's output member, None if
    the document's members are the output itself. ``format_output`` and ``put_output`` make the output of a get and of a
    put. ``effect`` describes what the document does. ``put_needs`` are further permissions of a put, for what the
    document passes to S3 or lets S3 create. ``express`` is REGIONAL if directory buckets have the document too.
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
        """Register the document's operations."""
        self._register(self.get, self.read_action, self.run_get)
        self._register(self.put, self.write_action, self.run_put, *self.put_needs)
        self._register(self.delete, self.delete_action or self.write_action, self.run_delete)

    def _register(
        self,
        names: tuple[str, ...],
        action: str,
        handler: Callable[[Authorized, Params], Params],
        *more: Need,
    ) -> None:
        for name in names:

            def run(call: Authorized, params: Params) -> Params:
                return handler(call, params)

            run.__name__ = name
            operation(Need(action, BUCKET), *more, express=self.express)(run)

    def run_get(self, call: Authorized, params: Params) -> Params:
        """Return the document, its default, or raise the error for a missing document."""
        content = documents_of(call.bucket).get(self.name)
        if content is None:
            if not isinstance(self.when_unset, dict):
                raise self.when_unset(BucketName=call.bucket.name)
            content = self.when_unset
        content = self.format_output(call, content)
        return dict(content) if self.output_member is None else {self.output_member: content}

    def run_put(self, call: Authorized, params: Params) -> Params:
        """Check the document and replace the stored one."""
        content = self.check(call, params.get(self.member) or {})
        with call.store.editing(call.bucket.name) as bucket:
            if content is None:
                documents_of(bucket).pop(self.name, None)
            else:
                documents_of(bucket)[self.name] = content
        return {} if self.put_output is None else self.put_output(content)

    def run_delete(self, call: Authorized, params: Params) -> Params:
        """Delete the document. It is no error if there is none."""
        if self.check_delete is not None:
            self.check_delete(call)
        with call.store.editing(call.bucket.name) as bucket:
            documents_of(bucket).pop(self.name, None)
        return {}


def given_members(mapping: Mapping[str, object], *names: str) -> list[str]:
    """Return those of the names that the mapping contains."""
    return [name for name in names if name in mapping]
