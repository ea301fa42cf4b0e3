"""`python -m rulecard.cli`."""

import sys

from . import main

sys.exit(main())
