"""Use cases: one function each, on a unit of work, for the acting person; what the API, the web and the command line call."""
