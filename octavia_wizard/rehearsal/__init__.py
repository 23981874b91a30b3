"""A real OpenStack control plane on 127.0.0.1, for a first try without a cloud and for tests.

Upstream's keystone, glance, neutron, nova (with its fake compute), placement and octavia come from
the package index into a virtual environment in the user's cache directory. ``control.up`` starts
them, ``control.down`` ends them, ``status.status`` looks at them; ``layout.Layout`` says where they
are. Nothing here prints.
"""
