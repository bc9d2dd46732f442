"""Studies with their versions and evidence, and the assessments of them."""
