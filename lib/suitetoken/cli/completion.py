"""`suitetoken completion`: the script that teaches a shell to complete this command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "fish", "zsh")
_VARIABLE = "_SUITETOKEN_COMPLETE"
"""What click looks for in the environment when the shell asks it for words."""


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def completion_command(shell: str) -> None:
    """Print a shell's completion script.

    \b
    Examples:
      suitetoken completion bash > ~/.local/share/bash-completion/completions/suitetoken
      suitetoken completion zsh > "${fpath[1]}/_suitetoken"
      suitetoken completion fish > ~/.config/fish/completions/suitetoken.fish
    """
    command = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(command, {}, "suitetoken", _VARIABLE).source())
