# biomarkers: TMB, MSI, HRD, signatures
