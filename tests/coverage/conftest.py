"""A measurement around the calls of a test, and access to what one statement did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mocks3 import MockAWS
from mocks3.coverage.collecting import Collector
from mocks3.coverage.data import Coverage
from mocks3.coverage.measuring import DocumentFigures, StatementFigures, measure

FOLDER = Path(__file__).parent


class Measured:
    """The measurement of a test."""

    def __init__(self) -> None:
        self.collector = Collector(str(FOLDER))

    @property
    def coverage(self) -> Coverage:
        """The data, with everything that happened so far."""
        self.collector.finish("the test")
        return self.collector.coverage

    def documents(self) -> list[DocumentFigures]:
        return measure(self.coverage)

    def statement(self, sid: str) -> StatementFigures:
        """Return what the statement with a Sid did."""
        (found,) = (each for document in self.documents() for each in document.statements if each.name == sid)
        return found

    def counts(self, sid: str) -> tuple[int, int, int]:
        """Return how often a statement allowed, denied, and matched without deciding."""
        found = self.statement(sid)
        return found.allowed, found.denied, found.matched

    def missing(self, sid: str) -> list[str]:
        """Return the branches of a statement that never happened."""
        return [branch.text for branch in self.statement(sid).missing]


@pytest.fixture
def measured() -> Iterator[Measured]:
    measured = Measured()
    measured.collector.start()
    yield measured
    measured.collector.stop()


@pytest.fixture
def data(measured: Measured, aws: MockAWS) -> str:
    """An empty bucket. Its creation is not measured."""
    aws.account().create_bucket("data", public_access_block=None, objects={"k": b"v"})
    return "data"
