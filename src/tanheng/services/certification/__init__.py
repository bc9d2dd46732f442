"""Certification on the platform: schemes, bodies and their people, cases, certificates."""
