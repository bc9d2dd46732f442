"""Names of the formats that are written; apart from the writers, so that a help text does not load them."""

WRITABLE = ("openlca-jsonld", "ilcd", "tidas", "ecospold2", "ecospold1", "brightway-excel")
