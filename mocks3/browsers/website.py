"""The static website endpoint: from a path to an object, a redirect or a page that says why not.

Source: user guide, "Website endpoints", "Configuring an index document", "Configuring a custom error document",
"Configuring a webpage redirect"; recorded pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocks3 import wire
from mocks3.browsers import routing
from mocks3.errors import (
    FOUND,
    INCORRECT_ENDPOINT,
    METHOD_NOT_ALLOWED,
    NO_SUCH_BUCKET,
    NO_SUCH_WEBSITE,
    S3Error,
)
from mocks3.model.messages import WireRequest, WireResponse
from mocks3.model.parsed import VISIT, Address, Parsed
from mocks3.model.world import World

if TYPE_CHECKING:
    from mocks3.storage import Bucket

Handler = Callable[[WireRequest], WireResponse]
"""Answers a request to the REST endpoint, or raises what went wrong with it."""

HOME = "https://aws.amazon.com/s3/"
"""Where the endpoint leads who names no bucket."""

_REDIRECT = "x-amz-website-redirect-location"
_ABOUT_THE_OBJECT = ("range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def parsed_website_request(world: World, request: WireRequest) -> Parsed | None:
    """A request to the endpoint as logs see it: its key is the index document's where that is what was asked for."""
    try:
        address = wire.address_of(request)
    except S3Error:  # the path is not UTF-8
        return None
    bucket = world.store.bucket(address.bucket or "")
    site = {} if bucket is None else bucket.documents.get("website") or {}
    if "IndexDocument" in site:
        address = address._replace(key=_key_of(site, address.key or ""))
    return Parsed(request, "s3", VISIT, address, {}, None)


def _key_of(site: Mapping[str, Any], key: str) -> str:
    return key + site["IndexDocument"]["Suffix"] if not key or key.endswith("/") else key


def serve_website(world: World, request: WireRequest, ask: Handler) -> WireResponse:
    """Answer a request to the website endpoint."""
    address = wire.address_of(request)
    if address.bucket is None:
        return wire.empty({"Location": HOME}, 301)
    try:
        bucket = _bucket(world, request, address)
    except S3Error as error:
        return wire.serialize_page(request, error)
    site = bucket.documents["website"]
    return WebsiteRequest(request, bucket, site, address.key or "", ask).answer()


def _bucket(world: World, request: WireRequest, address: Address) -> Bucket:
    if request.method not in ("GET", "HEAD"):
        raise METHOD_NOT_ALLOWED(Method=request.method, ResourceType="OBJECT")
    bucket = world.store.bucket(address.bucket or "")
    if bucket is None:
        raise NO_SUCH_BUCKET(BucketName=address.bucket)
    if address.region is not None and address.region != bucket.region:
        raise INCORRECT_ENDPOINT(Endpoint=request.host.replace(address.region, bucket.region))
    if "website" not in bucket.documents:
        raise NO_SUCH_WEBSITE(BucketName=bucket.name)
    return bucket


@dataclass(frozen=True, slots=True)
class WebsiteRequest:
    """A request for ``key``, the path without its first slash, of a bucket that is a website."""

    request: WireRequest
    bucket: Bucket
    site: Mapping[str, Any]
    key: str
    ask: Handler

    def answer(self) -> WireResponse:
        """The object that the path means, or where it is to be found, or why it is not."""
        everything = self.site.get("RedirectAllRequestsTo")
        rule = {"Redirect": everything} if everything else self._rule(None)
        if rule is not None:
            return self._redirected(rule)
        index = self.site["IndexDocument"]["Suffix"]
        try:
            found = self._get(_key_of(self.site, self.key), self.request.method)
        except S3Error as error:
            return self._failed(error, index)
        elsewhere = found.headers.get(_REDIRECT)
        return found if elsewhere is None else wire.empty({"Location": elsewhere}, 301)

    def _failed(self, error: S3Error, index: str) -> WireResponse:
        if self._is_folder(error, index):
            return wire.serialize_page(self.request, FOUND({"Location": f"/{routing.path_of(self.key)}/"}))
        rule = self._rule(error.status)
        if rule is not None:
            return self._redirected(rule)
        document = self.site.get("ErrorDocument")
        if document is None or not 400 <= error.status < 500:
            return wire.serialize_page(self.request, error)
        try:
            shown = self._get(document["Key"], self.request.method, about_itself=False)
        except S3Error as second:
            return wire.serialize_page(self.request, error, second)
        return shown._replace(status=error.status, headers={**shown.headers, **wire.error_headers(error)})

    def _is_folder(self, error: S3Error, index: str) -> bool:
        """Whether a key that is not there would be, had the visitor added a slash to it."""
        if error.status not in (403, 404) or not self.key or self.key.endswith("/"):
            return False
        try:
            self._get(f"{self.key}/{index}", "HEAD", about_itself=False)
        except S3Error:
            return False
        return True

    def _get(self, key: str, method: str, about_itself: bool = True) -> WireResponse:
        """What an anonymous caller gets for a key; conditions are about what the visitor asked for alone."""
        dropped = () if about_itself else _ABOUT_THE_OBJECT
        headers = {
            name: text
            for name, text in self.request.headers.items()
            if name not in dropped and name != "authorization" and not name.startswith("x-amz-")
        }
        host = f"s3.{self.bucket.region}.amazonaws.com"
        path = f"/{self.bucket.name}/{routing.path_of(key)}"
        return self.ask(
            self.request._replace(method=method, host=host, path=path, query="", headers=headers, bucket=None)
        )

    def _rule(self, status: int | None) -> routing.RoutingRule | None:
        return routing.first_rule(self.site.get("RoutingRules", ()), self.key, status)

    def _redirected(self, rule: routing.RoutingRule) -> WireResponse:
        request = self.request
        to = routing.redirect_location(rule, self.key, request.scheme, request.host, request.query)
        return wire.empty({"Location": to}, routing.redirect_status(rule))
