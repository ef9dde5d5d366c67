"""What an adapter promises: small abstract classes, each with its reasons and its don'ts."""
