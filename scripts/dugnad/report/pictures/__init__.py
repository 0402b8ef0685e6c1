"""Pictures of the report: each a pure function from parts of the record to one SVG."""
