"""What if a database were different: exchanges, suppliers, data sets and market shares changed, and all products updated."""
