"""What writers of all formats share: ids, numbers and formulas as others evaluate them, packages with the same bytes."""
