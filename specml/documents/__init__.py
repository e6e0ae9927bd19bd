"""The written form of results: documents, tables, JCAMP-DX, figures and pages of a workflow."""
