"""Which flow of an impact method each elementary flow of a database is: the cascade, its coverage, and a person's own word."""
