"""The guided run: Textual screens that ask, show and apply; they hold no rule about Octavia."""
