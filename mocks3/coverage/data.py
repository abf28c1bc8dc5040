"""The data of policy coverage: the policies of a run, and what each part of them did in which test. Also as JSON.

The JSON text of :func:`to_json` is what ``--mocks3-coverage=json`` writes, what ``mocks3 coverage`` reads, and what the
workers of pytest-xdist send. docs/policy-coverage.md documents it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from mocks3.errors import Mocks3Error
from mocks3.policy import Policy, PolicySyntaxError

FORMAT = "mocks3-coverage"
VERSION = 1


class CoverageMark(StrEnum):
    """What a part of a policy did in a decision.

    A statement has ALLOWED, DENIED or MATCHED (it matched, but did not decide). A condition of a statement whose
    principal, action and resource match has TRUE, FALSE or MISSING (the request does not have the key). An entry of
    a list has USED.
    """

    ALLOWED = "allowed"
    DENIED = "denied"
    MATCHED = "matched"
    TRUE = "true"
    FALSE = "false"
    MISSING = "missing"
    USED = "used"


class Hit(NamedTuple):
    """A part of a policy, as a JSON pointer, and what it did."""

    pointer: str
    mark: CoverageMark


class PolicyPlace(NamedTuple):
    """Where a policy came from.

    ``is_file`` says that the file contains the policy and nothing else. Otherwise it is the line of the policy in a
    template or in another file, where ``pointer`` is its JSON pointer, or the line of code that stored the policy.
    Line 0 is an unknown line.
    """

    file: str
    line: int = 0
    is_file: bool = False
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


UNKNOWN_PLACE = PolicyPlace("(no code)")
"""The place of a policy that was stored by a request over HTTP, from another thread or another process."""

Tests = Counter[str]
"""How often something happened in each test, by the test's id."""


class Undecided(NamedTuple):
    """A decision that no statement decided.

    ``verdict`` is ``implicitly denied`` or ``allowed``. ``by`` is the layer that denied because it did not allow, or
    what allowed without a statement: ``owner``, ``acl`` or ``default``.
    """

    verdict: str
    by: str
    action: str
    operation: str


@dataclass
class CoveredPolicy:
    """A policy of the run.

    Attributes:
        place: Where it came from.
        text: Its JSON text; the file's text if the file contains only the policy.
        names: What it was attached to, such as ``bucket policy of data``. Empty if it was never evaluated.
        layers: The layers in which it was evaluated, such as ``resource``.
        hits: What its parts did, by test.
    """

    place: PolicyPlace
    text: str
    names: set[str] = field(default_factory=set)
    layers: set[str] = field(default_factory=set)
    hits: dict[Hit, Tests] = field(default_factory=dict)

    @property
    def evaluated(self) -> bool:
        """Whether a decision consulted the policy."""
        return bool(self.layers)

    @property
    def tests(self) -> frozenset[str]:
        """The tests in which a part of the policy did something."""
        return frozenset(test for tests in self.hits.values() for test in tests)


Key = tuple[PolicyPlace, str]


@dataclass
class Coverage:
    """The data of one or several runs.

    Attributes:
        documents: The policies, by their place and their shape (see :func:`shape_of`).
        undecided: The decisions that no statement decided, by test.
        touched: The policies that each test consulted: keys of ``documents``.
    """

    documents: dict[Key, CoveredPolicy] = field(default_factory=dict)
    undecided: dict[Undecided, Tests] = field(default_factory=dict)
    touched: dict[str, set[Key]] = field(default_factory=dict)

    def document(self, place: PolicyPlace, text: str) -> CoveredPolicy:
        """Return the record of a policy. Create it if it is new."""
        key = key_of(place, text)
        found = self.documents.get(key)
        if found is None:
            found = self.documents[key] = CoveredPolicy(place, text)
        elif text < found.text:  # of several variants of one shape, always show the same
            found.text = text
        return found

    def tests_of(self, document: CoveredPolicy) -> frozenset[str]:
        """Return the tests that consulted a policy, whether or not a part of it matched."""
        key = key_of(document.place, document.text)
        return frozenset(test for test, keys in self.touched.items() if key in keys)

    def add(self, other: Coverage) -> None:
        """Add the data of another run, or of another process of this run."""
        for document in other.documents.values():
            own = self.document(document.place, document.text)
            own.names |= document.names
            own.layers |= document.layers
            for hit, tests in document.hits.items():
                own.hits.setdefault(hit, Counter()).update(tests)
        for undecided, tests in other.undecided.items():
            self.undecided.setdefault(undecided, Counter()).update(tests)
        for test, keys in other.touched.items():
            self.touched.setdefault(test, set()).update(keys)


