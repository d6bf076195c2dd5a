"""`python -m mastro` is the command `mastro`."""

from mastro.cli import main

if __name__ == "__main__":
    main()
