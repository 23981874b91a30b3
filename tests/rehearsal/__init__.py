"""Tests of the rehearsal cloud."""
