"""Fills a new keystone: projects, roles, service users and the catalogue.

Done inside keystone's own process before it serves, so that whatever the other services ask it
first finds its answer.
"""

from __future__ import annotations

import uuid
from typing import Any

from settings import Settings

CATALOGUE = {
    "keystone": ("identity", "/v3"),
    "glance": ("image", ""),
    "neutron": ("network", ""),
    "nova": ("compute", "/v2.1"),
    "placement": ("placement", ""),
    "octavia": ("load-balancer", ""),
}
"""Service to its type in the catalogue and the path its endpoints end in."""

LOAD_BALANCER_ROLES = (
    "load-balancer_admin",
    "load-balancer_member",
    "load-balancer_observer",
    "load-balancer_global_observer",
    "load-balancer_quota_admin",
)
"""The roles of octavia's advanced RBAC policy."""


def fill(settings: Settings) -> None:
    """Create everything; keystone's back ends must be loaded and its database empty."""
    from keystone.common import provider_api

    _Identity(settings, provider_api.ProviderAPIs, _bootstrapped(settings)).create()


def _bootstrapped(settings: Settings) -> Any:
    """Do what ``keystone-manage bootstrap`` does, with the back ends this process has loaded."""
    from unittest import mock

    from keystone.cmd import bootstrap as command

    with mock.patch.object(command.backends, "load_backends"):
        bootstrap = command.Bootstrapper()
    url = settings.urls["keystone"] + "/v3"
    vars(bootstrap).update(
        admin_username="admin",
        admin_password=settings.password("admin"),
        project_name="admin",
        admin_role_name="admin",
        manager_role_name="manager",
        member_role_name="member",
        reader_role_name="reader",
        service_role_name="service",
        immutable_roles=True,
        region_id=settings.region,
        service_name="keystone",
        admin_url=url,
        public_url=url,
        internal_url=url,
    )
    bootstrap.bootstrap()
    return bootstrap


class _Identity:
    """What a cloud has in keystone beyond the bootstrap."""

    def __init__(self, settings: Settings, providers: Any, bootstrap: Any) -> None:
        self.settings = settings
        self.providers = providers
        self.domain = bootstrap.default_domain_id
        self.admin_user = bootstrap.admin_user_id
        self.admin_project = bootstrap.project_id
        self.roles = {
            "admin": bootstrap.admin_role_id,
            "member": bootstrap.member_role_id,
            "service": bootstrap.service_role_id,
        }

    def create(self) -> None:
        """Create roles, projects, users with their roles, services and endpoints."""
        for name in LOAD_BALANCER_ROLES:
            self.roles[name] = self._new()
            self.providers.role_api.create_role(
                self.roles[name], {"id": self.roles[name], "name": name}
            )
        service = self._project("service", "Users of the services")
        demo = self._project("demo", "An ordinary project")
        self._grant(self.admin_user, self.admin_project, "load-balancer_admin")
        for name in self.settings.services:
            if name != "keystone":
                self._grant(self._user(name), service, "admin", "service")
                self._catalogue_entry(name)
        self._grant(self._user("demo"), demo, "member", "load-balancer_member")

    @staticmethod
    def _new() -> str:
        return uuid.uuid4().hex

    def _project(self, name: str, description: str) -> str:
        project = {
            "id": self._new(),
            "name": name,
            "description": description,
            "domain_id": self.domain,
            "enabled": True,
        }
        self.providers.resource_api.create_project(project["id"], project)
        return str(project["id"])

    def _user(self, name: str) -> str:
        user = {
            "name": name,
            "enabled": True,
            "domain_id": self.domain,
            "password": self.settings.password(name),
        }
        return str(self.providers.identity_api.create_user(user)["id"])

    def _grant(self, user: str, project: str, *roles: str) -> None:
        for role in roles:
            self.providers.assignment_api.add_role_to_user_and_project(
                user_id=user, project_id=project, role_id=self.roles[role]
            )

    def _catalogue_entry(self, name: str) -> None:
        kind, path = CATALOGUE[name]
        service = {"id": self._new(), "name": name, "type": kind, "enabled": True}
        self.providers.catalog_api.create_service(service["id"], service)
        for interface in ("public", "internal", "admin"):
            endpoint = {
                "id": self._new(),
                "interface": interface,
                "service_id": service["id"],
                "region_id": self.settings.region,
                "url": self.settings.urls[name] + path,
                "enabled": True,
            }
            self.providers.catalog_api.create_endpoint(endpoint["id"], endpoint)
