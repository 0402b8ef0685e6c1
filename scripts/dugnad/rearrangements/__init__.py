"""The rearrangements stage: fusions, splice variants, structural variants."""
