"""Credentials that strangers verify: W3C Verifiable Credentials 2.0, signed with Ed25519, with a status that can change.

Recommendations of the W3C of 15 May 2025: Verifiable Credentials Data Model v2.0, Data Integrity EdDSA Cryptosuites v1.0,
Securing Verifiable Credentials using JOSE and COSE, Bitstring Status List v1.0; did:web of the W3C Credentials Community Group.
"""
