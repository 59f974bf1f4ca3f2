"""The page in which a visitor sees and plays a local Slack.

Raw Block Kit goes in, HTML comes out, on the server; the browser only swaps what has changed (static/app.js).
"""
