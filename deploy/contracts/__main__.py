"""``python -m deploy.contracts check|generate``: the same commands as ``jatkumo contracts``."""

from deploy.contracts.commands import app

if __name__ == "__main__":
    app()
