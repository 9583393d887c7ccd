"""Files by reference: fetched under guard, shown by short-lived signed links."""
