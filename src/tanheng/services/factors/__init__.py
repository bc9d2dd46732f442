"""The factor register: collections, records and their review, releases, what they move, who uses them."""
