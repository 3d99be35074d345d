"""The function that a name like `package.module:callable` stands for."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any, cast


def function(name: str) -> Callable[[], Any]:
    """What is called without arguments; the current directory is importable, as with `python -m`.

    Raises `ValueError` with a sentence for the operator where there is no such thing.
    """
    module, _, path = name.partition(":")
    if not module or not path:
        raise ValueError(f"{name!r} names no function: use package.module:callable")
    found: Any = _module(module)
    for part in path.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise ValueError(f"the module {module} has no {path}: use a function that it has") from None
    if not callable(found):
        raise ValueError(f"{name} is of type {type(found).__name__}: use a function, called without arguments")
    if not _takes_no_arguments(found):
        raise ValueError(f"{name} needs arguments: use a function that is called without")
    return cast(Callable[[], Any], found)


def _module(name: str) -> Any:
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            sentence = f"there is no module {error.name}: use one in this directory ({here}) or an installed one"
            raise ValueError(sentence) from None
        raise ValueError(f"the module {name} can't be imported: {type(error).__name__}: {error}") from error


def _takes_no_arguments(found: Callable[..., Any]) -> bool:
    try:
        inspect.signature(found).bind()
    except TypeError:
        return False
    except ValueError:  # a function that is not Python's own may not say
        return True
    return True
