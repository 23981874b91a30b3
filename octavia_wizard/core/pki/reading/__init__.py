"""Reads certificates and keys in every form somebody may bring them."""
