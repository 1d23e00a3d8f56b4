"""A plan as it is shown: `view` is what all forms have in common, and each form is a module of its own."""
