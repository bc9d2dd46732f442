"""Search over factors, data sets and products, in Chinese and English."""
