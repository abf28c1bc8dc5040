"""PostObject: an upload from an HTML form. It writes like PutObject; fields of the form choose the response.

Source: RESTObjectPOST ("Response"); HTTPPOSTForms ("success_action_redirect", "success_action_status").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ZONAL_WRITE
from mocks3.model.stages import Authorized
from mocks3.operations.objects.put import PUT_NEEDS, put_object
from mocks3.rules.finding import check_key_and_version
from mocks3.wire.query import as_header

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import PutObjectRequestTypeDef

STATUSES = {"200": 200, "201": 201, "204": 204}
"""The allowed values of ``success_action_status``. The response to any other value is 204."""


@operation(*PUT_NEEDS, syntax=check_key_and_version, express=ZONAL_WRITE)
def post_object(call: Authorized, params: PutObjectRequestTypeDef) -> Params:
    """Write the file of a form. The form chooses the response: a redirect, a document (201) or an empty response.

    Raise an error of :func:`.put_object`, or ``MalformedXML`` for malformed tags. After an error nothing is written.
    """
    form = call.parsed.form
    assert form is not None, "only a form is parsed as PostObject"
    if form.fault is not None:
        raise form.fault
    written = put_object(call, params)
    redirect = _redirect(call, written["ETag"], form.fields)
    if redirect is not None:
        return {**written, "Location": as_header(redirect), "ResponseMetadata": {"HTTPStatusCode": 303}}
    status = STATUSES.get(form.fields.get("success_action_status", ""), 204)
    location = _location(call)
    output = {**written, "Location": location, "ResponseMetadata": {"HTTPStatusCode": status}}
    if status == 201:
        output["PostResponse"] = {
            "Location": location,
            "Bucket": call.bucket.name,
            "Key": call.key,
            "ETag": written["ETag"],
        }
    return output


def _location(call: Authorized) -> str:
    """Return the URL of the object. Slashes in the key are encoded here."""
    request = call.parsed.request
    path = request.path if request.path.endswith("/") else request.path + "/"
    return f"{request.scheme}://{request.host}{path}{quote(call.key, safe='')}"


def _redirect(call: Authorized, etag: str, fields: Mapping[str, str]) -> str | None:
    """Return the URL of the redirect, with bucket, key and ETag in its query. None means no redirect."""
    target = fields.get("success_action_redirect") or fields.get("redirect")
    if target is None:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if not (parts.scheme and parts.netloc) or "\r" in target or "\n" in target:
        return None  # "If Amazon S3 cannot interpret the URL, it acts as if the field is not present."
    pairs = urlencode({"bucket": call.bucket.name, "key": call.key, "etag": etag}, quote_via=quote, safe="")
    query = f"{parts.query}&{pairs}" if parts.query else pairs
    return parts._replace(query=query).geturl()
