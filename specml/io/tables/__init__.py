"""Tables in and out, a chunk at a time: CSV in its dialects, gzip and parquet."""
