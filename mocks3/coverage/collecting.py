"""Collect the data of policy coverage in one process, while tests run.

    collector = Collector(root)
    collector.start()
    ...                       # one test
    collector.finish(test)    # what happened since the last call belongs to this test
    collector.stop()

While a test runs, only its decisions are recorded, and the place of each policy that it stores. The rest is done after
the test.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from mocks3.access import Decision
from mocks3.coverage.data import UNKNOWN_PLACE, Coverage, Hit, Key, PolicyPlace, Undecided, is_policy, key_of
from mocks3.coverage.deciding import ProbesOfRun
from mocks3.interceptors import decision_log
from mocks3.policy import Reason, storing

if TYPE_CHECKING:
    from mocks3.policy import Layer, Policy

_LIBRARIES = frozenset(
    [
        "mocks3",
        "pytest_mocks3",
        "botocore",
        "boto3",
        "s3transfer",
        "aiobotocore",
        "aioboto3",
        "pytest",
        "_pytest",
        "pluggy",
        "xdist",
        "urllib3",
        "requests",
        "httpx",
        "httpcore",
        "aiohttp",
        "http",
        "contextlib",
        "threading",
        "concurrent",
        "asyncio",
        "unittest",
        "functools",
    ]
)
"""Packages between the code of a user and a policy that is stored. The place of a policy is never in them."""

_STATEMENTLESS = frozenset({Reason.OWNER, Reason.DEFAULT, Reason.ACL})
"""What allows a call without a statement of a policy."""


class PolicyPlaces:
    """The places of the policies that were stored. Implements ``mocks3.policy.storing.Listener``."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._files: dict[str, PolicyPlace] = {}
        self._contents: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._shared: dict[str, PolicyPlace] = {}
        self.stored_texts: dict[str, PolicyPlace] = {}
        self.new: set[str] = set()
        """The texts that were stored since the last call of :meth:`finish`."""

    def stored(self, text: str) -> str:
        """Record the file or the line of code that stores a policy."""
        place = self._files.get(text) or self._caller()
        content = self._contents.get(text, text)
        self.derived(text, content)
        self.stored_texts[content] = place
        self.new.add(content)
        return text

    def read(self, text: str, file: str, pointer: str, line: int) -> None:
        """Record the file that has a text: alone, perhaps with other line breaks, or as a part of something else."""
        content = None if pointer else _content(file, text)
        self._files[text] = PolicyPlace(self._relative(file), line or 1, content is not None, pointer)
        if content is not None:
            self._contents[text] = content

    def derived(self, text: str, source: str) -> None:
        """Record that a text replaces another one in decisions."""
        if text != source:
            self._sources[text] = source

    def source(self, text: str) -> str:
        """Return the text that was stored, for a text that a decision consulted."""
        return self._sources.get(text, text)

    def finish(self, *, shared: bool) -> None:
        """Forget which texts are new.

        Args:
            shared: The texts were stored for several tests, by a fixture of a wider scope. A test that stores the same
                text changes its place only until the test ends.
        """
        for text in self.new:
            if shared:
                self._shared[text] = self.stored_texts[text]
            elif text in self._shared:
                self.stored_texts[text] = self._shared[text]
        self.new.clear()

    def _caller(self) -> PolicyPlace:
        """Return the line of code that stores the policy: the closest one that is not in a library."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in _LIBRARIES:
                return self._place_of(frame)
            frame = frame.f_back
        return UNKNOWN_PLACE

    def _place_of(self, frame: FrameType) -> PolicyPlace:
        return PolicyPlace(self._relative(frame.f_code.co_filename), frame.f_lineno)

    def _relative(self, file: str) -> str:
        """Return a path relative to the root of the run, with slashes; an absolute one if it is elsewhere."""
        path = os.path.abspath(file)
        inside = path.startswith(self._root + os.sep)
        return (os.path.relpath(path, self._root) if inside else path).replace(os.sep, "/")


def _content(file: str, text: str) -> str | None:
    """Return the content of a file if it is the policy with this text, else None."""
    try:
        content = Path(file).read_text(encoding="utf-8")
        return content if content == text or json.loads(content) == json.loads(text) else None
    except (OSError, ValueError):
        return None


class Collector:
    """The data of this process.

    Args:
        root: The folder to which the paths in reports are relative.
    """

    def __init__(self, root: str) -> None:
        self.coverage = Coverage()
        self.places = PolicyPlaces(os.path.abspath(root))
        self.listeners: list[Callable[[str, list[Any]], object]] = []
        """Functions that take each test's id and its decisions, such as the one that writes a record of the run."""
        self._results = ProbesOfRun()

    def start(self) -> None:
        """Begin to record."""
        decision_log.start()
        storing.add(self.places)

    def stop(self) -> None:
        """Stop to record."""
        storing.remove(self.places)
        decision_log.stop()

    def finish(self, test: str, *, shared: bool = False) -> None:
        """Add what happened since the last call to the data, as a part of a test.

        Args:
            test: The test's id, or the name of a fixture that several tests share.
            shared: It is such a fixture.
        """
        places = self.places
        for text in sorted(places.new):
            place = places.stored_texts[text]
            if is_policy(text):
                self.coverage.document(place, text)
        decisions = decision_log.take()
        for decision in decisions:
            if isinstance(decision, Decision):
                self._add(decision, test)
        places.finish(shared=shared)
        for listener in self.listeners:
            listener(test, decisions)

    def _add(self, decision: Decision, test: str) -> None:
        touched = self.coverage.touched.setdefault(test, set())
        for consulted in self._results.consulted(decision):
            key = self.key(consulted.policy)
            if key is None:
                continue
            touched.add(key)
            self._count(key, consulted.policy, consulted.layer, consulted.hits, test)
        undecided = undecided_of(decision)
        if undecided is not None:
            self.coverage.undecided.setdefault(undecided, Counter())[test] += 1

    def key(self, policy: Policy) -> Key | None:
        """Return the key of a policy that a decision consulted. None for a policy of AWS, which no caller stored."""
        text = self.places.source(policy.text)
        place = self.places.stored_texts.get(text)
        return None if place is None else key_of(place, text)

    def _count(self, key: Key, policy: Policy, layer: Layer, hits: tuple[Hit, ...], test: str) -> None:
        document = self.coverage.documents.get(key)
        if document is None:
            text = self.places.source(policy.text)
            document = self.coverage.document(self.places.stored_texts[text], text)
        document.layers.add(str(layer))
        if policy.name:
            document.names.add(policy.name)
        counts = document.hits
        for hit in hits:
            tests = counts.get(hit)
            if tests is None:
                tests = counts[hit] = Counter()
            tests[test] += 1


def undecided_of(decision: Decision) -> Undecided | None:
    """Return a decision that no statement decided; None for all others."""
    if decision.allowed:
        if decision.outcome.reason not in _STATEMENTLESS:
            return None
        verdict = "allowed"
    elif decision.outcome.explicit:
        return None
    else:
        verdict = "implicitly denied"
    return Undecided(verdict, decision.layer, decision.action, decision.operation or "")
