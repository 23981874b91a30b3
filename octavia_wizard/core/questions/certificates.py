"""Section 4: the two authorities and the controllers' client certificate."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.certificate_errands import ERRANDS
from octavia_wizard.core.questions.grounds import always, both, chosen, fixed, on, undecided
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)

_generating = chosen("certificates.source", "generate")
_own = chosen("certificates.source", "own")
_PKCS12_NAMES = (".p12", ".pfx")


def _signed_here(context: Context) -> bool:
    """Whether the client certificate is made on this host, now or by certs renew."""
    answered = context.answers.values.get("certificates.client_ca_key") is not None
    return _generating(context) or (_own(context) and answered)


def _directory(context: Context) -> Default:
    path = context.facts.host.deploy_dir / "octavia"
    detail = "apart from the role's own, so that it rotates nothing by accident"
    return Default(str(path), Provenance.COMPUTED, detail)


def _as_long_as_the_server_ca(context: Context) -> Default | None:
    days = context.effective.maybe_number("certificates.ca_days")
    return None if days is None else Default(days, Provenance.COMPUTED, "as long as the server CA")


def _in_one_file(context: Context) -> Default | None:
    """Propose the file of the certificate, where it is known to hold the key as well."""
    path = context.effective.maybe_text("certificates.client_certificate")
    if path is None:
        return None
    if path.lower().endswith(_PKCS12_NAMES):
        return Default(path, Provenance.COMPUTED, "a PKCS#12 file holds both")
    if context.release.rules.certificate_quirks.combined_client_file:
        return Default(path, Provenance.COMPUTED, "certificate and key in one file, as the role")
    return None


def _in_the_pkcs12_file(context: Context) -> Default | None:
    path = context.effective.maybe_text("certificates.server_ca_certificate")
    if path is None or not path.lower().endswith(_PKCS12_NAMES):
        return None
    return Default(path, Provenance.COMPUTED, "a PKCS#12 file holds both")


_OWN_FILES = (
    (
        "server_ca_certificate",
        "Server CA certificate",
        "The CA that signs amphora certificates, with the authorities above it: PEM or PKCS#12.",
        undecided,
        "octavia_ca_certificate",
    ),
    (
        "server_ca_key",
        "Server CA key",
        "Its private key: PEM or PKCS#12. A passphrase is asked for, unless a secrets file has it "
        "as octavia_ca_private_key_passphrase. Of a key without one an encrypted copy is made.",
        _in_the_pkcs12_file,
        "octavia_ca_private_key",
    ),
    (
        "client_ca_certificate",
        "Client CA certificate",
        "The CA that signed the controllers' certificate, with the authorities above it.",
        undecided,
        "octavia_client_ca",
    ),
    (
        "client_certificate",
        "Client certificate",
        "The controllers' certificate, and those between it and the CA: PEM or PKCS#12.",
        undecided,
        "octavia_client_cert",
    ),
    (
        "client_key",
        "Client key",
        "Its private key; the same file again where that holds both. Octavia needs it without a "
        "passphrase, and gets a copy without one.",
        _in_one_file,
        "octavia_client_key",
    ),
)
"""Name, title, help and default of each file of the operator's own, and where it ends."""


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
            help="Where they are kept on this host, for its owner alone; files of your own are "
            "copied there in the form the role reads. Back it up: the server CA signs every new "
            "amphora.",
            default=_directory,
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
            title="Server CA valid for",
            help="Ten years are usual. When it ends, no load balancer can be made or changed.",
            default=always(3650, "ten years"),
            when=_generating,
            unit="days",
            variables=("octavia_cert_validity_days",),
        ),
        Question(
            key="certificates.client_ca_days",
            kind=Kind.INTEGER,
            title="Client CA valid for",
            help="Mostly as long as the server CA. When it ends, amphorae refuse the controllers.",
            default=_as_long_as_the_server_ca,
            when=_generating,
            unit="days",
        ),
        Question(
            key="certificates.client_days",
            kind=Kind.INTEGER,
            title="Client valid for",
            help="When it ends, controllers can no longer reach amphorae: put the date in your "
            "calendar. The role's default is five years.",
            default=always(1825, "five years, as the role has it"),
            when=_signed_here,
            unit="days",
        ),
        Question(
            key="certificates.intermediates",
            kind=Kind.FLAG,
            title="A root above each CA",
            help="Two more authorities, whose keys can be kept offline: a CA can then be replaced "
            "while the root stays trusted. Most people do without: nobody else trusts these CAs.",
            default=always(False, "what most people choose"),
            when=_generating,
        ),
        Question(
            key="certificates.root_days",
            kind=Kind.INTEGER,
            title="Roots valid for",
            help="Longer than the CAs below them, so that those can be replaced in time.",
            default=always(7300, "twenty years"),
            when=both(_generating, on("certificates.intermediates")),
            unit="days",
        ),
        *(
            Question(
                key=f"certificates.{name}",
                kind=Kind.PATH,
                title=title,
                help=text,
                default=default,
                when=_own,
                variables=(variable,),
            )
            for name, title, text, default, variable in _OWN_FILES
        ),
        Question(
            key="certificates.client_ca_key",
            kind=Kind.PATH,
            title="Client CA key",
            help="Only to renew the controllers' certificate here, later. Leave it out where your "
            "PKI does that: name the new files then, and replay.",
            default=always(None, "your PKI renews the certificate"),
            nullable=True,
            none_label="not here",
            when=_own,
        ),
        Question(
            key="certificates.approved",
            kind=Kind.LIST,
            title="Approved fingerprints",
            help="SHA-256 fingerprints of the certificates you looked at. A replay with others "
            "then stops. Leave it empty to approve none.",
            default=always([], "none approved yet"),
        ),
        *ERRANDS,
    ),
)
