"""Digital PDFs: words, ruled lines and pictures with boxes, read in a child process with limits.

`connectors.pdf.reader.read` is the door; `picture` draws what was found; `plumber` is the same page seen
through pdfplumber, for tables, debugging and proof. This file imports nothing: the child starts from it.
"""
