"""What a database is like before anybody relies on it: loops, open inputs, suspicious amounts, duplicates."""
