"""What every flow is given when it starts.

`broker.Broker` holds the store, the token endpoint, the events, the keys and the clock; `settings` is what the template
tells a function; `rotation_queue` asks for a rotation; `outcome` says what was asked for and how it ended.
"""
