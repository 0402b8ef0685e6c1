# rearrangements: fusions, splice variants, structural variants
