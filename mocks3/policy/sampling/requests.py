"""Requests that stand for all requests of one caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from mocks3.policy.compiling import resource_template
from mocks3.policy.glob import glob, tokens
from mocks3.policy.linting.tables import Tables
from mocks3.policy.principals import RequestPrincipal
from mocks3.policy.request import Request
from mocks3.policy.variables import Variable, resolve, variables_in

from .texts import One, Pattern, Run, pattern_of, sample_texts
from .values import ProbeOfKey, sample_values

if TYPE_CHECKING:
    from mocks3.policy.compiling import CompiledStatement
    from mocks3.policy.policy import Policy

_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}")
_MOST_VECTORS: Final = 5_000
_ANYONE: Final = RequestPrincipal("anonymous", None, None)


def _any_values(key: str, values: tuple[str, ...]) -> bool:
    return True


@dataclass(frozen=True)
class Universe:
    """The requests that can be sent.

    Args:
        actions: Each action with the forms of its resources: ``arn:aws:svc:::${Name}/${Rest}``, as in Tables. No form
            means a call on no resource ("*").
        tables: Which condition keys requests of an action can have, and which they always have.
        fixed: Condition keys that have these values in every request, in lower case.
        multivalued: The keys that can have several values, in lower case.
        resources: Patterns of resources that the requests tell apart too, besides those of the statements.
        possible: Whether a request can have these values of a key. Default: any values.
    """

    actions: Mapping[str, Sequence[str]]
    tables: Tables = field(default_factory=Tables)
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    multivalued: Collection[str] = ()
    resources: Sequence[str] = ()
    possible: Callable[[str, tuple[str, ...]], bool] = _any_values


class Sample(NamedTuple):
    """Requests of one caller. ``exhaustive``: every other request is decided like one of them."""

    requests: tuple[Request, ...]
    exhaustive: bool


def sample_requests(policies: Iterable[Policy], principal: RequestPrincipal, universe: Universe) -> Sample:
    """Return requests of a caller, one for each combination of statements that can apply to a request.

    Args:
        policies: All policies that decide.
        principal: The caller.
        universe: The requests that can be sent.

    Returns:
        The requests, in the order of the actions.
    """
    return _Sampling(_statements(policies), principal, universe).run()


def sample_key(policies: Iterable[Policy], key: str) -> tuple[tuple[str, ...], ...]:
    """Return lists of values of a condition key, in lower case, that the conditions of policies tell apart."""
    conditions = [
        (c, test) for each in _statements(policies) for c, test in each.conditions if c.key.lower() == key
    ]
    probe = ProbeOfKey(Request(_ANYONE, "", "", None, {}), key)
    return sample_values(conditions, probe, multivalued=False, always=False).lists if conditions else ()


def sample_resources(policies: Iterable[Policy], prefix: str) -> tuple[str, ...]:
    """Return resources with a prefix, one for each combination of resource patterns that one can match."""
    request = Request(_ANYONE, "", "", None, {})
    patterns: dict[Pattern, None] = {}
    for each in _statements(policies):
        for text in each.view.resources or ():
            parts = resolve(resource_template(text, each.variables), request)
            if parts is not None and text != "*":
                patterns[pattern_of(parts)] = None
    return sample_texts(tuple(patterns), (*prefix, One(), Run())) or ()


def covers(policy: Policy, number: int, resources: str) -> bool:
    """Return whether statement ``number`` of a policy applies to all resources that a pattern matches.

    A statement whose resources have variables is said to cover nothing.
    """
    statement = policy.compiled.statements[number]
    patterns = [pattern_of(tokens(text)) for text in statement.view.resources or () if "${" not in text]
    found = sample_texts(tuple(dict.fromkeys(patterns)), pattern_of(tokens(resources)))
    if found is None or any("${" in text for text in statement.view.resources or ()):
        return False
    requests = (Request(_ANYONE, "", each, None, {}) for each in found)
    return statement.resource is None or all(map(statement.resource, requests))


def _statements(policies: Iterable[Policy]) -> list[CompiledStatement]:
    """Return the statements of policies, each document once."""
    found = {id(policy.compiled): policy.compiled for policy in policies}
    return [statement for compiled in found.values() for statement in compiled.statements]


class _Sampling:
    """One sampling."""

    def __init__(
        self, statements: Sequence[CompiledStatement], principal: RequestPrincipal, universe: Universe
    ) -> None:
        self._principal = principal
        self._universe = universe
        bounded = principal.has_boundary
        self._statements = [
            each
            for each in statements
            if each.principal is None or each.named(Request(principal, "", "", None, {}), bounded)
        ]
        self._keys = sorted({c.key.lower() for each in self._statements for c, _ in each.conditions})
        variables = [found for each in self._statements for found in _variables(each)]
        self._context = {each.key: (f"any-{each.key.rpartition(':')[2]}",) for each in variables} | dict(
            universe.fixed
        )
        self._exhaustive = not variables
        self._resource_tests = [glob(text) for text in universe.resources]

    def run(self) -> Sample:
        groups: dict[tuple[object, ...], tuple[str, list[CompiledStatement], Sequence[str]]] = {}
        for action, forms in self._universe.actions.items():
            matching = [each for each in self._statements if each.action(action)]
            supported = tuple(self._supports(action, key) for key in self._keys)
            group = (tuple(map(id, matching)), tuple(forms), supported)
            groups.setdefault(group, (action, matching, forms))
        found = [request for group in groups.values() for request in self._of_action(*group)]
        return Sample(tuple(found), self._exhaustive)

    def _supports(self, action: str, key: str) -> bool:
        """Return whether requests of an action can have a key."""
        supporting = self._universe.tables.supporting(key)
        return supporting is None or action.lower() in supporting

    def _of_action(
        self, action: str, matching: list[CompiledStatement], forms: Sequence[str]
    ) -> Iterator[Request]:
        for form in forms or ("*",):
            seen: set[tuple[int, ...]] = set()
            for resource in self._resources(form, matching):
                request = Request(self._principal, action, resource, None, self._context)
                applying = [each for each in matching if each.resource is None or each.resource(request)]
                vector = (*map(id, applying), *(test(resource) for test in self._resource_tests))
                if vector not in seen:
                    seen.add(vector)
                    yield from self._with_keys(request, applying)

    def _resources(self, form: str, matching: list[CompiledStatement]) -> Sequence[str]:
        """Return ARNs of one form."""
        if form == "*":
            return ("*",)
        request = Request(self._principal, "", "", None, self._context)
        patterns = dict.fromkeys(pattern_of(tokens(text)) for text in self._universe.resources)
        for each in matching:
            for text in each.view.resources or ():
                parts = resolve(resource_template(text, each.variables), request)
                if parts is not None and text != "*":
                    patterns[pattern_of(parts)] = None
                if text.startswith("arn:") and text.count(":") < 5:
                    self._exhaustive = False  # IAM completes an incomplete ARN (C-3)
        found = sample_texts(tuple(patterns), _form_pattern(form))
        self._exhaustive = self._exhaustive and found is not None
        return found or ()

    def _with_keys(self, request: Request, applying: list[CompiledStatement]) -> Iterator[Request]:
        """Yield the request with all combinations of condition keys that statements tell apart."""
        vectors: dict[tuple[int, ...], dict[str, tuple[str, ...]]] = {tuple(range(len(applying))): {}}
        for key in self._keys:
            conditions = [
                (c, test) for each in applying for c, test in each.conditions if c.key.lower() == key
            ]
            if not conditions:
                continue
            following: dict[tuple[int, ...], dict[str, tuple[str, ...]]] = {}
            for values in self._values(key, request, conditions):
                probe = ProbeOfKey(request, key).request(values)
                true = frozenset(
                    place
                    for place, each in enumerate(applying)
                    if all(test(probe) for c, test in each.conditions if c.key.lower() == key)
                )
                for vector, context in vectors.items():
                    new = tuple(place for place in vector if place in true)
                    following.setdefault(new, {**context, key: values})
            vectors = following
            if len(vectors) > _MOST_VECTORS:
                self._exhaustive = False
                vectors = dict(list(vectors.items())[:_MOST_VECTORS])
        for context in vectors.values():
            yield Request(
                self._principal, request.action, request.resource, None, {**self._context, **context}
            )

    def _values(
        self, key: str, request: Request, conditions: Sequence[tuple[object, object]]
    ) -> Sequence[tuple[str, ...]]:
        if key in self._universe.fixed:
            return (self._universe.fixed[key],)
        if not self._supports(request.action, key):
            return ((),)
        tables = self._universe.tables
        found = sample_values(
            conditions,  # type: ignore[arg-type]
            ProbeOfKey(request, key),
            multivalued=key in self._universe.multivalued,
            always=tables.always_present(key),
        )
        self._exhaustive = self._exhaustive and found.exhaustive
        return [values for values in found.lists if self._universe.possible(key, values)]


def _variables(statement: CompiledStatement) -> Iterator[Variable]:
    if not statement.variables:
        return
    texts = [
        *(statement.view.resources or ()),
        *(value for c, _ in statement.conditions for value in c.values),
    ]
    for text in texts:
        if "${" in text:
            yield from variables_in(text)


def _form_pattern(form: str) -> Pattern:
    """Return the pattern of an ARN format: each placeholder is a name, and the last one, after a slash, any text."""
    symbols: list[str | Run | One] = []
    place = 0
    for found in _PLACEHOLDER.finditer(form):
        symbols.extend(form[place : found.start()])
        last = found.end() == len(form) and form[found.start() - 1 : found.start()] == "/"
        excluded = "" if last else "/:"
        symbols += [One(excluded), Run(excluded)]
        place = found.end()
    return (*symbols, *form[place:])
