"""Footprints that go out in the forms of others and come in from them."""
