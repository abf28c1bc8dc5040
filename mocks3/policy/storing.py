"""What happens to the text of a policy before it is stored: a measurement can record it, or replace it.

    stored_text(text)           a caller stores a policy: return the text to store
    read_from(text, file)       the text was read from this file
    derived_from(text, source)  this text was generated from another one, which was stored

Rule: without a listener these functions do nothing. Nothing is stored or compiled differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Listener(Protocol):
    """What a measurement of policies implements."""

    def stored(self, text: str) -> str:
        """Take the text of a policy that is about to be stored. Return the text to store instead, usually the same."""

    def read(self, text: str, file: str, pointer: str, line: int) -> None:
        """Take the text of a policy that was read from a file, with its place there."""

    def derived(self, text: str, source: str) -> None:
        """Take a text that was generated from a stored one, and replaces it in decisions."""


_listeners: tuple[Listener, ...] = ()


def add(listener: Listener) -> None:
    """Call a listener for each policy from now on. The listener that was added first is called first."""
    global _listeners
    _listeners = (*_listeners, listener)


def remove(listener: Listener) -> None:
    """Stop to call a listener."""
    global _listeners
    _listeners = tuple(each for each in _listeners if each is not listener)


@contextmanager
def unheard() -> Iterator[None]:
    """Call no listener in the block: what is stored there is no part of what is measured."""
    global _listeners
    heard, _listeners = _listeners, ()
    try:
        yield
    finally:
        _listeners = heard


def stored_text(text: str) -> str:
    """Return the text to store for a policy that a caller stores."""
    for listener in _listeners:
        text = listener.stored(text)
    return text


def read_from(text: str, file: str, pointer: str = "", line: int = 0) -> None:
    """Record that the text of a policy is the content of a file.

    Args:
        text: The text that will be stored.
        file: The path of the file.
        pointer: The JSON pointer of the policy in the file; empty if the file contains only the policy.
        line: The line of the policy in the file, from 1; 0 if it is not known.
    """
    for listener in _listeners:
        listener.read(text, file, pointer, line)


def derived_from(text: str, source: str) -> None:
    """Record that a text was generated from the text of a stored policy: the same statements in the same order."""
    for listener in _listeners:
        listener.derived(text, source)
