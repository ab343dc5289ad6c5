"""Questionnaires as XLSForms, in and out."""
