"""The members of a decorated class. Each is wrapped as the kind it is, so that lookup and binding stay the same."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from mocks3.errors import Mocks3Error
from mocks3.mocking.decorators.functions import Enter, wrap

if TYPE_CHECKING:
    from mocks3.handles.mock_aws import MockAWS

XUNIT = frozenset({"setup_method", "teardown_method", "setup_class", "teardown_class"})
"""Methods that pytest calls around tests. They are decorated in their own way."""

_NOT_CALLED_BY_USERS = frozenset(dir(object)) - {"__init__"} | {
    "__class_getitem__",
    "__del__",
    "__getattr__",
    "__instancecheck__",
    "__set_name__",
    "__subclasscheck__",
}
"""Methods that Python calls at any time: to look up an attribute, to compare, to print, to delete."""


def wrap_members(cls: type, enter: Enter, decorated: str) -> None:
    """Wrap the members of a class, and those it inherits from classes that are not decorated.

    Args:
        cls: The class to change.
        enter: Opens a world. Takes the instance or the class.
        decorated: The attribute that decorated classes have.
    """
    wrapped = {name: _wrap_inherited(cls, name, each, enter) for name, each in _inherited(cls, decorated)}
    wrapped |= {name: wrap_member(each, enter) for name, each in vars(cls).items() if _is_method_name(name)}
    for name, member in wrapped.items():
        if member is not None:
            put(cls, name, member)
            if hasattr(member, "__set_name__"):
                member.__set_name__(cls, name)


def put(cls: type, name: str, member: object) -> None:
    """Set an attribute of a class. Raise Mocks3Error if the class does not allow it."""
    try:
        setattr(cls, name, member)
    except (TypeError, AttributeError) as error:
        raise Mocks3Error(f"@mock_s3 cannot decorate {cls!r} ({error}); decorate a subclass") from None


def nested_classes(cls: type) -> Iterator[type]:
    """Yield the classes that are defined in the body of a class."""
    for name, member in list(vars(cls).items()):
        within = f"{cls.__qualname__}.{name}"
        if isinstance(member, type) and (member.__module__, member.__qualname__) == (cls.__module__, within):
            yield member


def wrap_member(member: object, enter: Enter) -> Any:
    """Return a member with its functions wrapped, or None if it is not a method."""
    if inspect.isfunction(member) or isinstance(member, functools._lru_cache_wrapper):
        return wrap(member, enter)
    if isinstance(member, staticmethod):
        return type(member)(wrap(member.__func__, _without_arguments(enter)))
    if isinstance(member, classmethod):
        # The wrapped object may be a property or another descriptor.
        inner = wrap_member(member.__func__, enter)
        return type(member)(member.__func__ if inner is None else inner)
    if isinstance(member, property):
        parts = (member.fget, member.fset, member.fdel)
        read, write, delete = (None if each is None else wrap(each, enter) for each in parts)
        made = type(member)(read, write, delete)
        made.__doc__ = member.__doc__
        return made
    if isinstance(member, functools.cached_property):
        return type(member)(wrap(member.func, enter))
    if isinstance(member, functools.partialmethod):
        return type(member)(wrap(member.func, enter), *member.args, **member.keywords)
    if isinstance(member, functools.partial):  # it is not bound
        return staticmethod(wrap(member, _without_arguments(enter)))
    if isinstance(member, functools.singledispatchmethod):
        return _wrap_dispatch(member, enter)
    return None


def _wrap_dispatch(member: Any, enter: Enter) -> Any:
    @functools.wraps(member.func)
    def dispatch(self: object, *args: object, **kwargs: object) -> object:
        return member.__get__(self, type(self))(*args, **kwargs)

    wrapped: Any = wrap(dispatch, enter)
    wrapped.register = member.register
    return wrapped


def _is_method_name(name: str) -> bool:
    return name not in XUNIT and name not in _NOT_CALLED_BY_USERS and not name.startswith("_mocks3_")


def _inherited(cls: type, decorated: str) -> Iterator[tuple[str, Any]]:
    """Yield the inherited members that no decorated class has wrapped."""
    found = {name: decorated in vars(base) for base in reversed(cls.__mro__[1:-1]) for name in vars(base)}
    for name, is_wrapped in found.items():
        if name not in vars(cls) and _is_method_name(name) and not is_wrapped:
            yield name, next(vars(base)[name] for base in cls.__mro__ if name in vars(base))


def _wrap_inherited(cls: type, name: str, member: object, enter: Enter) -> Any:
    """Return an inherited member as one of the class's own, which calls the next one in the method resolution order.

    A copy would be found before an override in another base of a subclass.
    """

    def call(self: object, *args: object, **kwargs: object) -> object:
        return getattr(super(cls, self), name)(*args, **kwargs)

    def call_static(*args: object, **kwargs: object) -> object:
        return getattr(super(cls, cls), name)(*args, **kwargs)

    def get(self: object) -> object:
        return getattr(super(cls, self), name)

    if isinstance(member, staticmethod):
        return staticmethod(wrap(call_static, _without_arguments(enter), member.__func__))
    if isinstance(member, functools.partial):
        return staticmethod(wrap(call_static, _without_arguments(enter), member))
    if isinstance(member, classmethod) and inspect.isfunction(member.__func__):
        return classmethod(wrap(call, enter, member.__func__))
    if isinstance(member, functools.partialmethod | functools.singledispatchmethod):
        return wrap(call, enter, member.func)
    if inspect.isfunction(member) or isinstance(member, functools._lru_cache_wrapper):
        return wrap(call, enter, member)
    if isinstance(member, functools.cached_property):
        return type(member)(wrap(get, enter, member.func))
    return wrap_member(member, enter)


def _without_arguments(enter: Enter) -> Enter:
    """Return ``enter`` for members that are called without the instance or the class."""

    def enter_without(*args: object, world: MockAWS | None = None) -> AbstractContextManager[MockAWS]:
        return enter(world=world)

    return enter_without
