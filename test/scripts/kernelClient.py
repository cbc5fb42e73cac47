"""Runs cells in the project's kernel as a Jupyter client does; reads what to do as JSON, prints what came of it."""

import json
import sys
import time

from jupyter_client.manager import KernelManager

folder, steps = sys.argv[1], json.loads(sys.argv[2])
manager = KernelManager(kernel_name="glassy-motifs")
manager.start_kernel(cwd=folder)
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
states = []
early = []


def answer(message):
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]


def wait_for(kind):
    """Until a message of a kind is published; it and those before it are for `outputs`."""
    while not early or early[-1]["msg_type"] != kind:
        early.append(client.get_iopub_msg(timeout=60))


def outputs(message):
    """What the kernel published for a request, up to its end; notes all states on the way."""
    found = []
    while True:
        published = early.pop(0) if early else client.get_iopub_msg(timeout=60)
        own = published["parent_header"].get("msg_id") == message
        kind, content = published["msg_type"], published["content"]
        if kind == "status":
            states.append(content["execution_state"])
            if own and content["execution_state"] == "idle":
                return found
        elif own:
            found.append({"type": kind, **content})


def perform(step):
    """One request, or several sent at once; Stop is pressed after `stop` s, or so long after a message `after`."""
    states.clear()
    if "inspect" in step:
        return answer(client.inspect(step["inspect"], len(step["inspect"])))
    sent = [client.execute(code) for code in step["cells"]]
    if step.get("complete"):
        sent.append(client.complete("con", 3))
    if "after" in step:
        wait_for(step["after"])
    if "stop" in step:
        time.sleep(step["stop"])
        manager.interrupt_kernel()
    shown = [outputs(message) for message in sent]
    return {"replies": [answer(message) for message in sent], "outputs": shown, "states": list(states)}


try:
    print(json.dumps([perform(step) for step in steps]))
finally:
    client.stop_channels()
    manager.shutdown_kernel()
