"""Reads a CloudFormation template: parameters, conditions, and its resources in the order they must be made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml

from local.stack.intrinsics import Scope, TemplateError, holds, names_in


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it is written; its properties are not resolved."""

    name: str
    type: str
    properties: Mapping[str, Any]
    needs: frozenset[str]
    condition: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A whole template as it is written. `defaults` has None for a parameter that must be given."""

    defaults: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Resource]

    @classmethod
    def from_file(cls, path: Path) -> Template:
        """Read a template's file."""
        return cls.from_text(path.read_text("utf-8"))

    @classmethod
    def from_text(cls, text: str) -> Template:
        """Read a template, or raise TemplateError."""
        document = load_document(text)
        if "Transform" in document:
            raise TemplateError("The template's Transform is not known here.")
        return cls(
            defaults={name: _default(it) for name, it in document.get("Parameters", {}).items()},
            conditions=document.get("Conditions", {}),
            resources={name: _make_resource(name, it) for name, it in document["Resources"].items()},
        )

    def parameters(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return every parameter's value, or raise TemplateError for an unknown or a missing one."""
        if unknown := sorted(set(given) - set(self.defaults)):
            raise TemplateError(f"The template has no parameter {', '.join(unknown)}.")
        values = {**self.defaults, **given}
        if missing := sorted(name for name, value in values.items() if value is None):
            raise TemplateError(f"The template needs a value for {', '.join(missing)}.")
        return values

    def scope(self, parameters: Mapping[str, Any], pseudo: Mapping[str, Any]) -> Scope:
        """Return what names stand for before any resource is made."""
        return Scope({**pseudo, **parameters}, {}, self.conditions)

    def in_order(self, scope: Scope) -> Iterator[Resource]:
        """Yield the resources whose condition holds, each after those it needs."""
        present = {
            name: resource
            for name, resource in self.resources.items()
            if resource.condition is None or holds(resource.condition, scope)
        }
        graph = {name: resource.needs & present.keys() for name, resource in present.items()}
        return (present[name] for name in TopologicalSorter(graph).static_order())


def load_document(text: str) -> dict[str, Any]:
    """Return a template as plain values, its functions in their long form; raise TemplateError where it is not YAML."""
    try:
        document: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506  # nosec B506 # (safe, with more tags)
    except yaml.YAMLError as error:
        raise TemplateError(f"The template is not YAML: {error}") from error
    return document


def _default(parameter: Mapping[str, Any]) -> Any:
    default = parameter.get("Default")
    return default if default is None else str(default)


def _make_resource(name: str, written: Mapping[str, Any]) -> Resource:
    properties = written.get("Properties", {})
    after = written.get("DependsOn", ())
    explicit: Iterable[str] = [after] if isinstance(after, str) else after
    return Resource(
        name=name,
        type=written["Type"],
        properties=properties,
        needs=frozenset(explicit) | frozenset(names_in(properties)),
        condition=written.get("Condition"),
    )


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags; a date such as a policy's version stays text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own class attribute)
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _construct_short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value = _construct(loader, node)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


def _construct(loader: _Loader, node: yaml.Node) -> Any:
    match node:
        case yaml.ScalarNode():
            return loader.construct_scalar(node)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
    raise TemplateError(f"A tag stands before {type(node).__name__}.")


_Loader.add_multi_constructor("!", _construct_short_form)
