"""`python -m sharebot` is the command `sharebot`."""

from sharebot.cli import main

main()
