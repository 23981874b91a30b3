"""Work that is kept away from the event loop, so that the screens never wait for it."""
