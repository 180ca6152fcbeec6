"""Every example of a command, in the pages and in `--help`, runs on the twin exactly as it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from suitetoken.cli.main import suitetoken
from tests.docs.example_stage import example_stage
from tests.docs.test_lessons import existing_tests

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("README*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "lib/ansible_collections/suitetoken/netsuite/README.md",
]
_OWN_KEY = "another account's reader needs a key of one's own (`SECRETS_KEY=own`), as the command says"
NOT_RUN: Mapping[str, str] = {
    "suitetoken status --watch --every 60": "goes on until Ctrl-C; test_watch_draws_until_ctrl_c runs it",
    'suitetoken completion zsh > "${fpath[1]}/_suitetoken"': "the folder is one of zsh's; the text is tested",
    "suitetoken doctor --prefix suitetoken-dev --region eu-west-1": "is about a second deployment, which is not there",
    "suitetoken connection update finance-prod --reader arn:aws:iam::111122223333:role/nightly": _OWN_KEY,
    "suitetoken connection update finance-prod --reader arn:aws:iam::444455556666:role/nightly": _OWN_KEY,
    "suitetoken token finance-prod --region eu-west-3": "reads the copy that the line above it makes",
    "suitetoken link try-me": "names of the emulator's stay; `make emulator` runs them",
    "suitetoken token try-me": "the same",
    "suitetoken rotate try-me --force --wait": "the same",
    "suitetoken connection add … --reader ARN --replica-region REGION": "a pattern, as its dots say",
}
"""Lines that are no example for the twin, and why."""
STATES = {"certificate register": "created", "certificate create": "created", "certificate retire": "followed"}
"""Which state of the connection `nightly` an example is about, by its words; else it is registered."""
ADDS = re.compile(r"suitetoken (client|connection) add (\S+)")


def _list_help(group: click.Group = suitetoken) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _list_help(command)
        elif command is not None:
            lines = (line.strip() for line in (command.help or "").splitlines())
            yield from (line for line in lines if line.startswith("suitetoken "))


def _list_page(page: Path) -> Iterator[str]:
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            example = re.sub(r"\s+# .*$", "", line.strip())
            if example.startswith("suitetoken "):
                yield example


RUN_BY: Mapping[str, str] = {
    ".": "test_the_playbook_of_the_docs_does_what_it_says",
    "ansible-playbook": "test_the_playbook_of_the_docs_does_what_it_says",
    "cd": "test_the_nightly_script_writes_its_file",
    "curl": "test_the_token_reaches_netsuite",
    "document=$(aws": "test_the_token_reaches_netsuite",
    "exit": "test_the_token_reaches_netsuite",
    "export": "test_the_playbook_of_the_docs_does_what_it_says",
    "jq": "test_the_token_reaches_netsuite",
    "js": "test_the_token_reaches_netsuite",
    "make": "test_every_documented_make_target_is_in_the_readme",
    "mv": "test_the_nightly_script_writes_its_file",
    "python": "test_a_python_example_runs",
    "set": "test_the_nightly_script_writes_its_file",
    "suitetoken": "test_every_example_runs_as_printed",
    "yaml": "test_what_may_not_be_read_is_an_error_unless_said_otherwise",
    "}": "test_the_token_reaches_netsuite",
}
"""The test that runs examples of a language, or of a shell's first word, unless their page says that none does."""
MARK = re.compile(r"^\*(?:Not run by the tests|测试中不运行)[:*](?:.+\n)+", re.MULTILINE)


def _list_kinds(page: Path) -> set[str]:
    """Return the languages of a page's examples, and the first word of each line for a shell."""
    kinds: set[str] = set()
    for language, block in re.findall(r"^ *```(\w+)\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        if language == "sh":
            lines = (line.split() for line in block.replace("\\\n", " ").splitlines())
            kinds |= {words[0] for words in lines if words and not words[0].startswith("#")}
        elif language not in ("mermaid", "json"):
            kinds.add(language)
    return kinds


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_kind_of_example_is_run_or_marked(page: Path) -> None:
    """By a test that is there, or the page says in a sentence of its own that it is not."""
    marked = set(re.findall(r"`([^`]+)`", " ".join(MARK.findall(page.read_text("utf-8")))))
    assert _list_kinds(page) <= RUN_BY.keys() | marked


def test_what_runs_the_examples_exists() -> None:
    """A renamed test takes its examples along."""
    assert set(RUN_BY.values()) <= existing_tests()


EXAMPLES = sorted({*_list_help(), *(line for page in PAGES for line in _list_page(page))} - NOT_RUN.keys())


def test_what_is_not_run_is_printed_somewhere() -> None:
    """An exception that nothing needs any more goes."""
    printed = {*_list_help(), *(line for page in PAGES for line in _list_page(page))}
    assert NOT_RUN.keys() <= printed
    assert len(EXAMPLES) > 60


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_example_runs_as_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each from the same beginning; it ends with 0, and says what it did."""
    failed = []
    with example_stage(monkeypatch, capfd, tmp_path) as (stage, states):
        for number, line in enumerate(EXAMPLES):
            state = next((states[name] for words, name in STATES.items() if words in line), states["registered"])
            added = ADDS.match(line)
            kinds = {"client": ("client",), "connection": ("connection", "token")}
            gone = {f"suitetoken/{kind}/{added[2]}" for kind in kinds[added[1]]} if added else set()
            stage.saved = {name: body for name, body in state.items() if name not in gone}
            folder = tmp_path / str(number)
            folder.mkdir()
            ran = stage.run(line, folder, capfd)
            if ran.code != 0:
                failed.append(f"{line}\n  ended with {ran.code}: {ran.err.strip()[-300:]}")
    assert not failed, "\n".join(failed)
