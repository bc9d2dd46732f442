"""From what a reader found to a snapshot: units, links, allocation, matrices, files."""
