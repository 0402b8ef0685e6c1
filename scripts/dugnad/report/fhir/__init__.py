"""The report as HL7 FHIR resources."""
