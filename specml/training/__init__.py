"""Training of networks on labels: the data in batches, the losses, the loop and its checkpoints.

``specml train`` and the scripts in ``recipes`` call it.
"""
