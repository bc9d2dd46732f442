"""Background databases of organisations: imported, shared, looked into."""
