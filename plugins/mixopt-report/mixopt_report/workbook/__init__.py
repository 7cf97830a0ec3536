"""Reading workbooks back, and the wide sheets that planners already have."""
