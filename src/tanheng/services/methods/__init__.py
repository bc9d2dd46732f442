"""Impact assessment methods of organisations: imported, shared, applied to databases."""
