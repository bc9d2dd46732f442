"""What strangers do: verify certificates and watch the log of an installation that is not theirs, with no account there."""
