"""What several judges of the certificates look at, made once."""

from __future__ import annotations

import venv
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.certificates import RELEASES, RSA_ONLY, Deployment, planned, run
from tests.integration.own_pki import EC, RSA, SHORT_RSA, OwnPki

OWN_FORMS = {
    "16.0.29": ("legacy",),
    "17.1.17": ("pkcs12",),
    "21.2.12": ("pem", "chain"),
    "23.4.4": ("pkcs12",),
    "25.6.0": ("chain",),
    "29.2.4": ("plain",),
    "33.0.1": ("pkcs12",),
}
"""Every form somewhere, and a chain in every era; all of them together take too long."""
WITH_CA_KEY = ("plain",)
"""Where the key of the client CA is given as well, for renewals."""
WITH_ROOTS = ("16.0.29", "21.2.12", "29.2.4", "33.0.1")
AT_ONCE = 2

COLLECTION = "ansible==12.3.0"
"""The community package, for the collections inside: the role's modules, and output as JSON."""
COLLECTIONS = tuple(
    f"ansible_collections/{name}/"
    for name in ("openstack/cloud", "ansible/posix", "community/crypto")
)
TOOLS = ("ansible-core==2.19.*", "openstacksdk==4.5.0", "cryptography")
"""An environment of its own, for the collection does not know newer openstacksdk releases."""


@pytest.fixture(scope="session")
def ansible(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with Ansible and the collections the role uses."""
    root = tmp_path_factory.mktemp("ansible")
    venv.create(root / "venv", with_pip=True)
    pip = [str(root / "venv/bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run([*pip, "install", *TOOLS])
    run([*pip, "download", "--no-deps", "--dest", str(root), COLLECTION])
    (package,) = root.glob("ansible-*.whl")
    with zipfile.ZipFile(package) as wheel:
        wanted = [name for name in wheel.namelist() if name.startswith(COLLECTIONS)]
        wheel.extractall(root / "collections", wanted)
    return root


@pytest.fixture(scope="session")
def own_pkis(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, OwnPki]:
    """Return an operator's own certificates: RSA as old sites have them, and elliptic curves.

    The client's RSA keys are shorter than the others, and than the role's default.
    """
    root = tmp_path_factory.mktemp("own")
    return {"rsa": OwnPki(root / "rsa", RSA, SHORT_RSA), "ec": OwnPki(root / "ec", EC)}


@pytest.fixture(scope="session")
def deployments(
    own_pkis: Mapping[str, OwnPki], tmp_path_factory: pytest.TempPathFactory
) -> list[Deployment]:
    """Return deployments of every release: generated, with roots above, and the operator's own."""
    root = tmp_path_factory.mktemp("deployments")
    plans = []
    for release in RELEASES:
        plans.append(planned(root, release, "generate"))
        if release in WITH_ROOTS:
            roots = "certificates.intermediates=yes"
            plans.append(planned(root, release, "generate", None, roots, name=f"roots-{release}"))
        for form in OWN_FORMS[release]:
            kind = own_pkis["rsa" if release in RSA_ONLY else "ec"]
            files = root / f"files-{form}-{release}"
            own = kind.in_form(form, files, with_ca_key=form in WITH_CA_KEY)
            plans.append(planned(root, release, "own", own, name=f"{form}-{release}"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Deployment.replay, plans))
    return plans
