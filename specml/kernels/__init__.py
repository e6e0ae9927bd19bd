"""Force fields of one molecule from a few dozen gradients, by kernels, on top of a prior."""
