"""A spectrum in, a figure out: the only importer of matplotlib, called by ``documents``."""
