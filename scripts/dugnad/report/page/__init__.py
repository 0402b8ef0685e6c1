"""The HTML page and the PDF: what each part of them shows, worked out from the view."""
