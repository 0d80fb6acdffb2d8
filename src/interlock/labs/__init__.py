"""What labs sell, and the compute that it takes."""
