"""The mark by which whoever confirmed an e-mail address shows that it is theirs."""
