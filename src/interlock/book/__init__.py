"""Facts, as people wrote them."""
