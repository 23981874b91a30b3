"""Section 4: the two authorities and the controllers' client certificate."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import always, both, chosen, fixed, undecided
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import CertificateEra

_generating = chosen("certificates.source", "generate")
_own = chosen("certificates.source", "own")


def _directory(context: Context) -> Default:
    path = context.facts.host.deploy_dir / "octavia"
    detail = "apart from the role's own, so that it rotates nothing by accident"
    return Default(str(path), Provenance.COMPUTED, detail)


def _has_directory(context: Context) -> bool:
    """From 20 to 24 the role wants a directory of its own layout beside the operator's files."""
    quirks = context.release.rules.certificate_quirks
    return _generating(context) or (_own(context) and quirks.generate_client_cert_false_breaks)


def _split_client_key(context: Context) -> bool:
    return context.release.rules.certificate_era is CertificateEra.C


SECTION = InterviewSection(
    name="certificates",
    title="Certificates",
    help="One CA signs the amphorae's certificates, another the controllers'. They must differ: "
    "with a single CA, a stolen amphora certificate could pass for a controller's.",
    summary=summaries.certificates,
    questions=(
        Question(
            key="certificates.source",
            kind=Kind.CHOICE,
            title="Certificates",
            help="Generate both CAs and the client certificate here, or bring your own from the "
            "site's PKI. Most people generate: nothing outside Octavia has to trust them.",
            choices=fixed(
                Choice("generate", "generate", "two CAs and a client certificate"),
                Choice("own", "own", "files you have"),
            ),
            default=always("generate", "what most people choose"),
        ),
        Question(
            key="certificates.directory",
            kind=Kind.PATH,
            title="Directory",
            help="Where they are kept on this host, for its owner alone. Back it up: the server "
            "CA signs every new amphora.",
            default=_directory,
            when=_has_directory,
            variables=("octavia_cert_dir",),
        ),
        Question(
            key="certificates.key_type",
            kind=Kind.CHOICE,
            title="Key type",
            help="RSA 4096 works with every release. Elliptic curves are smaller and faster; up to "
            "24 (xena) the role insists on RSA for the client.",
            choices=fixed(
                Choice("rsa-4096", "RSA 4096"),
                Choice("rsa-3072", "RSA 3072"),
                Choice("ec-p256", "EC P-256"),
                Choice("ec-p384", "EC P-384"),
            ),
            default=always("rsa-4096", "works with every release"),
            when=_generating,
        ),
        *(
            Question(
                key=f"certificates.{name}_subject",
                kind=Kind.TEXT,
                title=f"{title} subject",
                help="Distinguished name, e.g. CN=…,O=Example. Only people read it.",
                default=always(f"CN={common_name}", "says what it is"),
                when=_generating,
            )
            for name, title, common_name in (
                ("server_ca", "Server CA", "Octavia Server CA"),
                ("client_ca", "Client CA", "Octavia Client CA"),
                ("client", "Client", "octavia-controller"),
            )
        ),
        Question(
            key="certificates.ca_days",
            kind=Kind.INTEGER,
            title="CAs valid for",
            help="Ten years are usual. When the server CA ends, no load balancer can be made.",
            default=always(3650, "ten years"),
            when=_generating,
            unit="days",
            variables=("octavia_cert_validity_days",),
        ),
        Question(
            key="certificates.client_days",
            kind=Kind.INTEGER,
            title="Client valid for",
            help="When it ends, controllers can no longer reach amphorae: put the date in your "
            "calendar. The role's default is five years.",
            default=always(1825, "five years, as the role has it"),
            when=_generating,
            unit="days",
        ),
        *(
            Question(
                key=f"certificates.{name}",
                kind=Kind.PATH,
                title=title,
                help=text,
                default=undecided,
                when=_own,
                variables=(variable,),
            )
            for name, title, text, variable in (
                (
                    "server_ca_certificate",
                    "Server CA certificate",
                    "PEM file of the CA that signs amphora certificates.",
                    "octavia_ca_certificate",
                ),
                (
                    "server_ca_key",
                    "Server CA key",
                    "PEM file of its private key, encrypted. Its passphrase is asked for, unless "
                    "a secrets file has it as octavia_ca_private_key_passphrase.",
                    "octavia_ca_private_key",
                ),
                (
                    "client_ca_certificate",
                    "Client CA certificate",
                    "PEM file of the CA that signed the controllers' certificate.",
                    "octavia_client_ca",
                ),
                (
                    "client_certificate",
                    "Client certificate",
                    "PEM file of the controllers' certificate; up to 24 (xena) certificate and "
                    "key in one file.",
                    "octavia_client_cert",
                ),
            )
        ),
        Question(
            key="certificates.client_key",
            kind=Kind.PATH,
            title="Client key",
            help="PEM file of the controllers' private key. It must not be encrypted: nobody could "
            "type the passphrase.",
            default=undecided,
            when=both(_own, _split_client_key),
            variables=("octavia_client_key",),
        ),
        Question(
            key="certificates.approved",
            kind=Kind.LIST,
            title="Approved fingerprints",
            help="SHA-256 fingerprints of the certificates you looked at. A replay with others "
            "then stops. Leave it empty to approve none.",
            default=always([], "none approved yet"),
        ),
    ),
)
