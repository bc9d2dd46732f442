"""Two releases of a database: what moved, by how much, and which change caused it."""
