"""Certification: from an application to a certificate, and what becomes of it (task A4).

The procedure is one table (``data/certification/procedure.csv``); what a step needs are small functions, one for each word.
"""
