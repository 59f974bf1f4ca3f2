"""The subcommands of `evenhand`, a file for each or for those of one kind. `bot.command` puts them together."""
