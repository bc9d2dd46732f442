"""The register as one system: what certificates are made of, and what a release of factors or new limits would move."""
