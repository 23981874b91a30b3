"""The PEM files of a deployment: what each is, and what it is called in our directory.

The names are those of era B's role, in every era, so that an upgrade of the deployment finds the
certificates it has instead of making new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Pem(StrEnum):
    """One PEM file, by what is in it."""

    SERVER_CA = "server CA certificate"
    """The authority that signs comes first; those above it, and others that are trusted, follow."""
    SERVER_CA_KEY = "server CA key"
    CLIENT_CA = "client CA certificate"
    """The same on the other side: the authority of the client certificate comes first."""
    CLIENT_CA_KEY = "client CA key"
    CLIENT = "client certificate"
    CLIENT_KEY = "client key"
    CLIENT_BUNDLE = "client certificate and key"
    SERVER_ROOT_KEY = "server root key"
    """Only with intermediates, as the next; signs nothing until the authority below is replaced."""
    CLIENT_ROOT_KEY = "client root key"


NAMES: Mapping[Pem, str] = MappingProxyType(
    {
        Pem.SERVER_CA: "ca_server_01.pem",
        Pem.SERVER_CA_KEY: "private/cakey.pem",
        Pem.CLIENT_CA: "ca_01.pem",
        Pem.CLIENT_CA_KEY: "ca_01.key",
        Pem.CLIENT: "client-.pem",
        Pem.CLIENT_KEY: "client.key",
        Pem.CLIENT_BUNDLE: "client.pem",
        Pem.SERVER_ROOT_KEY: "private/server_root.key",
        Pem.CLIENT_ROOT_KEY: "private/client_root.key",
    }
)
"""Below the directory; the first seven are the defaults of role 17.0.5 to 24.6.1."""

AUTHORITIES = (Pem.SERVER_CA, Pem.CLIENT_CA)
CERTIFICATES = (*AUTHORITIES, Pem.CLIENT)
"""The certificates of a deployment, which are approved by their fingerprints."""
ROOT_KEYS = (Pem.SERVER_ROOT_KEY, Pem.CLIENT_ROOT_KEY)
"""They belong offline: a deployment works without them."""
KEYS: Mapping[Pem, Pem] = MappingProxyType(
    {
        Pem.SERVER_CA: Pem.SERVER_CA_KEY,
        Pem.CLIENT_CA: Pem.CLIENT_CA_KEY,
        Pem.CLIENT: Pem.CLIENT_KEY,
    }
)
"""Which key belongs to which certificate."""
