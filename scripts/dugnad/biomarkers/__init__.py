"""The biomarkers stage: TMB, MSI, HRD, signatures."""
