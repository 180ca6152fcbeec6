"""Makes a whole template: each resource after those it needs, or an error that names what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.stack.intrinsics import Scope, TemplateError, resolve
from local.stack.resource_types import MADE, STOOD_FOR, Client, Place
from local.stack.template import Resource, Template


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that is there: its resolved properties, and what Ref and GetAtt give for it."""

    name: str
    type: str
    properties: Mapping[str, Any]
    ref: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stack:
    """Every resource of a template, made."""

    resources: Mapping[str, Made]

    def of_type(self, kind: str) -> Iterator[Made]:
        """Yield the resources of one type, such as `AWS::SQS::Queue`."""
        return (made for made in self.resources.values() if made.type == kind)

    def only(self, kind: str) -> Made:
        """Return the one resource of a type, or raise TemplateError."""
        found = list(self.of_type(kind))
        if len(found) != 1:
            raise TemplateError(f"One {kind} is expected here, and the template has {len(found)}.")
        return found[0]


def make_stack(template: Template, parameters: Mapping[str, Any], place: Place, client: Client) -> Stack:
    """Make every resource, each after those it needs, or raise TemplateError naming what is unknown here."""
    scope = template.scope(template.parameters(parameters), place.pseudo_parameters())
    resources: dict[str, Made] = {}
    for resource in template.in_order(scope):
        made = _make(resource, scope, place, client)
        resources[made.name] = made
        scope = replace(
            scope,
            refs={**scope.refs, made.name: made.ref},
            attributes={**scope.attributes, **{(made.name, key): value for key, value in made.attributes.items()}},
        )
    return Stack(resources)


def _make(resource: Resource, scope: Scope, place: Place, client: Client) -> Made:
    properties = resolve(resource.properties, scope)
    if resource.type in MADE:
        allowed, maker = MADE[resource.type]
        if unknown := sorted(properties.keys() - allowed):
            raise TemplateError(f"{resource.name}: {resource.type} has {', '.join(unknown)}, which is not made here.")
        ref, attributes = maker(properties, place, client)
    elif resource.type in STOOD_FOR:
        ref, attributes = STOOD_FOR[resource.type](resource.name, properties, place)
    else:
        raise TemplateError(f"{resource.name}: the type {resource.type} is not known here.")
    return Made(resource.name, resource.type, properties, ref, attributes)
