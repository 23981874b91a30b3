"""The verb that prints a completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL: bash (4.4 or later), zsh or fish.

    Verbs, options, presets, keys of --set, variables and findings are completed.

    \b
    Examples:
      octavia-wizard completion bash > ~/.local/share/bash-completion/completions/octavia-wizard
      octavia-wizard completion zsh  > "${fpath[1]}/_octavia-wizard"
      octavia-wizard completion fish > ~/.config/fish/completions/octavia-wizard.fish
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"this version of click has no completion for {shell}")
    program = "octavia-wizard"
    variable = "_OCTAVIA_WIZARD_COMPLETE"
    script = found(context.find_root().command, {}, program, variable)
    template = found.source_template % script.source_vars()
    click.echo(template)
