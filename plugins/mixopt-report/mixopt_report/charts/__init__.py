"""The charts of the page, one a file: what it shows, its words, its numbers."""
