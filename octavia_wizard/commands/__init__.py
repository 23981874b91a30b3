"""The verbs of the command line, one module for each group of them.

A verb imports what it needs when it runs: ``--help`` loads neither the front ends nor OpenStack.
"""
