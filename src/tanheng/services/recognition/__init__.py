"""What others certified or published: recognised by regulators, registered by organisations, used in studies."""
