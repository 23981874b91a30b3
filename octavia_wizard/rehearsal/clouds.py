"""The clouds.yaml that lets any OpenStack client use the rehearsal cloud."""

from __future__ import annotations

import yaml

from octavia_wizard.rehearsal import private
from octavia_wizard.rehearsal.layout import REGION, Layout, Service

LOGINS = {
    "rehearsal": ("admin", "admin"),
    "rehearsal-octavia": ("octavia", "service"),
    "rehearsal-demo": ("demo", "demo"),
}
"""Name of the cloud to user and project."""


def write(layout: Layout, passwords: dict[str, str]) -> None:
    """Write clouds.yaml with one entry per login."""
    entries = {
        name: {
            "auth": {
                "auth_url": f"{layout.url(Service.KEYSTONE)}/v3",
                "username": user,
                "password": passwords[user],
                "project_name": project,
                "user_domain_name": "Default",
                "project_domain_name": "Default",
            },
            "region_name": REGION,
            "interface": "public",
            "identity_api_version": "3",
        }
        for name, (user, project) in LOGINS.items()
    }
    text = yaml.safe_dump({"clouds": entries}, sort_keys=False)
    private.write(layout.clouds_file, text)
