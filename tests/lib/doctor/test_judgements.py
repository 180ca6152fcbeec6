"""Each check of what AWS runs: once as it should be, once not, always with a next step."""

from __future__ import annotations

from suitetoken.admin.doctor import Finding, Mark, judgements
from suitetoken.admin.doctor.aws_facts import Activity, Alarm, Listeners, Stack
from suitetoken.admin.doctor.examination import is_nothing_seen
from suitetoken.admin.doctor.finding import attempt
from suitetoken.admin.doctor.hosts import Answer, judge_clock, judge_health, judge_hosts
from suitetoken.cli.doctor import exit_code, summarize
from suitetoken.errors import AccessDenied, Unavailable

URL = "https://broker.example"
NEW = Stack("suitetoken", "CREATE_COMPLETE", 1000, {"PublicUrl": URL, "RedirectUri": f"{URL}/oauth/callback"})
NONE = Stack("suitetoken")


ORDERS = {"allow", "check", "deploy", "enable", "give", "have", "look", "open", "run", "see", "try", "wait"}
"""The words that next steps begin with: each tells somebody to do something, none only how things are."""


def marks(findings: list[Finding]) -> list[str]:
    """Return the marks; what is not right must have a next step, which says what to do, and what is right none."""
    assert all(bool(finding.next_step) is (finding.mark is not Mark.RIGHT) for finding in findings)
    assert {finding.next_step.split()[0] for finding in findings if finding.next_step} <= ORDERS
    return [finding.mark.value for finding in findings]


def test_the_stack() -> None:
    """Whole, at work, rolled back, broken, absent."""
    words = ["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", ""]
    found = [marks(judgements.judge_stack(Stack("suitetoken", word))) for word in words]
    assert found == [["right"], ["warning"], ["warning"], ["wrong"], ["warning"]]
    assert "no stack named suitetoken" in judgements.judge_stack(NONE)[0].message


def test_the_redirect_uri() -> None:
    """What must be registered is said; stack and parameter must agree."""
    (told,) = judgements.judge_address(NEW, URL)
    assert (told.mark, told.message.split()[-1]) == (Mark.RIGHT, f"{URL}/oauth/callback")
    (differing,) = judgements.judge_address(NEW, "https://other.example")
    assert differing.mark is Mark.WRONG
    assert "PublicUrl and RedirectUri" in differing.message
    assert marks(judgements.judge_address(NONE, URL)) == ["right"]


def test_the_schedule() -> None:
    """Enabled, disabled, gone; where there is no stack its absence is no error."""
    found = [judgements.judge_schedule(*each) for each in [("ENABLED", NEW), ("DISABLED", NEW), ("", NEW), ("", NONE)]]
    assert [marks(each) for each in found] == [["right"], ["wrong"], ["wrong"], ["warning"]]


def test_the_sweep() -> None:
    """It ran, or not; a stack made minutes ago and a twin are excused."""
    ran, silent = Activity(3, 0), Activity(0, 0)
    found = [
        judgements.judge_sweeps(ran, NEW, 9000),
        judgements.judge_sweeps(silent, NEW, 9000),
        judgements.judge_sweeps(silent, NEW, 1300),
        judgements.judge_sweeps(silent, NONE, 9000),
    ]
    assert [marks(each) for each in found] == [["right"], ["wrong"], ["warning"], ["warning"]]


def test_queue_and_dead_letters() -> None:
    """Worked off or not, none or some."""
    assert marks(judgements.judge_queue_age(Activity(3, 300))) == ["right"]
    assert marks(judgements.judge_queue_age(Activity(3, 301))) == ["wrong"]
    assert marks(judgements.judge_dead_letters(0)) == ["right"]
    assert marks(judgements.judge_dead_letters(2)) == ["wrong"]


def test_alarms() -> None:
    """Silent, firing, without a voice, missing: one line for each that is not as it should be."""
    silent, firing, mute = Alarm("a", False, True), Alarm("b", True, True), Alarm("c", False, False)
    found = [
        judgements.judge_alarms(alarms, NEW) for alarms in ([silent], [silent, firing, firing], [silent, mute], [])
    ]
    assert [marks(each) for each in found] == [["right"], ["wrong", "wrong"], ["warning"], ["wrong"]]
    assert marks(judgements.judge_alarms([], NONE)) == ["warning"]


def test_listeners() -> None:
    """Somebody is told, somebody else is still to confirm, nobody confirmed, nobody was asked."""
    found = [judgements.judge_listeners(Listeners(*each)) for each in ((2, 0), (1, 1), (0, 1), (0, 0))]
    assert [marks(each) for each in found] == [["right"], ["warning"], ["wrong"], ["warning"]]


def test_clocks() -> None:
    """Seconds apart are nothing, half a minute is worth a word, five minutes break things; both directions."""
    found = [judge_clock("AWS", theirs, 10_000) for theirs in (10_029.9, 9_970.0, 10_300.0, 9_000.0, None)]
    assert [marks(each) for each in found] == [["right"], ["warning"], ["wrong"], ["wrong"], []]


def test_health() -> None:
    """Only our own answer will do: a parked domain answers too."""
    url, good = f"{URL}/health", '{"status": "ok"}'
    answers = [Answer(url, 200, body=good), Answer(url, 200, body="Parked"), Answer(url, 503), Answer(url, failure="x")]
    assert [marks(judge_health(answer)) for answer in answers] == [["right"], ["wrong"], ["wrong"], ["wrong"]]


def test_hosts() -> None:
    """Any status means that the host is reached."""
    answers = [Answer("https://a.example/", 404), Answer("https://b.example/", failure="its name is not known (DNS)")]
    assert marks(judge_hosts(answers)) == ["right", "wrong"]
    assert "DNS" in judge_hosts(answers)[1].message


def test_an_error_of_aws_is_a_line() -> None:
    """Denied access names the permission that is missing; what may pass is told as it is."""

    def refuse() -> str:
        raise AccessDenied("no.", subject="it")

    def fail() -> str:
        raise Unavailable("throttled.", subject="it", next_step="try again.")

    denied = attempt("stack", "cloudformation:DescribeStacks", refuse).judged(lambda _: [])
    assert marks(denied) == ["denied"]
    assert "cloudformation:DescribeStacks" in denied[0].next_step
    (failed,) = attempt("stack", "x", fail).judged(lambda _: [])
    assert failed == Finding("stack", Mark.WRONG, "it: throttled.", "try again.")


def test_how_it_ends() -> None:
    """0 without a fault, 1 with one or where something was not to be seen, 5 where nothing was."""
    right, warned, wrong, denied = (Finding("stack", mark, "m") for mark in Mark)
    credentials = Finding("credentials", Mark.RIGHT, "m")
    ends = [[credentials, right, warned], [right, wrong], [right, denied], [credentials, denied, denied], [denied]]
    assert [exit_code(each) for each in ends] == [0, 1, 1, 5, 5]
    assert is_nothing_seen([credentials, denied])
    assert summarize([right, right, wrong]) == "2 right, 1 wrong."
