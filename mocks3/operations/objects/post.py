"""PostObject: a browser's upload. It writes as PutObject does; its form says how to answer.

Source: RESTObjectPOST ("Response"); HTTPPOSTForms ("success_action_redirect", "success_action_status").
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from mocks3.model.operation import operation
from mocks3.model.parsed import Params
from mocks3.model.permissions import ZONAL_WRITE
from mocks3.model.stages import Authorized
from mocks3.operations.objects.put import PUT_NEEDS, put_object
from mocks3.rules.finding import check_key_and_version

STATUSES = {"200": 200, "201": 201, "204": 204}
"""What ``success_action_status`` may ask for; anything else is answered as nothing is: 204."""


@operation(*PUT_NEEDS, syntax=check_key_and_version, express=ZONAL_WRITE)
def post_object(call: Authorized, params: Params) -> Params:
    """Write the form's file, and answer as the form asks: with a redirect, a document (201) or next to nothing.

    Raises what :func:`put_object` raises, and ``MalformedXML`` for tags that are no document; then nothing was written.
    """
    form = call.parsed.form
    assert form is not None, "a form is all that leads here"
    if form.fault is not None:
        raise form.fault
    written = put_object(call, params)
    redirect = _redirect(call, written["ETag"], form.fields)
    if redirect is not None:
        return {**written, "Location": redirect, "ResponseMetadata": {"HTTPStatusCode": 303}}
    status = STATUSES.get(form.fields.get("success_action_status", ""), 204)
    location = _location(call)
    answer = {**written, "Location": location, "ResponseMetadata": {"HTTPStatusCode": status}}
    if status == 201:
        answer["PostResponse"] = {
            "Location": location,
            "Bucket": call.bucket.name,
            "Key": call.key,
            "ETag": written["ETag"],
        }
    return answer


def _location(call: Authorized) -> str:
    """The URL of what was written; slashes in a key are encoded here."""
    request = call.parsed.request
    path = request.path if request.path.endswith("/") else request.path + "/"
    return f"{request.scheme}://{request.host}{path}{quote(call.key, safe='')}"


def _redirect(call: Authorized, etag: str, fields: Mapping[str, str]) -> str | None:
    """Where the browser is sent, with bucket, key and ETag in the query; None where it is sent nowhere."""
    target = fields.get("success_action_redirect") or fields.get("redirect")
    if target is None:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if not (parts.scheme and parts.netloc) or "\r" in target or "\n" in target:
        return None  # "If Amazon S3 cannot interpret the URL, it acts as if the field is not present."
    told = urlencode({"bucket": call.bucket.name, "key": call.key, "etag": etag}, quote_via=quote, safe="")
    query = f"{parts.query}&{told}" if parts.query else told
    return parts._replace(query=query).geturl()
