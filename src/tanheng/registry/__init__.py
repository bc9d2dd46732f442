"""The public register: what is disclosed to whom, checked in bulk, counted, and given out as open data."""
