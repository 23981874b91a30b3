"""Code run by the rehearsal cloud's own interpreter, never imported by octavia-wizard.

``supervisor.py`` is started as a script; its directory becomes the first entry of ``sys.path``, so
the modules here import one another by their bare names.
"""
