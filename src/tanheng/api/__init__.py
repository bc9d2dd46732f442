"""The HTTP API: it parses, calls one use case, and renders."""
