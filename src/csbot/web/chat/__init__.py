"""Chat on csbot's own pages: served for every channel whose words arrive there."""
