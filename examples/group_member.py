"""A member of a consumer group in Python: connects, takes events, acknowledges each, and connects again when it is cut off.

    pip install websockets
    python group_member.py ws://127.0.0.1:3000 mailer worker-1
"""

import json
import sys
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

# Events that may be on their way to us. Each that is done makes room for another one.
CREDIT = 100


def main(server, group, member):
    url = f"{server}/api/v1/consumers/{group}/connect?member={member}"
    wait = 0.1
    while True:
        try:
            with connect(url) as socket:
                wait = 0.1
                consume(socket)
        except (OSError, WebSocketException) as error:
            print(error, file=sys.stderr)
        time.sleep(wait)
        wait = min(wait * 2, 5)


def consume(socket):
    """Handles events until the connection is gone."""
    socket.send(json.dumps({"type": "credit", "n": CREDIT}))
    for text in socket:
        frame = json.loads(text)
        if frame["type"] == "event":
            socket.send(json.dumps(answer(frame)))
            socket.send(json.dumps({"type": "credit", "n": 1}))
        elif frame["type"] == "error":
            print(frame["problem"]["detail"], file=sys.stderr)


def answer(frame):
    try:
        handle(frame["event"])
        return {"type": "ack", "delivery": frame["delivery"]}
    except Exception as error:  # Whatever it is, the event is to be sent again.
        return {"type": "nack", "delivery": frame["delivery"], "action": "retry", "reason": str(error)}


def handle(event):
    """Here is what this member is for. An event may come more than once."""
    print(event["position"], event["type"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
