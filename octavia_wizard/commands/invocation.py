"""One call of the command line: its common options, wherever they stood, and its voice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.core.commandline import DEFAULT_DEPLOY_DIR

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.session import Options
    from octavia_wizard.core.vault import Vault
    from octavia_wizard.output import Output, Result

REHEARSAL = "rehearsal"
F = TypeVar("F", bound=Callable[..., Any])

Given = dict[str, Any]
"""Values of the common options by name; ``NAME:source`` says where one came from."""


class Invocation:
    """The common options of a call, and the voice it speaks with."""

    def __init__(self, given: Mapping[str, Any], verb: str) -> None:
        self.given = given
        self.verb = verb
        self.rehearsal: Rehearsal | None = None

    @cached_property
    def output(self) -> Output:
        """The voice of this call."""
        return output_for(self.given)

    @property
    def deploy_dir(self) -> Path:
        """The deploy directory."""
        chosen = self.given.get("deploy_dir")
        if chosen is None and self.rehearsal is not None:
            return self.rehearsal.deploy_dir
        return Path(chosen or DEFAULT_DEPLOY_DIR).absolute()

    @property
    def verbose(self) -> bool:
        """Whether to tell more."""
        return bool(self.given.get("verbose"))

    @property
    def rehearse(self) -> bool:
        """Whether to work on the rehearsal cloud."""
        return bool(self.given.get("rehearse"))

    def options(self, answers: Answers | None = None) -> Options:
        """Return the options of a session; ``answers`` say which cloud a preset names."""
        from octavia_wizard.core.session import Options

        cloud = self._chosen("cloud", "cloud.name", answers)
        if self.rehearsal is not None:
            cloud = cloud or REHEARSAL
        named = cloud if cloud or answers is None else answers.values.get("cloud.name")
        return Options(
            deploy_dir=self.deploy_dir,
            cloud=cloud,
            region=self._chosen("region", "cloud.region", answers),
            clouds_files=self._rehearsal_clouds(named),
            vault_password_file=self._password_file,
            vault=self._typed_vault,
        )

    @property
    def _password_file(self) -> Path | None:
        """The file with the vault's password; raises UsageError for a bad one on this line."""
        named = self.given.get("vault_password_file")
        if not named:
            return None
        path = Path(named).expanduser().absolute()
        if not self._from_environment("vault_password_file"):
            from octavia_wizard.core.vault import require_password_file

            # One of the environment may be there for other clouds, and is looked at when needed.
            require_password_file(path)
        return path

    @cached_property
    def _typed_vault(self) -> Vault | None:
        """What the password opens that ``--ask-vault-pass`` asks for, once in this call."""
        if not self.given.get("ask_vault_pass"):
            return None
        from octavia_wizard.commands.vault_password import ask_vault_password

        on_line = not self._from_environment("vault_password_file")
        return ask_vault_password(
            self.output,
            self.deploy_dir,
            file_too=on_line and bool(self.given.get("vault_password_file")),
        )

    def _chosen(self, name: str, key: str, answers: Answers | None) -> str | None:
        """Return an option; one of the environment gives way to what the answers say."""
        value: str | None = self.given.get(name)
        if value is not None and answers is not None and self._from_environment(name):
            files_only = answers.values.get("cloud.mode") == "files"
            if key in answers or files_only or self.rehearsal is not None:
                return None
        return value

    def _from_environment(self, name: str) -> bool:
        return self.given.get(f"{name}:source") == click.core.ParameterSource.ENVIRONMENT

    def _rehearsal_clouds(self, cloud: object) -> tuple[Path, ...]:
        if self.rehearsal is not None:
            return (self.rehearsal.clouds_file,)
        if not isinstance(cloud, str) or cloud.partition("-")[0] != REHEARSAL:
            return ()
        from octavia_wizard.rehearsal.layout import Layout

        path = Layout.default().clouds_file
        return (path,) if path.exists() else ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a call needs to know of the rehearsal cloud it started."""

    clouds_file: Path
    deploy_dir: Path
    answers: Answers
    """What is answered in advance there."""


def output_for(given: Mapping[str, Any]) -> Output:
    """Return the voice that the common options ask for."""
    from octavia_wizard.output import make_output

    return make_output(
        given.get("format") or "text",
        verbose=bool(given.get("verbose")),
        may_ask=not given.get("no_input"),
    )


def verb(function: Callable[..., Result]) -> Callable[..., None]:
    """Make a function of an invocation a command: say its result and end with its code."""

    @wraps(function)
    @click.pass_context
    def run(context: click.Context, /, **parameters: Any) -> None:
        given = context.find_root().ensure_object(dict)
        name = context.command_path.partition(" ")[2] or context.command.name or ""
        invocation = Invocation(given, name)
        if invocation.rehearse:
            # Circular, and needed only here: starting needs the voice of this call.
            from octavia_wizard.commands.rehearsing import open_rehearsal

            invocation.rehearsal = open_rehearsal(invocation)
        result = function(invocation, **parameters)
        invocation.output.show(result)
        invocation.output.finish(name, result.exit_code)
        context.exit(result.exit_code)

    return run


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a common option; the one nearest to the end of the command line wins."""
    given: Given = context.find_root().ensure_object(dict)
    name = str(parameter.name)
    source = context.get_parameter_source(name)
    if value is None or source is click.core.ParameterSource.DEFAULT:
        return
    if source is click.core.ParameterSource.ENVIRONMENT and name in given:
        return
    given[name] = value
    given[f"{name}:source"] = source


