"""Read the rows that Athena and CloudTrail Lake print for a table of CloudTrail events.

Athena's table has column names in lower case, the JSON members as texts, and ``useridentity`` as a struct, which Athena
prints as ``{type=IAMUser, arn=..., sessioncontext={...}}`` (CloudTrail user guide, "Querying AWS CloudTrail logs").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

NAMES = (
    "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
    "userAgent", "errorCode", "errorMessage", "requestParameters", "responseElements", "additionalEventData",
    "requestID", "eventID", "eventType", "readOnly", "resources", "recipientAccountId", "sharedEventID",
    "vpcEndpointId", "vpcEndpointAccountId", "tlsDetails", "managementEvent", "eventCategory", "serviceEventDetails",
    "type", "principalId", "arn", "accountId", "accessKeyId", "userName", "invokedBy", "sessionContext",
    "sessionIssuer", "attributes", "mfaAuthenticated", "creationDate", "sourceIdentity", "webIdFederationData",
    "federatedProvider", "onBehalfOf", "identityProvider", "tlsVersion", "cipherSuite", "clientProvidedHostHeader",
)  # fmt: skip
"""The names of members that replay reads (CloudTrail user guide, "CloudTrail record contents", "userIdentity")."""

_BY_LOWER = {name.lower(): name for name in NAMES}
_KEPT = frozenset({"requestParameters", "responseElements", "additionalEventData"})
"""Members whose own members are named by the service."""


def with_usual_names(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event with CloudTrail's names and with parsed values. An event that has them is returned as it is."""
    if "eventName" in row and isinstance(row.get("userIdentity"), Mapping | None):
        return row
    if not any(str(name).lower() == "eventname" for name in row):
        return row
    return {
        _usual(name): _value(_usual(name), value) for name, value in row.items() if value not in ("", None)
    }


def rows_of(printed: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a query: of CloudTrail Lake (``get-query-results``), or of Athena (``get-query-results``)."""
    lake = printed.get("QueryResultRows")
    if isinstance(lake, list):
        for row in lake:
            cells = [cell for cell in row if isinstance(cell, Mapping)] if isinstance(row, list) else []
            yield {name: value for cell in cells for name, value in cell.items()}
    result = printed.get("ResultSet")
    rows = result.get("Rows") if isinstance(result, Mapping) else None
    if isinstance(rows, list) and rows:
        header, *others = [_cells(row) for row in rows]
        for values in others:
            yield dict(zip(map(str, header), values, strict=False))


def _cells(row: Any) -> list[Any]:
    data = row.get("Data") if isinstance(row, Mapping) else None
    cells = data if isinstance(data, list) else []
    return [each.get("VarCharValue") for each in cells if isinstance(each, Mapping)]


def _usual(name: Any) -> str:
    return _BY_LOWER.get(str(name).lower(), str(name))


def _value(name: str, value: Any) -> Any:
    """Return the parsed value of a column."""
    if isinstance(value, str) and value[:1] in "{[":
        value = _parsed(value)
    if name in _KEPT:
        return value
    return _renamed(value)


def _renamed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_usual(name): _renamed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    return value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return _struct(text)


def _struct(text: str) -> Any:
    """Parse ``{name=value, name={...}}``. A text that is no struct is returned as it is."""
    parser = _Struct(text)
    try:
        value = parser.value()
    except (IndexError, ValueError):
        return text
    return value if parser.at == len(text) else text


class _Struct:
    """Athena's texts of structs and arrays. Values have no quotes; they end at a comma or a bracket."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def value(self) -> Any:
        """Parse the value at the present place."""
        if self.text[self.at] == "{":
            return self._members("}", named=True)
        if self.text[self.at] == "[":
            return self._members("]", named=False)
        start = self.at
        while not (self.text[self.at] in "}]" or self.text.startswith(", ", self.at)):
            self.at += 1
        text = self.text[start : self.at]
        return None if text == "null" else text

    def _members(self, end: str, *, named: bool) -> Any:
        self.at += 1
        names: list[str] = []
        values: list[Any] = []
        while self.text[self.at] != end:
            if named:
                equals = self.text.index("=", self.at)
                names.append(self.text[self.at : equals])
                self.at = equals + 1
            values.append(self.value())
            if self.text.startswith(", ", self.at):
                self.at += 2
        self.at += 1
        return dict(zip(names, values, strict=True)) if named else values
