"""Damaging what is good: fields replaced, removed and doubled, JSON that lies, texts cut, flipped and blown up."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
MARKUP = "<script>alert(1)</script>"
"""What nobody may find unescaped in a page."""
CANARY = "canary"
"""What nobody may find in anything that is shown: every secret of the fuzzed deployment holds it, or is listed."""

_DEEP: Any = []
for _ in range(400):
    _DEEP = [_DEEP]
ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 5, 3600, 1.5, -0.0, float("nan"), float("inf"), float("-inf"), 1e308),
    *(2**31, 2**53, 10**11, 10**12, 10**18, -(10**18), 10**400, -(10**400), 10**4299, 1_800_003_600),
    *("", " ", "0", "-1", "3600", "1e3", "NaN", "٣٦٠٠", "9" * 5000, "none", "null", "bearer", f"{CANARY}-odd"),
    *("\x00", "\ud800", "\udfff\ud800", "\u202e", "é", "授权", "\u2028", MARKUP, f'">{MARKUP}', "{{7*7}}", "%0d%0a"),
    *("a\r\nSet-Cookie: a=b", "a b", "../..", "arn:aws:iam::1:root", "https://", "http://[", "\t", "a;b", "1017;12"),
    *([], {}, [None], [[]], [{}], {"a": None}, [f"{CANARY}-odd"], {f"{CANARY}-odd": 1}, ["a", 1], _DEEP, "x" * 20_000),
)
"""JSON values of every type, and those of each type that are known to be trouble somewhere."""


def one_of(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Return the strategy of one of these values; unlike hypothesis's own, it never writes all of them out."""
    return st.integers(0, len(values) - 1).map(lambda at: values[at])


def any_of(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return the strategy of any of these; one that is named twice is drawn twice as often."""
    return one_of(strategies).flatmap(lambda chosen: chosen)


ODD_VALUES = one_of(ODD) | st.text(max_size=30) | st.integers() | st.floats()
ODD_TEXTS = one_of([value for value in ODD if isinstance(value, str)]) | st.text(max_size=60)
BYTES = st.binary(max_size=80)
Path = tuple[str | int, ...]


def list_paths(value: Any, above: Path = ()) -> Iterator[Path]:
    """Yield the way to every field and item, however deep."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*above, key)
            yield from list_paths(value[key], (*above, key))


def _damage_at(value: Any, path: Path, how: str, odd: Any) -> None:
    """Do one damage; where an earlier one has taken the place away, there is nothing to do."""
    for key in path[:-1]:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return
    key = path[-1]
    if isinstance(value, dict) and key in value and how == "remove":
        del value[key]
    elif isinstance(value, dict) and key in value:
        value[key] = _change(value[key], how, odd)


def _change(value: Any, how: str, odd: Any) -> Any:
    if how == "wrap":
        return [value]
    if how == "write out":
        return json.dumps(value)
    if how == "add to" and isinstance(value, str) and isinstance(odd, str):
        return value + odd
    if how == "add to" and isinstance(value, int) and isinstance(odd, int):
        return value + odd
    return odd


_HOW = st.sampled_from(["replace", "replace", "replace", "remove", "wrap", "write out", "add to"])


@st.composite
def damaged_objects(draw: st.DrawFn, sample: dict[str, Any], most: int = 3) -> dict[str, Any]:
    """Draw the sample with up to so many of its fields damaged, at any depth."""
    value = copy.deepcopy(sample)
    paths = sorted(list_paths(sample), key=str)
    for _ in range(draw(st.integers(1, most))):
        _damage_at(value, draw(one_of(paths)), draw(_HOW), draw(ODD_VALUES))
    return value


@st.composite
def damaged_texts(draw: st.DrawFn, whole: str) -> str:
    """Draw the text with something wrong in it: cut, flipped, doubled, filled up, or with a field doubled."""
    at = draw(st.integers(0, len(whole)))
    how = draw(st.sampled_from(["cut", "flip", "insert", "double", "field", "fill", "deep"]))
    if how == "cut":
        return whole[:at]
    if how == "flip":
        return whole[:at] + draw(st.characters()) + whole[at + 1 :]
    if how == "insert":
        return whole[:at] + draw(ODD_TEXTS) + whole[at:]
    if how == "double":
        return whole + whole[:at]
    if how == "field":
        name = draw(st.sampled_from(["scope", "expires_at", "grant", "token_type", "access_token", "client"]))
        return f'{{"{name}": {json.dumps(draw(ODD_VALUES))}, {whole.lstrip()[1:]}'
    return whole[:at] + ("[" * 60_000 if how == "deep" else " " * 60_000) + whole[at:]


def damaged_json(sample: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return the strategy of a JSON text that is damaged in its fields, in its letters, or not at all."""
    whole = json.dumps(sample)
    structural = damaged_objects(sample).map(json.dumps)
    return any_of(structural, structural, structural, structural, damaged_texts(whole), st.just(whole))
