"""Use cases of the public register: what is entered, found, corrected, checked, counted and given out."""
