"""The form of a query: an input a parameter."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ticks.api.parameters import Choice, Parameter, Whole

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Input:
    """`value` is as asked; `words` are all that may be chosen, none where anything may be written."""

    name: str
    value: str
    help: SafeString
    placeholder: str
    words: Sequence[str]
    is_number: bool
    is_wrong: bool


def inputs(parameters: Mapping[str, Parameter], given: Mapping[str, str], error: str) -> list[Input]:
    """`error` begins with the name of the parameter that is wrong, if one is."""
    return [
        Input(
            name=name,
            value=given.get(name, ""),
            help=marked(str(parameter.help_text or "")),
            placeholder=_placeholder(parameter),
            words=parameter.words if isinstance(parameter, Choice) else (),
            is_number=isinstance(parameter, Whole),
            is_wrong=error.startswith((f"{name}=", f"{name} ")),
        )
        for name, parameter in parameters.items()
    ]


def marked(text: str) -> SafeString:
    """As HTML: paragraphs, and code where there are backquotes."""
    paragraphs = (escape(one) for one in re.split(r"\n\s*\n", inspect.cleandoc(text)) if one)
    return mark_safe("".join(f"<p>{one}</p>" for one in (_CODE.sub(r"<code>\1</code>", one) for one in paragraphs)))


def _placeholder(parameter: Parameter) -> str:
    return parameter.example or ("" if parameter.otherwise is None else str(parameter.otherwise))
