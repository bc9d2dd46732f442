"""Exchange of footprints by the protocol of PACT: each organisation of the installation is an endpoint of its own.

What crosses the border is mapped in :mod:`tanheng.exchange.pact`; here is who may have it, what partners ask, and what is sent.
"""
