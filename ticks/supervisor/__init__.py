"""Running everything from one command: the parts, in order, kept alive, stopped in order."""
