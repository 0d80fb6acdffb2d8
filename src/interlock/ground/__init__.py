"""Words that every other layer uses."""
