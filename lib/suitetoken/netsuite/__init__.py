"""NetSuite's own rules, all pure.

`rules` has accounts, hosts, endpoints, scopes and the form of ids; `machine` has grant types, keys and certificates.
"""
