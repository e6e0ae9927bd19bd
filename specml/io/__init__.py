"""Reading and writing of files: structures, data sets, tables, spectra, model cards.

It computes nothing and knows no command; every other package may use it.
"""
