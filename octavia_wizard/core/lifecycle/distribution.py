"""How changed certificates come to the controllers, and how to see that they did.

With ``--tags`` the role of 18.0.0 to 22.4.4 leaves its certificate tasks out; that of 27.0.0 and
later restarts the services for every certificate, the one before for some or none (rules.yml).
"""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.releases import PLAYBOOKS_DIRECTORY, CertificateRestart, Release

CONTROLLER_DIRECTORY = Path("/etc/octavia/certs")
"""Where every release of the role puts the files."""
_CLIENT = frozenset({Pem.CLIENT, Pem.CLIENT_KEY, Pem.CLIENT_BUNDLE})
_ON_CONTROLLERS = {
    Pem.SERVER_CA: "server_ca.pem",
    Pem.CLIENT_CA: "client_ca.pem",
    Pem.CLIENT: "client.pem",
}


def distribution(release: Release, changed: Collection[Pem]) -> tuple[NextCommand, ...]:
    """Return the commands that bring changed files to all controllers, in their order."""
    rules = release.rules
    playbook = rules.playbooks["octavia"]
    tags = ("--tags", ",".join(rules.certificate_tags)) if rules.certificate_tags else ()
    found = [
        NextCommand(
            purpose="distribute",
            command=" ".join((*playbook.arguments(), *tags)),
            directory=playbook.directory,
            note="Brings the files to all controllers; let it end without a failed or unreachable "
            f"host. {_restarting(release, changed)}",
        )
    ]
    if not restarts(release, changed):
        found.append(
            NextCommand(
                purpose="restart",
                command="ansible octavia_all -f 1 -m shell -a "
                + shlex.quote("systemctl restart 'octavia-*'"),
                directory=PLAYBOOKS_DIRECTORY,
                note="One controller after the other, so that none goes on with the former files.",
            )
        )
    return tuple(found)


def restarts(release: Release, changed: Collection[Pem]) -> bool:
    """Say whether the role restarts the services for these files by itself."""
    rule = release.rules.certificate_restart
    if rule is CertificateRestart.CLIENT:
        return bool(_CLIENT & set(changed))
    return rule is CertificateRestart.ALWAYS


def on_controllers(pem: Pem) -> NextCommand:
    """Return what shows which certificates every controller has in a file."""
    path = CONTROLLER_DIRECTORY / _ON_CONTROLLERS[pem]
    look = f"openssl x509 -noout -subject -enddate -fingerprint -sha256 -in {path}"
    note = "Shows the certificate of every controller; certs show has the fingerprint it must have."
    if pem is not Pem.CLIENT:
        # x509 reads the first certificate of a file only.
        look = f"openssl crl2pkcs7 -nocrl -certfile {path} | openssl pkcs7 -print_certs -noout"
        note = f"Lists the authorities in the {pem} of every controller, in their order."
    return NextCommand(
        purpose="check",
        command=f"ansible octavia_all -m shell -a {shlex.quote(look)}",
        directory=PLAYBOOKS_DIRECTORY,
        note=note,
    )


def with_an_amphora() -> NextCommand:
    """Return what tries the certificates of a controller on an amphora."""
    files = CONTROLLER_DIRECTORY
    return NextCommand(
        purpose="check",
        command=f"openssl s_client -connect ADDRESS:9443 -cert {files}/client.pem -key "
        f"{files}/client.pem -CAfile {files}/server_ca.pem -verify_return_error </dev/null",
        note="On a controller, with the lb_network_ip of 'openstack loadbalancer amphora list': "
        "ends with 'Verify return code: 0 (ok)', and shows who signed the amphora's certificate.",
    )


def _restarting(release: Release, changed: Collection[Pem]) -> str:
    if restarts(release, changed):
        return "The role restarts the services where a file changed."
    return f"The role of {release.name} does not restart the services for it."
