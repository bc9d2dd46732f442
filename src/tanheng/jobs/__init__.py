"""Long work: durable, resumable, with progress."""
