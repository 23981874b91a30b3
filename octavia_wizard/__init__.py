"""Bring up Octavia load balancing on an OpenStack-Ansible cloud from a terminal."""

__version__ = "0.1.0"
