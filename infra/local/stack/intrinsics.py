"""CloudFormation's intrinsic functions, as pure functions over what a template's names stand for.

Source: AWS CloudFormation Template Reference Guide, "Intrinsic function reference".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_VARIABLE = re.compile(r"\$\{(!?)([A-Za-z0-9:.]+)\}")
_NO_VALUE = object()


class TemplateError(Exception):
    """The template cannot be read here; the text names the resource type, function or name that is unknown."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names stand for: `refs` for Ref (parameters, pseudo parameters, resources), `attributes` for GetAtt."""

    refs: Mapping[str, Any]
    attributes: Mapping[tuple[str, str], Any]
    conditions: Mapping[str, Any]


def resolve(value: Any, scope: Scope) -> Any:
    """Return the value with every intrinsic function replaced, or raise TemplateError naming what is unknown."""
    resolved = _resolve(value, scope)
    return None if resolved is _NO_VALUE else resolved


def holds(condition: Any, scope: Scope) -> bool:
    """Whether a condition holds, given by its name or by its function."""
    if isinstance(condition, str):
        if condition not in scope.conditions:
            raise TemplateError(f"There is no condition {condition}.")
        condition = scope.conditions[condition]
    found = _resolve(condition, scope)
    if not isinstance(found, bool):
        raise TemplateError(f"A condition must be true or false, not {found!r}.")
    return found


def names_in(value: Any) -> Iterator[str]:
    """Yield every name that a value refers to by Ref, GetAtt or Sub."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": asked}:
            text, local = _sub_parts(asked)
            yield from (name.split(".")[0] for name in _variables(text) if name not in local)
            yield from names_in(list(local.values()))
        case dict():
            for inner in value.values():
                yield from names_in(inner)
        case list():
            for inner in value:
                yield from names_in(inner)


def _resolve(value: Any, scope: Scope) -> Any:
    if isinstance(value, list):
        return [found for inner in value if (found := _resolve(inner, scope)) is not _NO_VALUE]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](argument, scope)
        if str(name).startswith("Fn::"):
            raise TemplateError(f"The function {name} is not known here.")
    pairs = ((key, _resolve(inner, scope)) for key, inner in value.items())
    return {key: found for key, found in pairs if found is not _NO_VALUE}


def _ref(name: Any, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return _NO_VALUE
    if name not in scope.refs:
        raise TemplateError(f"Nothing here is named {name}.")
    return scope.refs[name]


def _get_attribute(argument: Any, scope: Scope) -> Any:
    name, attribute = argument
    if (name, attribute) not in scope.attributes:
        raise TemplateError(f"The resource {name} has no attribute {attribute} here.")
    return scope.attributes[name, attribute]


def _substitute(argument: Any, scope: Scope) -> str:
    text, local = _sub_parts(argument)

    def put(match: re.Match[str]) -> str:
        literal, name = match.groups()
        if literal:
            return f"${{{name}}}"
        if name in local:
            return str(_resolve(local[name], scope))
        owner, dot, attribute = name.partition(".")
        return str(_get_attribute((owner, attribute), scope) if dot else _ref(name, scope))

    return _VARIABLE.sub(put, text)


def _split(argument: Any, scope: Scope) -> list[str]:
    separator, text = argument
    return str(_resolve(text, scope)).split(str(separator))


def _choose(argument: Any, scope: Scope) -> Any:
    condition, when_true, when_false = argument
    return _resolve(when_true if holds(condition, scope) else when_false, scope)


def _equals(argument: Any, scope: Scope) -> bool:
    one, other = (_resolve(side, scope) for side in argument)
    return str(one) == str(other)


def _each_holds(argument: Any, scope: Scope) -> Iterator[bool]:
    return (holds(condition, scope) for condition in argument)


def _sub_parts(argument: Any) -> tuple[str, Mapping[str, Any]]:
    return (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])


def _variables(text: str) -> Iterator[str]:
    return (name for literal, name in _VARIABLE.findall(text) if not literal)


_FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Condition": holds,
    "Fn::GetAtt": _get_attribute,
    "Fn::Sub": _substitute,
    "Fn::Split": _split,
    "Fn::If": _choose,
    "Fn::Equals": _equals,
    "Fn::Not": lambda argument, scope: not next(_each_holds(argument, scope)),
    "Fn::And": lambda argument, scope: all(_each_holds(argument, scope)),
    "Fn::Or": lambda argument, scope: any(_each_holds(argument, scope)),
}
