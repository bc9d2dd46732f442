"""An installation to look around in: organisations, people, studies and certificates of an example, made by the real use cases.

Everything is found again by what names it, so filling may be broken off at any moment and begun anew: nothing is there twice.
Nobody signs in as one of its people, since none of them has a password; whoever asks for it is given roles beside them.
"""
