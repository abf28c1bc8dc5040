"""``mock_s3`` as a decorator of functions and classes.

    functions.py    functions, coroutines, generators and other callables
    members.py      the members of a class: methods, static and class methods, properties, nested classes
    classes.py      plain classes and ``unittest.TestCase``, with each way to set up

Rule 1: a decorated function keeps its kind and its signature, so that pytest still injects fixtures. Rule 2: all
code of a decorated function runs while its mock is open, also the code of a coroutine or generator that it returns.
What cannot run so is refused when it is decorated.
"""

from __future__ import annotations

from typing import Any

from mocks3.mocking.decorators.classes import decorate_class
from mocks3.mocking.decorators.functions import Make, fresh, refuse, wrap
from mocks3.mocking.decorators.members import wrap_member

__all__ = ["decorate"]


def decorate(make: Make, target: object) -> Any:
    """Decorate a function or a class.

    Args:
        make: Returns a new mock. If it is given a world, the mock opens that world again.
        target: The function or class.

    Returns:
        The decorated function, or the same class.

    Raises:
        Mocks3Error: The target is neither, or its code would run after the mock is closed.
    """
    if isinstance(target, type):
        return decorate_class(make, target)
    enter = fresh(make)
    if isinstance(target, staticmethod | classmethod | property):
        return wrap_member(target, enter)
    refuse(target)
    assert callable(target)
    return wrap(target, enter)
