"""Use cases of jobs: for people, and for the worker."""
