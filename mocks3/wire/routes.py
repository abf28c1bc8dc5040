"""Find the operation of a request, with a table that is compiled from the model's HTTP traits.

Rule 1: no route is written by hand. Rule 2: a request that matches no operation is rejected. It is never routed to an
operation that would ignore one of its parameters (``PUT /b/k?uploadId=…`` is not PutObject).

Operations fall into groups that share method, path template and the literal part of the query:

    PUT  /{Bucket}/{Key+}  -                PutObject, CopyObject, UploadPart, UploadPartCopy
    GET  /{Bucket}         analytics        GetBucketAnalyticsConfiguration, ListBucketAnalyticsConfigurations
    GET  /{Bucket}         list-type=2      ListObjectsV2

Two look-ups find the group. Within a group, operations differ by the query and header members that they *require*.
Those that require the most come first; the first one whose requirements are met is chosen. If two operations do not
differ, one of them is deprecated, and the other one is chosen.

A literal name without a value (``acl``, ``uploads``) is a *selector*: it selects a subresource. In the URL of an
object, some selectors of buckets select the subresource of its bucket (``deviations.OF_THE_BUCKET``, R-123).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mocks3 import errors
from mocks3.model.parsed import Address
from mocks3.model.resource_types import resource_type
from mocks3.wire import deviations, models
from mocks3.wire.query import decode

if TYPE_CHECKING:
    from botocore.model import OperationModel

Query = Mapping[str, str]
Labels = dict[str, str]
_LABEL = re.compile(r"\{(\w+)(\+?)\}")
_TEMPLATES = {"SERVICE": "/", "BUCKET": "/{Bucket}", "OBJECT": "/{Bucket}/{Key+}"}
_METHODS = ("HEAD", "DELETE", "POST", "GET", "PUT")
"""The methods in the order in which S3 names them in ``Allow`` (brekkylab/backlot #230)."""


class Route(NamedTuple):
    """One operation in its group: the required names, and the query names of other operations of the group."""

    operation: str
    query: frozenset[str]
    headers: frozenset[str]
    foreign: frozenset[str]


class RouteGroup(NamedTuple):
    """The routes of one method, template and literal query; those that require the most come first.

    ``selected``: the URL has a selector, so the operation itself reports a missing requirement.
    """

    routes: tuple[Route, ...]
    selected: bool

    def choose(self, query: Query, headers: Mapping[str, str], target: MethodTarget) -> str:
        """Return the operation of a request in this group. Raises MethodNotAllowed."""
        for route in self.routes:
            if route.query <= query.keys() and route.headers <= headers.keys():
                break
        else:
            if not self.selected:
                raise target.not_allowed()
            route = self.routes[-1]
        if query and not route.foreign.isdisjoint(query):
            raise _foreign_query(query, target)
        return route.operation


class TemplateRoutes(NamedTuple):
    """The routes of one path template: groups by method and literal query, and the literals that it knows.

    ``plain``: the names that select an operation without a literal (``uploadId``).
    """

    groups: Mapping[tuple[str, frozenset[str]], RouteGroup]
    selectors: frozenset[str]
    valued: frozenset[tuple[str, str]]
    plain: frozenset[str]

    def literals(self, query: Query) -> frozenset[str]:
        """Return the literal parts of a query. Raises InvalidArgument if selectors conflict."""
        if not query:
            return _NONE
        chosen = sorted(self.selectors.intersection(query))
        if len(chosen) > 1:
            raise errors.CONFLICTING_QUERY(
                names=", ".join(chosen), ArgumentName="ResourceType", ArgumentValue=chosen[0]
            )
        chosen += [f"{name}={value}" for name, value in self.valued if query.get(name) == value]
        return frozenset(chosen) if chosen else _NONE

    def methods(self, literals: frozenset[str], names: frozenset[str]) -> str:
        """Return the methods of the subresource that literals select; without literals, of what ``names`` select."""
        found = {
            method
            for (method, known), group in self.groups.items()
            if (
                literals <= known
                if literals
                else not known and names in {route.query for route in group.routes}
            )
        }
        return ", ".join(method for method in _METHODS if method in found)


_NONE: frozenset[str] = frozenset()


class MethodTarget(NamedTuple):
    """The method of a request and the kind of its resource, for MethodNotAllowed.

    ``routes`` are those of its path template, None if no template fits the path. ``literals`` are the literal parts of
    its query.
    """

    method: str
    kind: str
    query: Query
    literals: frozenset[str] = _NONE
    routes: TemplateRoutes | None = None

    def not_allowed(self) -> errors.S3Error:
        """Return MethodNotAllowed, with the methods that the resource has (RFC 9110, 15.5.6; R-124)."""
        if self.routes is None:
            return errors.METHOD_NOT_ALLOWED(Method=self.method, ResourceType=self.kind)
        kind, names = self.kind, self.routes.plain.intersection(self.query)
        if self.literals:
            kind = resource_type(self.literals, of_object=kind == "OBJECT")
        elif "uploadId" in names:
            kind = "PART" if "partNumber" in names else "UPLOAD"
        allowed = {"Allow": self.routes.methods(self.literals, names)}
        return errors.METHOD_NOT_ALLOWED(allowed, Method=self.method, ResourceType=kind)


class Router(NamedTuple):
    """All routes of a service; ``patterns`` are its templates as regular expressions, the most literal first."""

    templates: Mapping[str, TemplateRoutes]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def by_address(self, address: Address, method: str, query: Query, headers: Mapping[str, str]) -> str:
        """Return the operation of a request to S3, by its bucket and key."""
        kind = "OBJECT" if address.key is not None else "SERVICE" if address.bucket is None else "BUCKET"
        if query and kind == "OBJECT":
            _refuse_subresources_of_buckets(method, query)
        template_routes = self.templates[_TEMPLATES[kind]]
        literals = template_routes.literals(query)
        group = template_routes.groups.get((method, literals))
        target = MethodTarget(method, kind, query, literals, template_routes)
        if group is None:
            raise target.not_allowed()
        return group.choose(query, headers, target)

    def by_path(self, path: str, method: str, query: Query, headers: Mapping[str, str]) -> tuple[str, Labels]:
        """Return the operation of a request by its raw path, and the labels of the path."""
        for pattern, template in self.patterns:
            match = pattern.fullmatch(path)
            template_routes = self.templates[template]
            if match is not None and (
                group := template_routes.groups.get((method, template_routes.literals(query)))
            ):
                labels = {name: decode(text) for name, text in match.groupdict().items()}
                return group.choose(query, headers, MethodTarget(method, "SERVICE", query)), labels
        raise MethodTarget(method, "SERVICE", query).not_allowed()


@functools.cache
def router(service: str) -> Router:
    """Return the routes of a service of the rest-xml protocol, compiled at first use."""
    found: dict[str, dict[tuple[str, frozenset[str]], list[OperationModel]]] = {}
    service_model = models.service_model(service)
    for name in service_model.operation_names:
        model = models.operation_model(service, name)
        template, _, literal = model.http["requestUri"].partition("?")
        key = (model.http["method"], frozenset(literal.split("&")) if literal else _NONE)
        found.setdefault(template, {}).setdefault(key, []).append(model)
    if service == "s3":
        of_bucket, of_object = found[_TEMPLATES["BUCKET"]], found[_TEMPLATES["OBJECT"]]
        of_object.update({key: of_bucket[key] for key in of_bucket if key[1] & deviations.OF_THE_BUCKET})
    templates = {template: _template_routes(groups) for template, groups in found.items()}
    ordered = sorted(templates, key=lambda template: (template.count("{"), -len(template)))
    return Router(templates, tuple((_pattern(template), template) for template in ordered))


def _template_routes(groups: dict[tuple[str, frozenset[str]], list[OperationModel]]) -> TemplateRoutes:
    literals = {literal for _, found in groups for literal in found}
    valued = {(name, value) for name, is_set, value in (text.partition("=") for text in literals) if is_set}
    selectors = {text for text in literals if "=" not in text}
    plain = frozenset(
        name
        for (_, known), found in groups.items()
        if not known
        for model in found
        for name in _required(model, "querystring")
    )
    return TemplateRoutes(
        {key: _group(found, bool(key[1]), _NONE if key[1] else plain) for key, found in groups.items()},
        frozenset(selectors),
        frozenset(valued),
        plain,
    )


def _group(found: list[OperationModel], selected: bool, plain: frozenset[str]) -> RouteGroup:
    """Return the routes of operations; ``plain``: the names that select an operation of any method."""
    wanted: dict[tuple[tuple[str, ...], tuple[str, ...]], OperationModel] = {}
    for model in found:
        needs = _required(model, "querystring"), _required(model, "header")
        if needs not in wanted or wanted[needs].deprecated:
            wanted[needs] = model
    special = plain.union(*(query for query, _ in wanted))
    routes = [
        Route(model.name, frozenset(query), frozenset(headers), frozenset(special - _accepted(model)))
        for (query, headers), model in wanted.items()
    ]
    return RouteGroup(
        tuple(sorted(routes, key=lambda route: -len(route.query) - len(route.headers))), selected
    )


def subresource(model: OperationModel) -> frozenset[str]:
    """Return the query names that select an operation's subresource.

    GetObjectAnnotation: ``annotation``, ``annotationName``. GetObject: none.
    """
    selectors = model.http["requestUri"].partition("?")[2].split("&")
    return frozenset(
        {name for name in selectors if name and "=" not in name}.union(_required(model, "querystring"))
    )


def _required(model: OperationModel, location: str) -> tuple[str, ...]:
    shape = model.input_shape
    if shape is None:
        return ()
    members = ((name, shape.members[name].serialization) for name in shape.required_members)
    names = (traits.get("name", name) for name, traits in members if traits.get("location") == location)
    return tuple(sorted(name.lower() if location == "header" else name for name in names))


def _accepted(model: OperationModel) -> set[str]:
    members = model.input_shape.members if model.input_shape is not None else {}
    traits = ((name, member.serialization) for name, member in members.items())
    return {one.get("name", name) for name, one in traits if one.get("location") == "querystring"}


def _pattern(template: str) -> re.Pattern[str]:
    parts = _LABEL.split(template)
    text = re.escape(parts[0])
    for name, greedy, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        text += f"(?P<{name}>{'.+' if greedy else '[^/]+'})" + re.escape(rest)
    return re.compile(text)


def _refuse_subresources_of_buckets(method: str, query: Query) -> None:
    for (refused_method, name), (code, message) in deviations.NOT_OF_KEYS.items():
        if method == refused_method and name in query:
            raise errors.S3Error(code, 400, message, None, None, None)


def _foreign_query(query: Query, target: MethodTarget) -> errors.S3Error:
    if "partNumber" in query and "uploadId" not in query:
        return errors.PART_NUMBER_WITHOUT_UPLOAD(ArgumentName="partNumber", ArgumentValue="partNumber")
    return target.not_allowed()
