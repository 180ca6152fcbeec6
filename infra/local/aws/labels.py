"""The rules of Secrets Manager's staging labels, as pure functions over which version carries which labels.

Source: AWS Secrets Manager API Reference, PutSecretValue and UpdateSecretVersionStage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CURRENT = "AWSCURRENT"
PREVIOUS = "AWSPREVIOUS"
Labels = Mapping[str, tuple[str, ...]]
"""For each version id, the labels it carries; no label is on two versions."""


class LabelRefused(Exception):
    """AWS would refuse this move; the text says why."""


def find_holder(labels: Labels, label: str) -> str | None:
    """Return the version that carries a label."""
    return next((version for version, carried in labels.items() if label in carried), None)


def labels_after_put(labels: Labels, new: str, asked: Iterable[str]) -> Labels:
    """Return the labels once a new version was put: each asked one moves to it, every other one stays where it is.

    The first version of a secret gets AWSCURRENT whatever was asked; AWSPREVIOUS follows AWSCURRENT.
    """
    wanted = tuple(dict.fromkeys(asked)) if labels else tuple(dict.fromkeys((*asked, CURRENT)))
    before = find_holder(labels, CURRENT)
    moved = {version: _without(carried, wanted) for version, carried in labels.items()} | {new: wanted}
    return _with_previous(moved, before) if CURRENT in wanted and before else moved


def labels_after_move(labels: Labels, label: str, source: str | None, target: str | None) -> Labels:
    """Return the labels once a label was moved, attached (no source) or removed (no target), or raise LabelRefused."""
    holder = find_holder(labels, label)
    _check_move(labels, label, holder, source, target)
    taken = {version: _without(carried, (label,)) for version, carried in labels.items()}
    if target is None:
        return taken
    moved = taken | {target: (*taken[target], label)}
    return _with_previous(moved, holder) if label == CURRENT and holder not in (None, target) else moved


def _check_move(labels: Labels, label: str, holder: str | None, source: str | None, target: str | None) -> None:
    for version in (source, target):
        if version is not None and version not in labels:
            raise LabelRefused(f"Not a valid version: {version}")
    if source is None and target is None:
        raise LabelRefused("You must give RemoveFromVersionId, MoveToVersionId or both.")
    if source is not None and source != holder:
        raise LabelRefused(f"Version {source} does not carry the staging label {label}.")
    if source is None and holder not in (None, target):
        raise LabelRefused(f"Staging label {label} is attached to version {holder}; name it in RemoveFromVersionId.")
    if target is None and label == CURRENT:
        raise LabelRefused("You can only move staging label AWSCURRENT to a different version, not remove it.")


def _with_previous(labels: Labels, version: str | None) -> Labels:
    return {
        each: (*_without(carried, (PREVIOUS,)), *((PREVIOUS,) if each == version else ()))
        for each, carried in labels.items()
    }


def _without(carried: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in carried if label not in gone)
