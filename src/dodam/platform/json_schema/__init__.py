"""JSON Schema (draft 2020-12) that others write, and values that are to keep to it.

Neither can hurt the server. A schema is looked through before it is used (`documents`, by the
keywords of `keywords`), its patterns are matched in linear time (by the engine of Rust's `regex`,
which has no lookarounds and no backreferences, within the sizes of `schemas`), and nothing is ever
fetched. Each part of a value meets a counted number of schemas, and both are bounded together.
"""
