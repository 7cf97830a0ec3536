"""The page: sections in reading order, template, styles, script, and its security policy."""
