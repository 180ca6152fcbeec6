"""The table in docs/kill-points.md, made by disturbing: every side effect of every flow, and how each accident ends."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.crashes.accident import KINDS, blind, disturb, follow
from tests.crashes.flows import Flow
from tests.crashes.kill import When

TABLE = Path(__file__).parents[2] / "docs/kill-points.md"
_HEAD = """# Kill points

Every side effect of every flow (each call to AWS that changes something, each token request), and how it ends when the
process dies right before or right after it, when it took place and its answer never came (a time-out; the process
lives on), and when the SDK, having missed the answer, asks again by itself. After that two sweeps come round and nobody
helps. The table is made by running the flows and disturbing them (`python -m tests.crashes.kill_points`, with
`PYTHONPATH=lib:lambda:infra:.`, half a minute); tests make sure that it is current.

- **done**: the process went on and finished.
- **healed**: the sweeps finished it: the grant is good, readers have a good token, no problem stands.
- **as before**: the flow has not happened; what was there goes on working, and the person opens the same link again.
- **asked again**: what an operator wanted had not begun, or their command died; given again it ends as if nothing had
  happened.
- **window**: NetSuite has spent a one-time refresh token and its answer died with the process, or on its way. No client
  can close this window; it is as wide as the way from NetSuite's answer to one write to Secrets Manager. Between the
  two, that write to a simulated AWS included, 60 rotations took 4.5 ms in the middle and 15 ms at most
  (`python -m tests.bench.window`). The token is tried once more after four minutes, the problem `ambiguous` is
  reported by that sweep with a fresh link, and readers keep the token that they have until it ends.

What another act does in the middle of each, and what each does after another has died, is tried as well: any two
acts, one before any call of the other (`python -m tests.crashes.two_at_once`, about 1,600 cases), and one that died
around any of its side effects, with any other act after it (`python -m tests.crashes.then_another`, about 1,600). No
law here is broken.

In each case these hold too, and the table is not made where one does not:

- A reader who looks before and after every side effect, and after each sweep, finds a token that has not expired (where
  there was one before, and nobody takes it away).
- Every version of every secret, whatever its label, is a whole document of the kind that its label says; each secret
  has one current version, and no label that is not its own.
- What is left as `AWSPENDING` is in nobody's way: the next write takes the label along and becomes current.
- The accident makes at most five versions of a secret more than the flow itself does; a day has room for a hundred, of
  which rotations take 82 (a public client's).
- Revoked or removed means that NetSuite knows the grant no more, either.
"""
READINGS = "Whichever reading of AWS"
_COLUMNS = ["| | Side effect | dies before | dies after | answer lost | asked twice |", "|---|---|---|---|---|---|"]


def make_table() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(line for flow in KINDS for line in make_sections(flow))])


def make_sections(flow: Flow[Any]) -> Iterator[str]:
    """Yield the tables of a flow: one for all kinds of connection for which it is the same."""
    by_rows: dict[tuple[str, ...], list[str]] = {}
    for kind in KINDS[flow]:
        by_rows.setdefault(tuple(make_rows(flow, kind)), []).append(kind)
    for rows, kinds in by_rows.items():
        yield from (f"## {title(flow)}, {' and '.join(kinds)}\n", *_COLUMNS, *rows, "")


def make_rows(flow: Flow[Any], kind: str) -> Iterator[str]:
    """Yield one row for each side effect, and a line for all readings."""
    for index, effect in enumerate(follow(flow, kind).effects):
        outcomes = " | ".join(disturb(flow, kind, index, when) for when in When)
        yield f"| {index + 1} | `{effect}` | {outcomes} |"
    ends = {blind(flow, kind, index) for index in range(len(follow(flow, kind).readings))}
    yield f"\n{READINGS} fails: {', '.join(sorted(ends))}."


def read_page() -> dict[tuple[str, str], list[tuple[str, dict[When, str]]]]:
    """Return what the page says: for each flow (its name) and kind, each side effect and how its accidents end."""
    found: dict[tuple[str, str], list[tuple[str, dict[When, str]]]] = {}
    for section in TABLE.read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, kinds = section.partition("\n")[0].rpartition(", ")
        rows = re.findall(r"^\| \d+ \| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
        read = [(effect, dict(zip(When, cells.split(" | "), strict=True))) for effect, cells in rows]
        found |= {(name, kind): read for kind in kinds.split(" and ")}
    return found


def title(flow: Flow[Any]) -> str:
    """Return a flow's name as the page has it."""
    return flow.name[0].upper() + flow.name[1:]


def main() -> None:
    """Write the page; what the flows' functions log goes nowhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        page = make_table()
    TABLE.write_text(page, encoding="utf-8")
    print(f"{TABLE}: {len(KINDS)} flows, {page.count(chr(10) + '| ') - page.count(_COLUMNS[0])} side effects")  # noqa: T201


if __name__ == "__main__":
    main()