def _common(*names: str, **attributes: Any) -> Callable[[F], F]:
    return click.option(*names, expose_value=False, callback=_remember, default=None, **attributes)


def _flag(*names: str, **attributes: Any) -> Callable[[F], F]:
    return click.option(
        *names, is_flag=True, expose_value=False, callback=_remember, default=None, **attributes
    )


_CLOUD = (
    _common(
        "--cloud",
        "--os-cloud",
        "cloud",
        envvar="OS_CLOUD",
        show_envvar=True,
        metavar="NAME",
        help="Cloud in clouds.yaml. Wins over the preset; the variable does not.",
    ),
    _common(
        "--region",
        "--os-region-name",
        "region",
        envvar="OS_REGION_NAME",
        show_envvar=True,
        metavar="NAME",
        help="Region of that cloud.",
    ),
)
_PLACE = (
    _common(
        "--deploy-dir",
        type=click.Path(file_okay=False),
        metavar="DIR",
        help=f"Deploy directory of OpenStack-Ansible.  [default: {DEFAULT_DEPLOY_DIR}]",
    ),
    _flag(
        "--rehearse",
        help="Work on the rehearsal cloud, started first if need be, with a deploy directory of "
        "its own.",
    ),
)
_VAULT = (
    _common(
        "--vault-password-file",
        type=click.Path(),
        envvar="ANSIBLE_VAULT_PASSWORD_FILE",
        show_envvar=True,
        metavar="FILE",
        help="Opens what ansible-vault encrypted; a file that is executable is run.",
    ),
    _flag("--ask-vault-pass", help="Ask for that password."),
)
_VOICE = (
    _common(
        "--format",
        type=click.Choice(["text", "json"]),
        help="Text for people, or one JSON object a line.  [default: text]",
    ),
    _flag("-v", "--verbose", help="Tell more."),
    _flag("--no-input", help="Ask nothing, also on a terminal."),
)


def _apply(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def voice_options(function: F) -> F:
    """Add the options every verb has."""
    return _apply(function, _VOICE)


def place_options(function: F) -> F:
    """Add the options of a verb that works on a deployment."""
    return _apply(function, (*_PLACE, *_VAULT, *_VOICE))


def cloud_options(function: F) -> F:
    """Add the options of a verb that may work on a cloud."""
    return _apply(function, (*_CLOUD, *_PLACE, *_VAULT, *_VOICE))
