"""The long run: deployments of several sizes, with the sweep as it is and as it was before, as a table in Markdown."""

from __future__ import annotations

import sys

import click

from tests.scale.simulation import Report, Sweep, simulate, sweep_by_asking_for_all, sweep_of_the_template, workers_for

SWEEPS: dict[str, Sweep] = {"asks for all": sweep_by_asking_for_all, "asks for what is due": sweep_of_the_template}
HEAD = (
    "Connections",
    "Sweep",
    "Rotations at a time",
    "Longest sweep, s",
    "Looks per rotation",
    "Peak writes/s",
    "Writes that waited",
    "Spread",
    "Oldest token, min",
    "Expired",
)


def make_row(report: Report, sweep: str) -> list[str]:
    """Return one line of the table."""
    return [
        f"{report.connections:,}",
        sweep,
        str(report.workers),
        f"{max(report.sweep_seconds):.1f}",
        f"{report.looks / max(report.rotations, 1):.1f}",
        str(report.meter.peak_writes),
        f"{sum(report.meter.waited.values()) / max(sum(report.meter.by_second.values()), 1):.0%}",
        f"{report.spread:.2f}",
        f"{report.oldest / 60:.0f}",
        f"{report.expired:,}",
    ]


@click.command()
@click.argument("sizes", nargs=-1, type=click.IntRange(min=1))
@click.option("--hours", default=2.0, show_default=True, help="Simulated hours.")
def main(sizes: tuple[int, ...], hours: float) -> None:
    """Simulate deployments of these SIZES (connections); 1,000 to 100,000 unless given."""
    click.echo("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
    for size in sizes or (1_000, 10_000, 40_000, 100_000):
        for name, sweep in SWEEPS.items():

            def tell(done: int, of: int, said: str = f"{size:,} connections, {name}") -> None:
                click.echo(f"\r{said}: {done}/{of} sweeps", nl=done == of, err=True)

            report = simulate(size, hours, workers=workers_for(size), sweep=sweep, tell=tell)
            click.echo("| " + " | ".join(make_row(report, name)) + " |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
