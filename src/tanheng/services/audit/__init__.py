"""The history: read, and verified."""
