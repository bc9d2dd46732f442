"""Classes: schemes that regulators publish, limits that they sign, and what certificates are by them."""
