"""Section 5: access to amphorae for debugging."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import (
    always,
    both,
    chosen,
    fixed,
    from_role,
    on,
    undecided,
)
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)

_wanted = on("ssh.enabled")
_KEYPAIR_COLUMNS = ("Name", "Type", "Fingerprint")


def _private_key(context: Context) -> Default:
    name = context.effective.maybe_text("ssh.key_name") or "octavia_key"
    detail = "where the role looks for it, so that it makes no other"
    return Default(f"~/.ssh/{name}", Provenance.COMPUTED, detail)


def _keypairs(context: Context) -> tuple[Choice, ...]:
    """Offer the key pairs the user octavia has in Nova; before the role's first run it has none."""
    cloud = context.facts.cloud
    return tuple(
        Choice(
            found.name,
            found.name,
            f"{found.type}, {found.fingerprint}",
            (found.name, found.type, found.fingerprint),
        )
        for found in sorted(cloud.keypairs if cloud else (), key=lambda found: found.name)
    )


SECTION = InterviewSection(
    name="ssh",
    title="SSH access",
    help="Lets you log in to an amphora to look at its logs. Octavia does not need it.",
    summary=summaries.ssh,
    wanted=lambda effective: effective.is_on("ssh.enabled"),
    questions=(
        Question(
            key="ssh.enabled",
            kind=Kind.FLAG,
            title="SSH to amphorae",
            help="Most sites switch it on to be able to debug the first load balancers, and off "
            "later. It opens TCP 22 on the management network only.",
            default=always(False, "the role's default"),
            variables=("octavia_ssh_enabled",),
        ),
        Question(
            key="ssh.source",
            kind=Kind.CHOICE,
            title="Key pair",
            help="Make a new pair on this host, or upload a public key you have.",
            choices=fixed(
                Choice("generate", "generate", "a new pair on this host"),
                Choice("import", "import", "a public key you have"),
            ),
            default=always("generate", "what most people choose"),
            when=_wanted,
        ),
        Question(
            key="ssh.key_name",
            kind=Kind.TEXT,
            title="Key name",
            help="Name of the key pair in Nova, where it belongs to the user octavia. One that is "
            "there already is kept, where the key on this host is the same.",
            choices=_keypairs,
            columns=_KEYPAIR_COLUMNS,
            default=from_role("octavia_ssh_key_name", "octavia_key"),
            when=_wanted,
            variables=("octavia_ssh_key_name",),
        ),
        Question(
            key="ssh.key_type",
            kind=Kind.CHOICE,
            title="Key type",
            help="RSA works with every Nova and amphora; Ed25519 is shorter.",
            choices=fixed(Choice("rsa-4096", "RSA 4096"), Choice("ed25519", "Ed25519")),
            default=always("rsa-4096", "works everywhere"),
            when=both(_wanted, chosen("ssh.source", "generate")),
            variables=("octavia_ssh_key_type", "octavia_ssh_key_size"),
        ),
        Question(
            key="ssh.private_key",
            kind=Kind.PATH,
            title="Private key file",
            help="Where the new private key goes, readable by its owner alone; the public half "
            "stands beside it with .pub added.",
            default=_private_key,
            when=both(_wanted, chosen("ssh.source", "generate")),
            variables=("octavia_ssh_key_dir",),
        ),
        Question(
            key="ssh.public_key",
            kind=Kind.PATH,
            title="Public key file",
            help="OpenSSH public key to upload, e.g. ~/.ssh/id_ed25519.pub.",
            default=undecided,
            when=both(_wanted, chosen("ssh.source", "import")),
        ),
    ),
)
