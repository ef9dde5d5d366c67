"""The demonstration: a referral action day played from a scenario, with invented data and nothing simulated inside.

What is played outside (an internet, providers, units' files) comes from the scenario's directory and is known here only by
what its scenario.json says. Inside, the same commands run that a real day runs.
"""
