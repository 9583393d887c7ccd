"""Other people's samples against csbot; the samples stay outside, CSBOT_CONFORMANCE names their folder."""
