"""Impact assessment methods: what is read of them, kept, and applied to databases."""
