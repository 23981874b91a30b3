"""The two authorities and the client certificate: making, laying out, reading and judging them."""
