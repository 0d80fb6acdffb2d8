"""Drawings of tables: they know no question and no finance."""
