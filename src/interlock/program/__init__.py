"""The book as arrays; names become numbers here and nowhere else."""
