"""Time: the order of the month, chunks of paths, what is kept of them, and the laws that every run must obey."""
