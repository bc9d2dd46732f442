"""What people see: pages rendered here, over the same use cases as the API; changes go through the API itself (ADR 0035)."""
