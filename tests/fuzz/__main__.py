"""The long run: very many inputs for everything that takes input from outside, with its progress shown."""

from __future__ import annotations

import sys
import time
import warnings

import click

from tests.fuzz.guided_run import Guided, fuzz_guided, is_possible, list_parsers
from tests.fuzz.long_run import Measured, fuzz, share_out
from tests.fuzz.targets import TARGETS

_SHOWN_EVERY = 5.0


class Progress:
    """Tells every few seconds how far the run is."""

    def __init__(self, all_inputs: int) -> None:
        """Begin now."""
        self._began = self._shown = time.monotonic()
        self._all, self._done = all_inputs, 0

    def tell(self, measured: Measured) -> None:
        """Tell of one target, and of all."""
        if time.monotonic() - self._shown < _SHOWN_EVERY:
            return
        self._shown = time.monotonic()
        done = self._done + measured.inputs
        rate = done / (self._shown - self._began)
        click.echo(
            f"{done:>9,} of {self._all:,} inputs, {rate:,.0f} a second; now {measured.target.name}: "
            f"{measured.inputs:,} of {measured.wanted:,}",
            err=True,
        )

    def finish(self, measured: Measured) -> None:
        """Count a target as done."""
        self._done += measured.inputs


def print_table(results: list[Measured]) -> None:
    """Print what each target came to."""
    click.echo(f"{'target':<47} {'inputs':>8} {'seconds':>8} {'a second':>9} {'slowest':>10} {'growth':>8}")
    for each in results:
        click.echo(
            f"{each.target.name:<47} {each.inputs:>8,} {each.seconds:>8.1f} {each.rate:>9,.0f} "
            f"{each.slowest * 1000:>7.0f} ms {each.growth:>4.0f} MiB{'  FAILED' if each.failure else ''}"
        )
    inputs, seconds = sum(each.inputs for each in results), sum(each.seconds for each in results)
    slowest, growth = max(each.slowest for each in results), sum(each.growth for each in results)
    click.echo(
        f"{'all':<47} {inputs:>8,} {seconds:>8.1f} {inputs / max(seconds, 0.001):>9,.0f} {slowest * 1000:>7.0f} ms "
        f"{growth:>4.0f} MiB"
    )


def run_guided(seconds: int, seed: int) -> list[Guided]:
    """Fuzz the pure parsers by coverage, where that is possible, and print what came of it."""
    if not is_possible():
        click.echo("Not guided by coverage: this Python has no atheris (make fuzz has, where Python 3.13 is).")
        return []
    click.echo(f"\n{'guided by coverage':<47} {'inputs':>8} {'branches':>9}")
    results = []
    for name in list_parsers():
        result = fuzz_guided(name, seconds, seed)
        results.append(result)
        click.echo(f"{name:<47} {result.inputs:>8,} {result.covered:>9,}{'  FAILED' if result.failure else ''}")
    return results


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--inputs", type=click.IntRange(min=1), default=100_000, show_default=True, help="How many in all.")
@click.option("--seed", type=int, default=1, show_default=True, help="Has the same inputs drawn again.")
@click.option("--target", "name", default="", help="Only the target of this name.")
@click.option("--seconds", type=int, default=1800, show_default=True, help="When to stop, done or not.")
@click.option("--guided-seconds", type=click.IntRange(min=0), help="For each pure parser. [inputs / 10,000]")
@click.option("--list", "only_list", is_flag=True, help="Print the names of the targets, and stop.")
def main(inputs: int, seed: int, name: str, seconds: int, guided_seconds: int | None, only_list: bool) -> None:
    """Fuzz everything that takes input from outside. No network. Ends with 1 where a law is broken."""
    targets = [target for target in TARGETS if name in ("", target.name)]
    if only_list or not targets:
        click.echo("\n".join(target.name for target in TARGETS))
        sys.exit(0 if only_list else 2)
    warnings.simplefilter("ignore")
    until, results = time.monotonic() + seconds, share_out(targets, inputs)
    progress = Progress(sum(each.wanted for each in results))
    for each in results:
        fuzz(each, seed, until, progress.tell)
        progress.finish(each)
    print_table(results)
    guided_seconds = max(1, inputs // 10_000) if guided_seconds is None else guided_seconds
    guided = run_guided(guided_seconds, seed) if guided_seconds and not name else []
    failures = [f"{each.target.name}: {each.failure}" for each in results if each.failure]
    failures += [f"{each.name}, guided: {each.failure}" for each in guided if each.failure]
    for failure in failures:
        click.echo(f"\n{failure}", err=True)
    if any(each.inputs < each.wanted and not each.failure for each in results):
        click.echo(f"Stopped after {seconds} s, before all inputs were tried.", err=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
