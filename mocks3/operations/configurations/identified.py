"""Configurations of which a bucket has many, each with an id: analytics, inventory, metrics, Intelligent-Tiering.

Source: API_PutBucketAnalyticsConfiguration and the pages of the other operations; error messages as recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.errors import MALFORMED_XML, NO_SUCH_CONFIGURATION, TOO_MANY_CONFIGURATIONS, Row
from mocks3.model.operation import operation
from mocks3.model.permissions import BUCKET, Express, Need
from mocks3.operations.configurations.document import STORED_ONLY, Content, documents_of
from mocks3.operations.listing import tokens

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized
    from mocks3.storage import Bucket

MOST = 1000
"""Configurations of one kind in a bucket."""

PAGE = 100
"""Configurations on one page of a list."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""API_MetricsConfiguration. Users reported S3's error for other ids, for inventories too (aws-cdk #27793,
cfn-lint #1550, terraform-provider-aws #25251)."""

IdentifiedCheck = Callable[["Authorized", Content], None]


class IdentifiedConfiguration(NamedTuple):
    """One row. ``noun`` is the word in GetBucket*Noun*Configuration, in snake case.

    ``mismatch`` is the error if the id in the query differs from the id in the body. ``express`` is REGIONAL if
    directory buckets have such configurations too.
    """

    name: str
    noun: str
    member: str
    read_action: str
    write_action: str
    mismatch: Row
    check: IdentifiedCheck
    effect: str = STORED_ONLY
    express: Express | None = None

    def register(self) -> None:
        """Register the four operations."""
        self._register(f"get_bucket_{self.noun}_configuration", self.read_action, self.run_get)
        self._register(f"put_bucket_{self.noun}_configuration", self.write_action, self.run_put)
        self._register(f"delete_bucket_{self.noun}_configuration", self.write_action, self.run_delete)
        self._register(f"list_bucket_{self.noun}_configurations", self.read_action, self.run_list)

    def _register(self, name: str, action: str, handler: Callable[[Authorized, Params], Params]) -> None:
        def run(call: Authorized, params: Params) -> Params:
            return handler(call, params)

        run.__name__ = name
        operation(Need(action, BUCKET), express=self.express)(run)

    def _all(self, bucket: Bucket) -> dict[str, Content]:
        found: dict[str, Content] = documents_of(bucket).get(self.name, {})
        return found

    def run_get(self, call: Authorized, params: Params) -> Params:
        """Return one configuration. Raises ``NoSuchConfiguration``."""
        content = self._all(call.bucket).get(params["Id"])
        if content is None:
            raise NO_SUCH_CONFIGURATION()
        return {self.member: content}

    def run_put(self, call: Authorized, params: Params) -> Params:
        """Add a configuration, or replace the one with its id."""
        content = params[self.member]
        if content["Id"] != params["Id"]:
            raise self.mismatch()
        if not _ID.fullmatch(content["Id"]):
            raise MALFORMED_XML()
        self.check(call, content)
        with call.store.editing(call.bucket.name) as bucket:
            present = self._all(bucket)
            if content["Id"] not in present and len(present) >= MOST:
                raise TOO_MANY_CONFIGURATIONS()
            documents_of(bucket)[self.name] = {**present, content["Id"]: content}
        return {}

    def run_delete(self, call: Authorized, params: Params) -> Params:
        """Delete a configuration. Raises ``NoSuchConfiguration`` if there is none with this id."""
        with call.store.editing(call.bucket.name) as bucket:
            present = self._all(bucket)
            if params["Id"] not in present:
                raise NO_SUCH_CONFIGURATION()
            rest = {name: content for name, content in present.items() if name != params["Id"]}
            documents_of(bucket)[self.name] = rest
        return {}

    def run_list(self, call: Authorized, params: Params) -> Params:
        """Return a page of the configurations, in the order of their ids."""
        token = params.get("ContinuationToken")
        listing = (self.name, call.bucket.name)
        after = "" if token is None else tokens.read(listing, token)
        present = self._all(call.bucket)
        ids = sorted((name for name in present if name > after), key=str.encode)
        page = ids[:PAGE]
        answer: dict[str, Any] = {
            "IsTruncated": len(ids) > PAGE,
            "ContinuationToken": token,
            f"{self.member}List": [present[name] for name in page],
        }
        if len(ids) > PAGE:
            answer["NextContinuationToken"] = tokens.issue(listing, page[-1])
        return answer
