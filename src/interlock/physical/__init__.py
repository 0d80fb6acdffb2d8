"""What can be built and run."""