@lru_cache(maxsize=1024)
def key_of(place: PolicyPlace, text: str) -> Key:
    """Return the key of a policy: its place, and its text; for a policy from code, the shape of its text."""
    return place, text if place.is_file else shape_of(text)


def shape_of(text: str) -> str:
    """Return a policy without the values that differ between tests: resources, principals and condition values.

    Two policies that one line of code stored are the same policy if they have the same shape: often only the name of
    a bucket differs.
    """
    document = json.loads(text)
    statements = document.get("Statement", [])
    return json.dumps(
        [_shape(each) for each in (statements if isinstance(statements, list) else [statements])],
        sort_keys=True,
    )


def _shape(statement: Mapping[str, Any]) -> dict[str, Any]:
    blank = {"Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
    return {name: _blank(value) if name in blank else value for name, value in statement.items()}


def _blank(value: Any) -> Any:
    """Replace the texts in a value. The names of members, such as condition keys, stay."""
    if isinstance(value, Mapping):
        return {name: _blank(inner) for name, inner in value.items()}
    return len(value) if isinstance(value, list) else ""


def is_policy(text: str) -> bool:
    """Return whether a text is a policy of any kind. A request can send anything."""
    try:
        Policy.parse(text)
    except PolicySyntaxError as error:
        return error.reason == "missing-resource"  # a trust policy
    return True


def to_json(coverage: Coverage) -> dict[str, Any]:
    """Return the data as JSON values. Tests are numbers: positions in the list ``tests``."""
    names = sorted(
        {test for document in coverage.documents.values() for test in document.tests}
        | {test for tests in coverage.undecided.values() for test in tests}
        | set(coverage.touched)
    )
    numbers = {name: number for number, name in enumerate(names)}
    ordered = sorted(coverage.documents.values(), key=lambda each: (each.place, each.text))
    positions = {key_of(each.place, each.text): number for number, each in enumerate(ordered)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "tests": [
            {"id": name, "policies": sorted(positions[key] for key in coverage.touched.get(name, ()))}
            for name in names
        ],
        "policies": [_document_to_json(each, numbers) for each in ordered],
        "undecided": [
            {**undecided._asdict(), "tests": _tests_to_json(tests, numbers)}
            for undecided, tests in sorted(coverage.undecided.items())
        ],
    }


def _document_to_json(document: CoveredPolicy, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        **document.place._asdict(),
        "text": document.text,
        "names": sorted(document.names),
        "layers": sorted(document.layers),
        "hits": [
            {"pointer": hit.pointer, "mark": str(hit.mark), "tests": _tests_to_json(tests, numbers)}
            for hit, tests in sorted(document.hits.items())
        ],
    }


def _tests_to_json(tests: Tests, numbers: Mapping[str, int]) -> list[list[int]]:
    """Return pairs of the test's number and how often it happened in the test."""
    return sorted([numbers[test], count] for test, count in tests.items())


def from_json(values: Any, source: str = "the data") -> Coverage:
    """Return the data that :func:`to_json` wrote.

    Args:
        values: The JSON values.
        source: What a message calls them: the name of the file.

    Raises:
        Mocks3Error: The values have another format, or another version of it.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise Mocks3Error(f"{source} is not a file of policy coverage (its format must be {FORMAT!r})")
    if values.get("version") != VERSION:
        raise Mocks3Error(
            f"{source} has version {values.get('version')!r} of the format, and this mocks3 reads {VERSION}"
        )
    try:
        return _from_json(values)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Mocks3Error(f"{source} is damaged: {type(error).__name__}: {error}") from None


def _from_json(values: dict[str, Any]) -> Coverage:
    coverage = Coverage()
    names = [each["id"] for each in values["tests"]]
    keys = []
    for each in values["policies"]:
        place = PolicyPlace(each["file"], each["line"], each["is_file"], each["pointer"])
        if not is_policy(each["text"]):
            raise ValueError(f"the text of {place} is not a policy")
        document = coverage.document(place, each["text"])
        document.names |= set(each["names"])
        document.layers |= set(each["layers"])
        for hit in each["hits"]:
            document.hits[Hit(hit["pointer"], CoverageMark(hit["mark"]))] = _tests_from_json(
                hit["tests"], names
            )
        keys.append(key_of(place, each["text"]))
    for each in values["undecided"]:
        undecided = Undecided(each["verdict"], each["by"], each["action"], each["operation"])
        coverage.undecided[undecided] = _tests_from_json(each["tests"], names)
    coverage.touched = {each["id"]: {keys[number] for number in each["policies"]} for each in values["tests"]}
    return coverage


def _tests_from_json(pairs: Iterable[list[int]], names: list[str]) -> Tests:
    return Counter({names[number]: count for number, count in pairs})
