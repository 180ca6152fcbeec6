"""The documents cannot lie: what they name exists, what exists is named, and both languages say the same."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import suitetoken
from suitetoken.cli.main import suitetoken as suitetoken_command
from suitetoken.documents import NOT_AUTHORIZED, REVOCATION_UNCONFIRMED
from tests.samples.documents import TOKEN
from token_broker.netsuite import endpoint_errors
from token_broker.notices import events

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
BOTH_LANGUAGES = [
    (ROOT / "README.md", ROOT / "README.zh-CN.md"),
    (ROOT / "docs/netsuite-setup.md", ROOT / "docs/netsuite-setup.zh-CN.md"),
    (ROOT / "docs/reading.md", ROOT / "docs/reading.zh-CN.md"),
]


class _Template(yaml.SafeLoader):
    """Reads the template; what a CloudFormation tag would compute is of no interest here."""


_Template.add_multi_constructor("!", lambda *_: None)


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _code(page: Path) -> list[str]:
    """Return what a page shows as code, line by line: blocks of shell and Python, and inline."""
    blocks = re.findall(r"^```(?:sh|python)\n(.*?)^```", _text(page), re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", _text(page), flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`]+)`", rest)


def _first_column(page: Path, heading: str) -> set[str]:
    """Return the code in the first cells of the tables below a heading."""
    section = re.split(r"^## ", _text(page), flags=re.MULTILINE)
    body = next(part for part in section if part.startswith(heading))
    return set(re.findall(r"^\| `([^`]+)` ", body, re.MULTILINE))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link inside the project leads to a file that exists, and to a heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _text(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        # A Chinese page links to headings of English pages by their English anchors.
        assert not anchor or anchor in _anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_could_run(page: Path) -> None:
    """Every Python example can be parsed, and what it imports from suitetoken is there."""
    for block in re.findall(r"^```python\n(.*?)^```", _text(page), re.MULTILINE | re.DOTALL):
        tree = compile(block, page.name, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "suitetoken":
                assert {alias.name for alias in node.names} <= set(suitetoken.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    """Every make target that a page names is in the Makefile."""
    targets = set(re.findall(r"^([a-z0-9.-]+):(?!=)", _text(ROOT / "Makefile"), re.MULTILINE))
    named = {match for code in _code(page) for match in re.findall(r"^make ([a-z0-9.-]+)", code)}
    assert named <= targets


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_every_documented_make_target_is_in_the_readme(readme: Path) -> None:
    """Each target that `make help` shows has its line in the table."""
    shown = set(re.findall(r"^([a-z0-9.-]+):.*## ", _text(ROOT / "Makefile"), re.MULTILINE)) - {"help", "lock"}
    assert {f"make {target}" for target in shown} | {"make"} == _first_column(readme, "make\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_exist(page: Path) -> None:
    """Every suitetoken command that a page names exists, with every option that is shown for it."""
    for line in (found for code in _code(page) for found in re.findall(r"(?<!from )\bsuitetoken [a-z][^|;)]*", code)):
        words = line.split(" #")[0].split()[1:]
        command: click.Command = suitetoken_command
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, line
            command = found
        options = {flag for parameter in command.params for flag in parameter.opts}
        own = words[: words.index("--")] if "--" in words else words  # the rest is another command's
        assert {word for word in own if word.startswith("--")} <= options, line


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_every_command_is_in_the_readme(readme: Path) -> None:
    """Each command that `suitetoken --help` lists has its line in the table, and no other has."""
    listed = suitetoken_command.list_commands(click.Context(suitetoken_command))
    assert {entry.split()[1] for entry in _first_column(readme, "suitetoken\n")} == set(listed)


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_settings_are_those_of_the_template(readme: Path) -> None:
    """The settings tables have exactly the template's parameters and the functions' own variables."""
    template: dict[str, Any] = yaml.load(_text(ROOT / "infra/template.yaml"), _Template)  # noqa: S506
    functions = [
        resource["Properties"]["Environment"]["Variables"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    variables = {name for function in functions for name in function if name.startswith("SUITETOKEN_")}
    heading = "Settings\n" if readme == READMES[0] else "设置\n"
    assert _first_column(readme, heading) == set(template["Parameters"]) | variables


def test_every_dependency_has_its_reason() -> None:
    """Each dependency in pyproject.toml has a line in the decision about dependencies, and none is there in vain."""
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    listed = [*project["dependencies"], *(entry for extra in extras for entry in extra)]
    names = {re.split(r"[\[<>=;]", entry)[0].strip() for entry in listed} - {"suitetoken"}
    page = _text(ROOT / "docs/decisions/0002-dependencies.md")
    assert set(re.findall(r"^\| ([a-z0-9-]+) \| \S", page, re.MULTILINE)) == names


def test_every_decision_is_in_the_index() -> None:
    """The index lists every decision, under its own title."""
    index = _text(ROOT / "docs/decisions/README.md")
    for page in ROOT.glob("docs/decisions/[0-9]*.md"):
        assert f"({page.name})" in index
        assert _text(page).startswith(f"# {page.name[:4]} ")


def test_every_field_of_the_token_document_is_explained() -> None:
    """The reader's table has exactly the fields that a token document can have."""
    assert _first_column(ROOT / "docs/reading.md", "The token document") == set(TOKEN)


def test_every_problem_is_explained() -> None:
    """The operator's table has exactly the problem codes that the broker writes."""
    sources = [_text(source) for source in ROOT.glob("lambda/token_broker/**/*.py")]
    assert len(sources) > 30, "the broker's files were not found"
    coded = re.compile(r"\b(?:Problem|CertificateMismatch)\(\s*\"(\w+)\"")
    written = {code for source in sources for code in coded.findall(source)}
    named = {
        NOT_AUTHORIZED,
        REVOCATION_UNCONFIRMED,
        endpoint_errors.ClientRefused.code,
        endpoint_errors.RequestRefused.code,
        endpoint_errors.UnusableAnswer.code,
        endpoint_errors.Unexplained.code,
    }
    assert _first_column(ROOT / "docs/operations.md", "Problem codes") == written | named


def test_every_event_is_explained() -> None:
    """The operator's table has each detail type that is ever sent."""
    sent = {
        events.AUTHORIZED,
        events.ROTATED,
        events.AUTHORIZATION_REQUIRED,
        events.CERTIFICATE_ENDING,
        events.CONSENT_ENDING,
        events.ROTATION_FAILED,
    }
    assert _first_column(ROOT / "docs/operations.md", "Events") == sent


@pytest.mark.parametrize(("english", "chinese"), BOTH_LANGUAGES, ids=lambda page: page.name)
def test_both_languages_have_the_same_structure(english: Path, chinese: Path) -> None:
    """A translated page has the same headings, tables, pages of Oracle and commands as the English one."""
    for pattern in (r"^(#+) ", r"^(\|)", r"(?:section|subsect|article)_\d+"):
        ours, theirs = (re.findall(pattern, _text(page), re.MULTILINE) for page in (english, chinese))
        assert sorted(ours) == sorted(theirs), pattern
    assert _commands(english) == _commands(chinese)


def _commands(page: Path) -> set[str]:
    lines = (line.split("#")[0].strip() for line in _code(page))
    return {line for line in lines if line.startswith(("make", "suitetoken", "netsuite", "from"))}


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_the_first_screen_says_how_to_try_it(readme: Path) -> None:
    """Before the picture: without an account of anybody, headless or by clicking."""
    first = readme.read_text(encoding="utf-8").partition("```mermaid")[0]
    assert all(f"`{target}`" in first for target in ("make demo", "make run"))
