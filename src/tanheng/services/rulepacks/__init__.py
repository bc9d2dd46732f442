"""Rule packs of organisations."""
