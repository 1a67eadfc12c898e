"""Random lives of subscriptions at the simulated stores, and what dodam makes of what is told.

The stores' models bring forth what happens and what is true of it at each instant; between them and
dodam messages are late, lost, twice and in any order. dodam's own code is what is tried: the
adapters' words, `Record.learning`, the facts, and the ledger's lines, without signatures, HTTP and
a database, which `test_whole_way` adds.
"""
