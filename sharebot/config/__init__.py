"""The editors' YAML: read by YAML 1.2 rules with marks, checked by models, explained in words."""
