"""Whether the controllers are as the answers want them, and as one another."""
