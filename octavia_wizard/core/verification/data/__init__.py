"""Causes of failures, as data."""
