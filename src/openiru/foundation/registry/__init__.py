"""Items, accounts, works; the life of each; and the read projection that every stage may ask."""
