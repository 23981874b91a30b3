"""Judges certificates and keys before Octavia has to live with them."""
