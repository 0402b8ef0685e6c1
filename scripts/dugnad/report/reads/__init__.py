"""Read views: what the alignments show where a finding is."""
