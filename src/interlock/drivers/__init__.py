"""Every kind of process that moves the world."""
