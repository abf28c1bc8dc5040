"""Read the members of an input that are in the URL and the headers, with a table that is compiled per operation.

Rule 1: the loop is over the request, not over the model: a request has a dozen headers, PutObject has sixty members.
Rule 2: a header or query parameter that is not a member is ignored, as S3 ignores it. The headers in
``deviations.REFUSED_HEADERS`` are refused by every operation that does not have them, those in ``UNFIT_HEADERS`` by
some.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from mocks3 import errors
from mocks3.lib import limits
from mocks3.model.parsed import Params
from mocks3.wire import deviations
from mocks3.wire.query import Pairs
from mocks3.wire.scalars import Reader, argument_error, reader

if TYPE_CHECKING:
    from botocore.model import Shape

Entry = tuple[str, Reader | None]
_OVERRIDE = "response-"

HeadReader = Callable[[Mapping[str, str], Pairs, Params], Params]


class Head(NamedTuple):
    """One operation's table: from header or query name to member and reader.

    Attributes:
        headers: Members and readers, by header name in lower case.
        query: Members and readers, by name of the query parameter.
        lists: Query parameters that may be repeated.
        maps: Header prefixes (``x-amz-meta-``) and their members.
        refuses_metadata: Whether headers with the prefix ``x-amz-meta-`` are refused.
        overrides: Whether query parameters ``response-`` replace headers of the response.
        required: For each required member, its location and name.
        unfit: Query parameters that are refused: message, and whether the error has their value.
    """

    headers: Mapping[str, Entry]
    query: Mapping[str, Entry]
    lists: frozenset[str]
    maps: tuple[tuple[str, str], ...]
    refuses_metadata: bool
    overrides: bool
    required: Mapping[str, tuple[str, str]]
    unfit: Mapping[str, tuple[str, bool]]

    def read(self, headers: Mapping[str, str], query: Pairs, params: Params) -> Params:
        """Add the members of the request to ``params``, and return it.

        Raises InvalidArgument, MissingSecurityHeader.
        """
        table = self.headers
        for name, text in headers.items():
            entry = table.get(name)
            if entry is not None:
                member, convert = entry
                if not text.isprintable():
                    _check(name, text)
                value = text if convert is None else convert(text)
                if value is not None:
                    params[member] = value
        for prefix, member in self.maps:
            found = {name[len(prefix) :]: text for name, text in headers.items() if name.startswith(prefix)}
            if found:
                for name, text in found.items():
                    _check(prefix + name, text)
                params[member] = found
        if self.refuses_metadata:
            _refuse_metadata(headers)
        if query:
            self._read_query(query, params)
        for member, (location, name) in self.required.items():
            if member not in params:
                raise _missing(location, name)
        return params

    def _read_query(self, query: Pairs, params: Params) -> None:
        for name, text in query:
            entry = self.query.get(name)
            if entry is not None:
                member, convert = entry
                value = text if convert is None else convert(text)
                if name in self.lists:
                    params.setdefault(member, []).append(value)
                elif value is not None:
                    params.setdefault(member, value)
            elif self.overrides and name.startswith(_OVERRIDE):
                raise errors.UNKNOWN_OVERRIDE(name=name, ArgumentName=name, ArgumentValue=text)
        for name, (message, with_value) in self.unfit.items():
            values = [value for each, value in query if each == name]
            if values:
                shown = {"ArgumentValue": values[0]} if with_value else {}
                raise errors.INVALID_ARGUMENT(message=message, ArgumentName=name, **shown)


def compile_head(input_shape: Shape) -> Head:
    """Compile the table of an operation's input."""
    headers: dict[str, Entry] = {}
    query: dict[str, Entry] = {}
    lists, maps, required = set(), [], {}
    members = {} if input_shape is None else input_shape.members
    for member, shape in members.items():
        location = shape.serialization.get("location")
        name = shape.serialization.get("name", member)
        if location == "header":
            headers[name.lower()] = member, reader(shape, name, member)
        elif location == "headers":
            maps.append((name.lower(), member))
        elif location == "querystring":
            repeats = shape.type_name == "list"
            if repeats:
                lists.add(name)
            query[name] = member, reader(shape.member if repeats else shape, name, member)
        is_required = member in input_shape.required_members and name not in deviations.CHECKED_LATER
        if location in ("header", "querystring") and is_required:
            required[member] = location, name
    for name in deviations.REFUSED_HEADERS - headers.keys():
        headers[name] = (
            name,
            functools.partial(_refuse, name, f"{name} header is not supported for this operation."),
        )
    shape_name = "" if input_shape is None else input_shape.name
    for name, message in deviations.UNFIT_HEADERS.get(shape_name, {}).items():
        headers[name] = name, functools.partial(_refuse, name, message)
    overrides = any(name.startswith(_OVERRIDE) for name in query)
    refuses_metadata = shape_name in deviations.NO_METADATA
    unfit = {name: (text, False) for name, text in deviations.UNFIT_PARAMETERS.get(shape_name, {}).items()}
    if "Bucket" in members and "versionId" not in query:
        unfit["versionId"] = deviations.VERSION_SENTENCES.get(shape_name, deviations.NO_VERSION), True
    return Head(headers, query, frozenset(lists), tuple(maps), refuses_metadata, overrides, required, unfit)


def _check(name: str, text: str) -> None:
    """Raise ``InvalidArgument`` for invalid header text: forms and presigned URLs can carry any text as a header."""
    if not limits.is_token(name):
        raise argument_error(name, text, "Header name contains a character that is not allowed")
    if not limits.is_header_value(text):
        raise argument_error(name, text, "Header value contains a character that is not allowed")


def _refuse_metadata(headers: Mapping[str, str]) -> None:
    for name, text in headers.items():
        if name.startswith("x-amz-meta-"):
            raise argument_error(name, text, "Metadata cannot be specified in this context.")


def _refuse(name: str, message: str, text: str) -> NoReturn:
    raise argument_error(name, text, message)


def _missing(location: str, name: str) -> errors.S3Error:
    if location == "header":
        return errors.MISSING_SECURITY_HEADER(MissingHeaderName=name)
    return argument_error(name, "", f"Argument {name} is required")
