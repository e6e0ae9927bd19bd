"""Tables in and out, a chunk at a time: CSV in its dialects, gzip and parquet.

Every table of molecules comes in by here; ``specml admet predict`` writes by here too.
"""
