"""What ships inside: units, gases, GWP sets, factors, geographies, regimes, rule packs, texts, fonts."""
