"""A property that is worked out once.

`functools.cached_property` of Python 3.11 takes a lock each time, which costs more than most of what a sentence is
asked; here two threads may at worst work out the same value twice. https://github.com/python/cpython/issues/87634
"""

from collections.abc import Callable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Once(Generic[_Value]):
    """Decorate a method without arguments: its value is kept in the instance's dictionary under the method's name."""

    def __init__(self, method: Callable[..., _Value]) -> None:
        self._method, self._name = method, method.__name__
        self.__doc__ = method.__doc__

    def __get__(self, instance: object, owner: object = None) -> _Value:
        value = self._method(instance)
        instance.__dict__[self._name] = value
        return value
