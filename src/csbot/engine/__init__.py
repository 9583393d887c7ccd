"""The engine decides: values in, values out; it awaits only the understanding engine and changes nothing."""
