"""``--mocks3-instead-of-moto``: put mocks3 in place of moto's mocks, and summarize what the run's tests owe to that.

Rule: this file is imported only if the flag is given, or at the end of a run that used mocks3.
"""

from __future__ import annotations

from typing import Any

import pytest

KEY = "mocks3_habits"
"""The key under which a worker of pytest-xdist sends its counts."""
OLD_NAMES = ("mock_s3", "mock_sts", "mock_kms", "mock_iam")
"""The names of moto 4. Suites that still have them run too."""
_of_workers: pytest.StashKey[dict[str, int]] = pytest.StashKey()
_before: pytest.StashKey[dict[str, int]] = pytest.StashKey()


def replace() -> None:
    """Replace the mocks in moto's modules, before a test file or a conftest imports them.

    Raises:
        pytest.UsageError: moto is not installed.
    """
    try:
        import moto
        import moto.core
        import moto.core.decorator
        import moto.core.models
    except ImportError as error:
        raise pytest.UsageError(
            f"--mocks3-instead-of-moto replaces moto, which cannot be imported: {error}. Change the import in the "
            "tests instead: from mocks3.compat.moto import mock_aws"
        ) from None
    from mocks3.compat import moto as compat

    for module in (moto, moto.core.decorator):
        vars(module)["mock_aws"] = compat.mock_aws
    for name in OLD_NAMES:
        vars(moto)[name] = getattr(compat, name)
    for module in (moto.core, moto.core.models):
        for name in ("patch_client", "patch_resource"):
            vars(module)[name] = getattr(compat, name)


def begin(config: pytest.Config) -> None:
    """Remember what this process counted before the run."""
    config.stash[_before] = _counts()


def send(config: pytest.Config, workeroutput: dict[str, Any]) -> None:
    """Send the counts of a worker of pytest-xdist to the controller."""
    workeroutput[KEY] = _own(config)


def receive(config: pytest.Config, workeroutput: dict[str, Any]) -> None:
    """Add the counts of a worker that has ended."""
    total = config.stash.setdefault(_of_workers, {})
    for name, number in workeroutput.get(KEY, {}).items():
        total[name] = total.get(name, 0) + number


def lines(config: pytest.Config) -> list[str]:
    """Return the lines of the summary: one for each habit that an option allowed in this run."""
    from mocks3.model import habits

    own, others = _own(config), config.stash.get(_of_workers, {})
    numbers = {habit: own.get(habit.many, 0) + others.get(habit.many, 0) for habit in habits.HABITS}
    return habits.sentences({habit: number for habit, number in numbers.items() if number})


def _own(config: pytest.Config) -> dict[str, int]:
    """Return the counts of this process since the run began."""
    before = config.stash.get(_before, {})
    return {name: number - before.get(name, 0) for name, number in _counts().items()}


def _counts() -> dict[str, int]:
    from mocks3.model import habits

    return {habit.many: number for habit, number in habits.counts().items()}
