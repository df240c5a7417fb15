// Clients for Python (node.py), one line of JSON each way: {id, client, verb, given} comes on standard input;
// {id, result} or {id, error} answers on standard output, and {client, seen} tells what a client sees.
// Ends when standard input does, so that it never outlives whoever started it.

import "./surroundings.mjs";

import { createInterface } from "node:readline";

import { Element } from "./element.mjs";

const clients = new Map();

function tell(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}

function clientOf(number) {
    if (!clients.has(number)) {
        clients.set(number, new Element((seen) => tell({ client: number, seen })));
    }
    return clients.get(number);
}

async function answer({ id, client, verb, given }) {
    try {
        tell({ id, result: (await clientOf(client)[verb](given)) ?? null });
    } catch (error) {
        console.error(error);
        tell({ id, error: String(error) });
    }
}

createInterface({ input: process.stdin })
    .on("line", (line) => answer(JSON.parse(line)))
    .on("close", () => process.exit(0));

// The call to start is number 0.
tell({ id: 0, result: null });
