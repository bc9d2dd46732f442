"""Organisations, sites, people, their roles and credentials."""
