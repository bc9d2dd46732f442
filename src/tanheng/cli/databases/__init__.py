"""``tanheng db``: background databases."""
