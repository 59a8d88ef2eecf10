"""Packages: a case with everything that proves it, carried from one instance to another as a BagIt bag.

``source`` collects what the database knows of a case, ``bag`` writes and reads bags, ``reading`` checks what a bag says
about itself, ``taking_in`` brings it into this instance, ``records`` keeps what was made. Decision 0056.
"""
