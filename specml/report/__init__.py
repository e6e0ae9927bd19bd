"""One self-contained HTML page of a molecule: interactive spectrum, 3D view, tables; ``documents``
fills it.
"""
