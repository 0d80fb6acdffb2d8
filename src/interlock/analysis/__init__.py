"""One question a file: each reads a run, or asks for more of them, and gives an answer."""
