"""What programs that talk to people may do with footprints: a server of the Model Context Protocol over standard streams.

Read-only unless it is told otherwise. On a laptop it works on the data directory and on one folder of studies, outside of which
it opens nothing; with an address it asks an installation, with the token of whoever started it and what that token may do.
"""
