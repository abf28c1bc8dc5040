"""The static website endpoint: the response to a path is an object, a redirect or an error page.

Source: user guide, "Website endpoints", "Configuring an index document", "Configuring a custom error document",
"Configuring a webpage redirect"; recorded pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from mocks3.wire.query import as_header

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import RoutingRuleTypeDef, WebsiteConfigurationTypeDef

    from mocks3.storage import Bucket

Handler = Callable[[WireRequest], WireResponse]
"""A function that answers a request to the REST endpoint, or raises ``S3Error``."""

HOME = "https://aws.amazon.com/s3/"
"""The redirect for requests without a bucket."""

_REDIRECT = "x-amz-website-redirect-location"
_CONDITIONAL_HEADERS = ("range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def parsed_website_request(world: World, request: WireRequest) -> Parsed | None:
    """Return a website request in the form that logs need, None if its path is not valid.

    Its key is that of the index document, if the path names a folder.
    """
    try:
        address = wire.address_of(request)
    except S3Error:  # the path is not UTF-8
        return None
    bucket = world.store.bucket(address.bucket or "")
    site = {} if bucket is None else bucket.configurations.get("website") or {}
    if "IndexDocument" in site:
        address = address._replace(key=_key_of(site, address.key or ""))
    return Parsed(request, "s3", VISIT, address, {}, None)


def _key_of(site: WebsiteConfigurationTypeDef, key: str) -> str:
    return key + site["IndexDocument"]["Suffix"] if not key or key.endswith("/") else key


def serve_website(world: World, request: WireRequest, handler: Handler) -> WireResponse:
    """Answer a request to the website endpoint."""
    address = wire.address_of(request)
    if address.bucket is None:
        return wire.empty_response({"Location": HOME}, 301)
    try:
        bucket = _bucket(world, request, address)
    except S3Error as error:
        return wire.serialize_error_page(request, error)
    site = bucket.configurations["website"]
    return WebsiteRequest(request, bucket, site, address.key or "", handler).answer()


def _bucket(world: World, request: WireRequest, address: Address) -> Bucket:
    if request.method not in ("GET", "HEAD"):
        raise METHOD_NOT_ALLOWED(Method=request.method, ResourceType="OBJECT")
    bucket = world.store.bucket(address.bucket or "")
    if bucket is None:
        raise NO_SUCH_BUCKET(BucketName=address.bucket)
    if address.region is not None and address.region != bucket.region:
        raise INCORRECT_ENDPOINT(Endpoint=request.host.replace(address.region, bucket.region))
    if "website" not in bucket.configurations:
        raise NO_SUCH_WEBSITE(BucketName=bucket.name)
    return bucket


@dataclass(frozen=True, slots=True)
class WebsiteRequest:
    """A request to a website bucket. ``key`` is the path without the first slash."""

    request: WireRequest
    bucket: Bucket
    site: WebsiteConfigurationTypeDef
    key: str
    handler: Handler

    def answer(self) -> WireResponse:
        """Return the object of the path, a redirect, or an error page."""
        everything = self.site.get("RedirectAllRequestsTo")
        rule = self._rule(None)
        if everything is not None:
            rule = {"Redirect": everything}  # type: ignore[assignment]  # its members are those of a Redirect
        if rule is not None:
            return self._redirect_response(rule)
        index = self.site["IndexDocument"]["Suffix"]
        try:
            found = self._read(_key_of(self.site, self.key), self.request.method)
        except S3Error as error:
            return self._error_response(error, index)
        redirect = found.headers.get(_REDIRECT)
        return found if redirect is None else wire.empty_response({"Location": redirect}, 301)

    def _error_response(self, error: S3Error, index: str) -> WireResponse:
        if self._is_folder(error, index):
            return wire.serialize_error_page(
                self.request, FOUND({"Location": f"/{routing.path_of(self.key)}/"})
            )
        rule = self._rule(error.status)
        if rule is not None:
            return self._redirect_response(rule)
        document = self.site.get("ErrorDocument")
        if document is None or not 400 <= error.status < 500:
            return wire.serialize_error_page(self.request, error)
        try:
            shown = self._read(document["Key"], self.request.method, is_requested=False)
        except S3Error as second:
            return wire.serialize_error_page(self.request, error, second)
        return shown._replace(status=error.status, headers={**shown.headers, **wire.error_headers(error)})

    def _is_folder(self, error: S3Error, index: str) -> bool:
        """Return whether a missing key is a folder: an index document exists below the key and a slash."""
        if error.status not in (403, 404) or not self.key or self.key.endswith("/"):
            return False
        try:
            self._read(f"{self.key}/{index}", "HEAD", is_requested=False)
        except S3Error:
            return False
        return True

    def _read(self, key: str, method: str, is_requested: bool = True) -> WireResponse:
        """Read a key as the anonymous caller.

        Range and conditional headers are dropped if the key is not the requested object (``is_requested``).
        """
        dropped = () if is_requested else _CONDITIONAL_HEADERS
        headers = {
            name: text
            for name, text in self.request.headers.items()
            if name not in dropped and name != "authorization" and not name.startswith("x-amz-")
        }
        host = f"s3.{self.bucket.region}.amazonaws.com"
        path = f"/{self.bucket.name}/{routing.path_of(key)}"
        return self.handler(
            self.request._replace(method=method, host=host, path=path, query="", headers=headers, bucket=None)
        )

    def _rule(self, status: int | None) -> RoutingRuleTypeDef | None:
        return routing.first_rule(self.site.get("RoutingRules", ()), self.key, status)

    def _redirect_response(self, rule: RoutingRuleTypeDef) -> WireResponse:
        request = self.request
        to = routing.redirect_location(rule, self.key, request.scheme, request.host, request.query)
        return wire.empty_response({"Location": as_header(to)}, routing.redirect_status(rule))
