"""Strategies that solve A s = f and Aᵀ p = q, one a file. A compiled kernel would be one more file here."""
