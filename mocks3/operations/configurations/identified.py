"""Configurations of which a bucket has many, each under an id of its owner's: analytics, inventory, metrics, tiering.

Source: API_PutBucketAnalyticsConfiguration and its neighbours; sentences as recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.errors import MALFORMED_XML, NO_SUCH_CONFIGURATION, TOO_MANY_CONFIGURATIONS, Row
from mocks3.model.operation import operation
from mocks3.model.permissions import BUCKET, Express, Need
from mocks3.operations.configurations.document import STORED_ONLY, Content
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
"""API_MetricsConfiguration; what the service answers to others is known from callers' reports (aws-cdk #27793,
cfn-lint #1550, terraform-provider-aws #25251), of inventories too."""

IdentifiedCheck = Callable[["Authorized", Content], None]


class IdentifiedConfiguration(NamedTuple):
    """One row: ``noun`` as in GetBucket*Noun*Configuration, in snake case; ``mismatch`` the error for two ids.

    ``express`` is REGIONAL where directory buckets have such configurations too.
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
        """Enter the four operations into the register."""
        self._enter(f"get_bucket_{self.noun}_configuration", self.read_action, self.run_get)
        self._enter(f"put_bucket_{self.noun}_configuration", self.write_action, self.run_put)
        self._enter(f"delete_bucket_{self.noun}_configuration", self.write_action, self.run_delete)
        self._enter(f"list_bucket_{self.noun}_configurations", self.read_action, self.run_list)

    def _enter(self, name: str, action: str, does: Callable[[Authorized, Params], Params]) -> None:
        def run(call: Authorized, params: Params) -> Params:
            return does(call, params)

        run.__name__ = name
        operation(Need(action, BUCKET), express=self.express)(run)

    def _all(self, bucket: Bucket) -> dict[str, Content]:
        found: dict[str, Content] = bucket.documents.get(self.name, {})
        return found

    def run_get(self, call: Authorized, params: Params) -> Params:
        """One configuration. Raises ``NoSuchConfiguration``."""
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
            bucket.documents[self.name] = {**present, content["Id"]: content}
        return {}

    def run_delete(self, call: Authorized, params: Params) -> Params:
        """Remove a configuration. Raises ``NoSuchConfiguration``, the second time too."""
        with call.store.editing(call.bucket.name) as bucket:
            present = self._all(bucket)
            if params["Id"] not in present:
                raise NO_SUCH_CONFIGURATION()
            rest = {name: content for name, content in present.items() if name != params["Id"]}
            bucket.documents[self.name] = rest
        return {}

    def run_list(self, call: Authorized, params: Params) -> Params:
        """A page of the configurations, in the order of their ids."""
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
